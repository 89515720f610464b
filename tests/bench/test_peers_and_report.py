"""The peers that need no packages of their own, the table, and the judge of the hard cases."""

import polars as pl
import pytest

from bench import hard, report
from bench.case import Case
from bench.generate import make
from bench.peers import pandas_script, polars_script
from bench.score import score
from bench.worker import with_net


@pytest.fixture(scope="module")
def case() -> Case:
    return make(2_000, 1, 0)


@pytest.fixture(scope="module")
def polars_links(case) -> pl.DataFrame:
    return polars_script.run(with_net(case.left, case.policy), case.right)


def test_the_polars_script_finds_most_of_a_clean_month(case, polars_links):
    done = score(case, polars_links)
    assert done.precision > 0.9
    assert done.recall > 0.6
    assert done.recall_by_scenario["payout_with_id"] == 1.0


def test_the_pandas_script_finds_what_the_polars_script_finds(case, polars_links):
    left = pl.DataFrame(with_net(case.left, case.policy))
    sides = [_pandas(left), _pandas(case.right)]
    links = pl.DataFrame(pandas_script.run(*sides).to_dict("list"))
    assert abs(score(case, links).f1 - score(case, polars_links).f1) < 0.01


def _pandas(items: pl.DataFrame):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(items.to_dict(as_series=False))
    return frame.assign(date=pandas.to_datetime(frame["date"]))


def test_net_takes_off_the_told_fees_and_nothing_else(case):
    left = with_net(case.left, case.policy)
    paypal = left.filter(channel="paypal").row(0, named=True)
    fee = (paypal["amount"] * 44_000 + 500_000) // 1_000_000 + 30
    assert paypal["net"] == paypal["amount"] - fee
    plain = left.filter(channel="web-cn")
    assert plain["net"].equals(plain["amount"])


ROW = report.Row(1.5, 2.0, 100.0, 1.0, 0.5, 0.667, 0.0, 0.01, {"direct": 0.5})


def test_a_table_has_a_line_a_matcher_and_says_who_failed():
    lines = report.table("10 orders", {"one": ROW, "two": None}).splitlines()
    assert lines[4] == "| one | 1.5 | 2 | 100 | 1.0000 | 0.5000 | 0.6670 | 0.0% | 1.0% | 0.500 |"
    assert lines[5] == "| two | failed |"


def test_means_over_seeds_and_one_failure_is_a_failure():
    other = report.Row(0.5, 1.0, 300.0, 0.0, 0.5, 0.333, 0.0, 0.03, {"direct": 0.7})
    mean = report.averaged([ROW, other])
    assert mean is not None
    assert (mean.seconds, mean.cpu_seconds) == (1.0, 1.5)
    assert (mean.peak_mb, mean.by_scenario["direct"]) == (200.0, 0.6)
    assert report.averaged([ROW, None]) is None


def test_the_readme_keeps_its_words_around_the_figures(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{report.START}\nold\n{report.END}\nafter\n", encoding="utf-8")
    report.write_readme(path, ["new"], "python -m bench.run")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "new" in text
    assert "old" not in text


def test_a_link_between_rows_that_look_alike_is_right():
    case = hard.identical()
    crossed = pl.DataFrame({"left_id": ["L0000007"], "right_id": ["B0000003"]})
    assert hard.right_share(case, crossed) == 1.0
    other = hard.one_amount()
    strangers = pl.DataFrame({"left_id": [other.left["id"][0]], "right_id": [other.right["id"][1]]})
    assert hard.right_share(other, strangers) == 0.0


def test_the_large_payout_is_the_sum_of_its_orders():
    case = hard.payout_without_id()
    assert case.left["amount"].sum() == case.right["amount"].sum()
    assert len(case.truth) == hard.PAYOUT
