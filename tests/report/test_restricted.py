"""A part of a close: all of some platforms or of one store, and nothing of others."""

from dataclasses import replace

import polars as pl
import pytest

from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close
from recon_engine.report.restricted import restricted
from recon_engine.report.summary import summary
from tests.workbook import sample
from xl_addin.verbs.close import close_files


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Close:
    folder = tmp_path_factory.mktemp("demo")
    write_month(make_month(300, 3), folder)
    return close_files([folder / "files"], default_policy())


CHANNELS = ("tmall", "wechat", "amazon", "alipay", "shopify")


@pytest.mark.parametrize("channel", CHANNELS)
def test_all_of_a_platform_and_nothing_of_others(whole: Close, channel: str) -> None:
    part = restricted(whole, [channel])
    own = pl.col("channel") == channel
    assert part.receivables.equals(whole.receivables.filter(own))
    assert part.payouts.equals(whole.payouts.filter(own))
    assert whole.records.filter(own)["record_id"].is_in(part.records["record_id"].implode()).all()
    orders = part.records.filter(pl.col("kind") == "order")
    assert set(orders["channel"]) <= {channel}
    assert set(part.exceptions["record_id"]) <= {
        *whole.records.filter(own)["record_id"], *whole.payouts.filter(own)["payout_id"]
    }  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS)
def test_whatever_is_named_is_there(whole: Close, channel: str) -> None:
    """No list of a part names a record, match or payout that it does not hold."""
    part = restricted(whole, [channel])
    known = {*part.records["record_id"], *part.payouts["payout_id"]}
    assert set(part.members["record_id"]) <= known
    assert set(part.members["match_id"]) == set(part.matches["match_id"])
    for name in ("candidate", "alternative_ids"):
        named = {one for ids in part.exceptions[name] for one in (ids or "").split(" ") if one}
        assert named <= known
    assert set(part.terms["payout_id"]) <= set(part.payouts["payout_id"])


def test_one_store_of_a_platform(whole: Close) -> None:
    renamed = pl.when(pl.col("record_id").hash() % 2 == 0).then(pl.lit("二店")).otherwise("account")
    tmall = pl.col("channel") == "tmall"
    account = pl.when(tmall).then(renamed).otherwise("account").alias("account")
    two = replace(
        whole,
        records=whole.records.with_columns(account),
        receivables=whole.receivables.with_columns(account),
    )
    part = restricted(two, ["tmall"], "二店")
    assert set(part.receivables["account"]) == {"二店"}
    orders = part.records.filter(pl.col("kind") == "order")
    assert set(orders["account"]) == {"二店"}
    members = part.members.join(part.records, on="record_id").filter(pl.col("kind") == "order")
    assert set(members["account"]) == {"二店"}


def test_the_close_stays_as_it_was_and_reports_can_be_made(whole: Close) -> None:
    height = whole.records.height
    part = restricted(whole, ["tmall"])
    assert whole.records.height == height
    sold = {section.key for section in summary(part, Language.EN).sections}
    assert "remittance" in sold
    assert restricted(sample.empty(), ["tmall"]).records.is_empty()
