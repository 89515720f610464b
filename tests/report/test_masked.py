"""A masked close: nobody in it, in whatever report is made of it; and everything as it was."""

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import polars as pl
import pytest

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.export.masked_check import prove_frames, prove_report
from recon_engine.export.masked_pdf import masked_report
from recon_engine.messages import Language
from recon_engine.model.kept import BUDGET, CUSTOM, DECISIONS, FOLLOW_UP, Kept
from recon_engine.model.results import Close, Period, Step
from recon_engine.report.data import Section, Table
from recon_engine.report.masked import masked_close, own_key
from recon_engine.report.summary import summary
from tests.workbook import sample

BUYERS = ("王小明", "李　静", "欧阳修远", "张三丰", "赵敏", "John O'Neill")


def texts(value: Any) -> list[str]:
    """Every text within a close, whatever it is wrapped in."""
    if isinstance(value, pl.DataFrame):
        return [str(cell) for row in value.rows() for cell in row if isinstance(cell, str)]
    if is_dataclass(value) and not isinstance(value, Period):
        return [text for one in fields(value) for text in texts(getattr(value, one.name))]
    if isinstance(value, tuple | list):
        return [text for each in value for text in texts(each)]
    if hasattr(value, "items"):
        return [text for pair in value.items() for each in pair for text in texts(each)]
    return [value] if isinstance(value, str) else []


def figures_of(section: Section) -> list[str]:
    """What is no text in a section's tables, line by line."""
    rows = (
        row
        for part in section.parts
        if isinstance(part, Table)
        for row in (*part.rows, *part.totals)
    )
    figures = ([cell for cell in row.cells if not isinstance(cell, str)] for row in rows)
    return [str(cells) for cells in figures if cells]


def busy() -> Close:
    """The small month with a person's work in it, and names wherever one may have got."""
    small = sample.small()
    orders = small.records.filter(pl.col("kind") == "order")["record_id"]
    decided = dict.fromkeys(DECISIONS, "张三丰") | {"amount": 5, "user": "cashier.zhou"}
    custom = dict.fromkeys(CUSTOM, "") | {
        "name": "张三丰的订单", "source": "Orders", "rows": "channel", "values": "amount",
        "filter": "party", "equals": "张三丰",
    }  # fmt: skip
    problem = Problem(Code.AMOUNT_NOT_A_NUMBER, Place("张三丰.xls", "赵敏", 3, "金额"), "王小明",
                      {"value": "王小明"})  # fmt: skip
    return replace(
        small,
        policy=replace(small.policy, owner="cashier.zhou"),
        problems=(*small.problems, problem),
        files=tuple(replace(f, rejects=(problem,), notes=(problem,)) for f in small.files),
        kept=Kept(
            decisions=pl.DataFrame([decided], schema=DECISIONS),
            follow_up=pl.DataFrame(
                {
                    "record_id": orders[3:5],
                    "follow_up": ["asked", "问张三丰"],
                    "follow_up_note": ["问张三丰"] * 2,
                },
                schema=FOLLOW_UP,
            ),
            custom=pl.DataFrame([custom, custom | {"rows": "问张三丰"}], schema=CUSTOM),
            budget=pl.DataFrame([("tmall", "CNY", "问张三丰")], schema=BUDGET, orient="row"),
        ),
        log=(*small.log, Step("read", 1, 1)),
    )


@pytest.mark.parametrize("name", [*BUYERS, "cashier.zhou"])
def test_no_text_of_the_close_holds_a_name(name: str) -> None:
    masked = masked_close(busy(), b"key")
    assert [text for text in texts(masked.close) if name in text] == []
    assert list(masked.hidden.find([("here", f"({name})")]))


def test_what_a_person_typed_is_kept_only_where_it_was_chosen() -> None:
    kept = masked_close(busy(), b"key").close.kept
    assert kept.follow_up["follow_up"].to_list() == ["asked", ""]
    assert kept.follow_up["follow_up_note"].to_list() == ["", ""]
    assert kept.budget["budget"].to_list() == ["问张*"]
    assert kept.custom.height == 1  # the other asks for a column that is none
    assert kept.decisions.is_empty()


@pytest.mark.parametrize("language", list(Language))
def test_no_report_holds_one_and_its_front_says_so(language: Language) -> None:
    masked = masked_close(busy(), b"key")
    report = masked_report(masked, language, "pack.pdf")
    said = texts(report)
    assert [(name, text) for name in BUYERS for text in said if name in text] == []
    assert len(report.facts) == len(summary(busy(), language).facts) + 1


def test_every_figure_of_every_report_is_as_before() -> None:
    before, after = (summary(close, Language.EN) for close in (busy(), masked_close(busy()).close))
    assert before.proof == after.proof
    assert before.chain == after.chain
    assert before.figures == after.figures
    for one, other in zip(before.sections, after.sections, strict=True):
        assert sorted(figures_of(one)) == sorted(figures_of(other)), one.key


def test_a_report_on_one_buyer_is_on_that_buyers_pseudonym() -> None:
    masked = masked_close(busy(), b"key").close
    asked = masked.kept.custom.row(0, named=True)
    assert asked["name"] == "张*的订单"
    found = masked.records.filter(pl.col("party") == asked["equals"])
    assert found["amount"].to_list() == [119_900]


def test_the_close_itself_is_untouched() -> None:
    close = busy()
    before = texts(close)
    masked_close(close)
    assert texts(close) == before


def test_the_key_is_made_of_all_that_only_the_house_has() -> None:
    close = sample.small()
    files = tuple(replace(file, sha256="0") for file in close.files)
    other = close.records.with_columns(party=pl.lit("x"))
    keys = {
        own_key(close),
        own_key(replace(close, files=files)),
        own_key(replace(close, records=other)),
    }
    assert len(keys) == 3
    assert own_key(close) == own_key(replace(close, records=close.records.reverse()))


def test_ids_of_ours_are_made_anew_and_still_lead_to_each_other() -> None:
    before, after = busy(), masked_close(busy()).close
    assert not set(before.records["record_id"]) & set(after.records["record_id"])
    for frame in (after.members, after.exceptions, after.receivables):
        known = [*after.records["record_id"], *after.payouts["payout_id"]]
        assert set(frame["record_id"]) <= set(known)
    assert set(after.members["match_id"]) == set(after.matches["match_id"])


def test_a_leak_in_a_report_or_a_table_is_told_by_its_place() -> None:
    masked = masked_close(busy(), b"key")
    with pytest.raises(TieoutError) as told:
        prove_report(summary(busy(), Language.EN), masked.hidden, "pack.pdf")
    assert {p.code for p in told.value.problems} == {Code.PERSONAL_DATA_LEFT}
    with pytest.raises(TieoutError) as told:
        prove_frames({"Orders": busy().records}, masked.hidden, "tables")
    first = told.value.problems[0]
    assert (first.place.file, first.place.sheet) == ("tables", "Orders")
    assert first.place.column in busy().records.columns
    assert not any(
        name in json.dumps(dict(p.params)) for p in told.value.problems for name in BUYERS
    )


def test_a_close_of_nothing_can_be_masked() -> None:
    assert masked_close(sample.empty()).close.records.is_empty()
