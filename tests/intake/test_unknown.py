"""What is not known is proposed with its evidence; what changed is read where that is certain."""

import json
from pathlib import Path

import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.intake.mapping import as_toml, read_mapping
from tests.intake.shared import SAMPLES, accounted, read
from workbook_templates.state import read_state
from xl_addin.command_line import main

STRANGE = (
    "Tagesdatum;Vorgang;Bewegung;Stand danach;Waehrg\n"
    "01.05.2026;Einkauf;-12,50;987,50;EUR\n02.05.2026;Erlös;100,00;1087,50;EUR\n"
    "15.05.2026;Miete;-300,00;787,50;EUR\n"
)
TD = (
    "05/28/2026,COFFEE,4.50,,995.50\n05/27/2026,SALE,,250.00,1000.00\n"
    "05/20/2026,SALE,,120.10,750.00\n05/13/2026,RENT,370.10,,629.90\n"
)


def made(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_columns_of_an_unknown_layout_are_guessed_with_evidence(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "s.csv", STRANGE))
    assert [p.code for p in intake.problems] == [Code.LAYOUT_UNKNOWN]
    (proposal,) = intake.proposals
    roles = {guess.column: guess.role for guess in proposal.columns}
    assert roles["Tagesdatum"] == "date"
    assert (roles["Bewegung"], roles["Stand danach"]) == ("amount", "balance")
    assert roles["Waehrg"] == "currency"
    moved = next(guess for guess in proposal.columns if guess.role == "amount")
    assert (moved.confidence, moved.evidence) == (99, ("balance=2/2",))


def test_a_written_mapping_is_confirmed_and_reads_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, mapping = made(tmp_path, "s.csv", STRANGE), tmp_path / "m.toml"
    out, told = tmp_path / "r.csv", tmp_path / "r.json"
    words = ("read", source, "--out", out, "--json", told, "--lang", "en")
    assert run(*words, "--write-mapping", mapping) == 2
    assert "“Bewegung” → amount (99 %: 2/2 balances follow" in capsys.readouterr().err
    (entry,) = json.loads(told.read_text(encoding="utf-8"))["files"]
    assert entry["problem"] == "layout_unknown"
    assert set(entry["mapping"][0]) == {"column", "role", "confidence", "evidence"}
    assert run(*words, "--mapping", mapping) == 0
    (entry,) = json.loads(told.read_text(encoding="utf-8"))["files"]
    assert (entry["profile"], entry["records"]) == ("m", 3)
    assert entry["totals"] == {"EUR": {"count": 3, "sum": "-212.50"}}


@pytest.mark.parametrize(
    "text",
    ["[columns", 'kind = "coffee"\n[columns]\ndate=["x"]\n',
     'kind = "order"\nchannel = ""\nodd = 1',
     'kind = "statement_line"\nchannel = ""\nrequired = ["date"]\n[columns]\n'],
)  # fmt: skip
def test_a_mapping_that_describes_nothing_is_refused(text: str) -> None:
    with pytest.raises(TieoutError) as told:
        read_mapping(text, "m.toml")
    assert [p.code for p in told.value.problems] == [Code.MAPPING_NOT_READ]


def test_no_header_is_read_only_where_the_balances_prove_the_columns(tmp_path: Path) -> None:
    proved = read(made(tmp_path, "td.csv", TD))
    assert proved.records["amount"].to_list() == [-450, 25000, 12010, -37010]
    assert accounted(proved.files[0], proved.records)
    broken = read(made(tmp_path, "x.csv", TD.replace("750.00", "751.00")))
    assert [p.code for p in broken.problems] == [Code.LAYOUT_UNKNOWN]
    (proposal,) = broken.proposals
    assert proposal.header is False
    assert "header = false" in as_toml(proposal)


def test_a_nought_on_the_other_side_is_no_figure(tmp_path: Path) -> None:
    text = """11/01/2026,0,Deposit,0,500.00,500.00
11/02/2026,101,Check,100.00,0,400.00
11/03/2026,102,Check,120.00,0,280.00
11/14/2026,103,Check,80.00,0,200.00
11/17/2026,0,Deposit,0,700.00,900.00
"""
    intake = read(made(tmp_path, "s.csv", text))
    assert intake.records["amount"].to_list() == [50000, -10000, -12000, -8000, 70000]


CMB = (
    "记账日期,货币,{amount},联机余额,交易摘要,对手信息,客户摘要{more}\n"
    "2026-05-01,CNY,-1.00,9.00,a,b,c{cell}\n"
)


def changed(amount: str = "交易金额", more: str = "", cell: str = "") -> str:
    return CMB.format(amount=amount, more=more, cell=cell)


def test_a_renamed_column_is_read_where_its_meaning_is_certain_and_told(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "c.csv", changed("交易总金额")))
    (report,) = intake.files
    assert (report.profile, intake.records["amount"].to_list()) == ("cmb", [-100])
    assert [(n.code, n.place.column, n.value) for n in report.notes] == [
        (Code.COLUMN_RENAMED, "交易金额", "交易总金额")
    ]


def test_a_renamed_column_of_other_cells_is_asked_about(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "c.csv", changed("交易总金额").replace("-1.00", "many")))
    assert [p.code for p in intake.problems] == [Code.COLUMN_MISSING]
    assert len(intake.proposals) == 1


def test_a_new_column_and_one_that_is_gone_are_told(tmp_path: Path) -> None:
    intake = read(made(tmp_path, "c.csv", changed(more=",积分", cell=",7")))
    assert [(n.code, n.place.column) for n in intake.files[0].notes] == [
        (Code.COLUMN_UNKNOWN, "积分")
    ]
    text = changed().replace(",联机余额", "").replace(",9.00", "")
    intake = read(made(tmp_path, "d.csv", text))
    assert [(n.code, n.place.column) for n in intake.files[0].notes] == [
        (Code.COLUMN_GONE, "联机余额")
    ]


def test_sheets_that_repeat_the_income_are_set_aside_and_told() -> None:
    intake = read(SAMPLES / "shopee_income" / "Income.released.id.20260501_20260531.xlsx")
    (report,) = intake.files
    assert [n.place.sheet for n in report.notes] == ["Summary", "Service Fee Details"]
    assert {n.code for n in report.notes} == {Code.SHEET_ASIDE}


SIGNED = (
    "18.09.2026;HOFER 0527;18.09.2026;-33,87;EUR;\n19.09.2026;GUTSCHRIFT;17.09.2026;24,00;EUR;\n"
)


@pytest.mark.parametrize(
    ("text", "read_"),
    [
        (SIGNED + "20.09.2026;SPAR 4105;16.09.2026;-23,55;EUR;\n", True),
        # Only one sign: money in or a card's spending, nobody can tell.
        (SIGNED.replace("-", "") + "20.09.2026;SPAR 4105;16.09.2026;23,55;EUR;\n", False),
        # Captions that nobody knows may say that it is something else.
        ("Tag;Wer;Wert;Was;Geld;\n" + SIGNED + "20.09.2026;SPAR;16.09.2026;-23,55;EUR;\n", False),
        # Two columns of figures: which one moved?
        (
            SIGNED.replace(";EUR;", ";EUR;7,10") + "20.09.2026;SPAR;16.09.2026;-3,55;EUR;1,00\n",
            False,
        ),
    ],
)
def test_without_a_header_signed_figures_beside_a_currency_are_the_movements(
    tmp_path: Path, text: str, read_: bool
) -> None:
    intake = read(made(tmp_path, "s.csv", text))
    if read_:
        assert intake.records["amount"].to_list() == [-3387, 2400, -2355]
        assert intake.records["date"].dt.day().to_list() == [18, 19, 20]
        assert accounted(intake.files[0], intake.records)
    else:
        assert [p.code for p in intake.problems] == [Code.LAYOUT_UNKNOWN]


def test_a_mapping_once_given_to_a_close_is_kept_with_the_workbook(tmp_path: Path) -> None:
    may, mapping = made(tmp_path, "may.csv", STRANGE), tmp_path / "bank.toml"
    run("read", may, "--out", tmp_path / "r.csv", "--write-mapping", mapping)
    first, second = tmp_path / "may.xlsx", tmp_path / "june.xlsx"
    assert run("close", may, "--mapping", mapping, "--out", first, "--lang", "zh-Hans") == 0
    kept = read_state(first)
    assert kept.intake.records["amount"].to_list() == [-1250, 10000, -30000]
    assert ("bank", "columns.balance", "Stand danach") in kept.kept.mappings.rows()
    june = made(tmp_path, "june.csv", STRANGE.replace(".05.", ".06.").replace("Miete", "Lohn"))
    assert run("close", june, "--previous", first, "--out", second) == 0
    assert read_state(second).kept.mappings.equals(kept.kept.mappings)
    assert {report.profile for report in read_state(second).intake.files} == {"bank"}


def test_captions_in_words_nobody_knows_are_still_captions(tmp_path: Path) -> None:
    rows = "2026-10-05,12.50,Anna\n2026-10-06,-3.00,Bert\n2026-10-07,8.00,Carl\n"
    (told,) = read(made(tmp_path, "s.csv", "Wann,Wieviel,Wer\n" + rows)).proposals
    assert told.header
    assert [guess.column for guess in told.columns] == ["Wann", "Wieviel", "Wer"]
    assert [guess.role for guess in told.columns] == ["date", "amount", ""]
    (bare,) = read(made(tmp_path, "b.csv", rows)).proposals
    assert not bare.header
