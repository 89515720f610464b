"""The command line as other programs call it: files out, exit codes, errors, same bytes."""

import csv
import io
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from recon_engine.messages import Language, catalogue
from xl_addin.command_line import main

ORDERS = """订单编号,下单时间,实付金额,买家
100001,2026-10-01,100.00,张三
100002,2026-10-02,50.50,李四
100003,2026-10-03,8.00,王五
"""
BANK = """日期,摘要,收入,支出,余额
2026-10-02,货款 100001,100.00,,1100.00
2026-10-04,货款 100002,50.50,,1150.50
2026-10-05,手续费,,0.50,1150.00
"""
LEFT = """id,date,amount,reference
A1,2026-10-01,100.00,SO-100001
A2,2026-10-02,50.00,SO-100002
A3,2026-10-03,70.00,SO-100003
"""
RIGHT = """id,date,amount,text
B1,2026-10-02,100.00,payment SO100001
B2,2026-10-03,30.00,SO-100002 first
B3,2026-10-04,20.00,SO-100002 rest
B4,2026-10-05,69.00,SO-100003
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "月结"
    place.mkdir()
    (place / "订单.csv").write_text(ORDERS, encoding="utf-8")
    (place / "银行.csv").write_text(BANK, encoding="gb18030")
    return place


def run(*words: object) -> int:
    return main([str(word) for word in words])


def close(folder: Path, out: Path, *more: object) -> dict[str, object]:
    report = out.with_suffix(".json")
    assert run("close", folder, "--out", out, "--json", report, "--lang", "en", *more) == 0
    return dict(json.loads(report.read_text(encoding="utf-8")))


def test_match_writes_one_line_for_each_member(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(LEFT, encoding="utf-8")
    (tmp_path / "r.csv").write_text(RIGHT, encoding="utf-8-sig")
    out, report = tmp_path / "links.csv", tmp_path / "r.json"
    sides = ("--left", tmp_path / "l.csv", "--right", tmp_path / "r.csv")
    assert run("match", *sides, "--out", out, "--json", report) == 0
    assert out.read_text(encoding="utf-8") == (
        "match_id,side,id,rule,status,difference\n"
        "M-A1,left,A1,reference_in_text,confirmed,0.00\n"
        "M-A1,right,B1,reference_in_text,confirmed,0.00\n"
        "M-A2,left,A2,references_in_text,confirmed,0.00\n"
        "M-A2,right,B2,references_in_text,confirmed,0.00\n"
        "M-A2,right,B3,references_in_text,confirmed,0.00\n"
        "M-A3,left,A3,reference_differs,proposed,1.00\n"
        "M-A3,right,B4,reference_differs,proposed,1.00\n"
    )
    assert json.loads(report.read_text(encoding="utf-8"))["matches"] == {
        "confirmed": 2,
        "proposed": 1,
    }


def test_a_table_that_names_no_currency_takes_the_other_ones(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(LEFT, encoding="utf-8")
    head, *rows = RIGHT.splitlines()
    priced = "\n".join([f"{head},currency", *(f"{row},USD" for row in rows)])
    (tmp_path / "r.csv").write_text(priced + "\n", encoding="utf-8")
    sides = ("--left", tmp_path / "l.csv", "--right", tmp_path / "r.csv")
    assert run("match", *sides, "--out", tmp_path / "links.csv") == 0
    assert "M-A1,left,A1,reference_in_text,confirmed,0.00" in (tmp_path / "links.csv").read_text()


def test_shuffled_rows_give_the_same_links(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(RIGHT, encoding="utf-8")
    written = []
    for seed in range(3):
        head, *rows = LEFT.splitlines()
        random.Random(seed).shuffle(rows)
        (tmp_path / "l.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        sides = ("--left", tmp_path / "l.csv", "--right", tmp_path / "r.csv")
        assert run("match", *sides, "--out", tmp_path / "links.csv") == 0
        written.append((tmp_path / "links.csv").read_bytes())
    assert len(set(written)) == 1


@pytest.mark.parametrize(
    ("left", "told"),
    [
        ("id,date\nA1,2026-10-01\n", ["amount", "column_missing"]),
        ("id,date,amount\nA1,31/31/2026,5.00\n", ["row 2", "date_not_read"]),
        ("id,date,amount\nA1,2026-10-01,five\n", ["row 2", "amount_not_a_number", "five"]),
        ("id,date,amount\nA1,2026-10-01,5.001\n", ["row 2", "amount_too_precise"]),
        ("id,date,amount\nA1,2026-10-01,5\nA1,2026-10-01,5\n", ["row 3", "id_twice"]),
        (
            "id,date,amount,currency\nA1,2026-10-01,5.00,USD\nA2,2026-10-01,5.00,EUR\n",
            ["currency_mixed", "EUR, USD / CNY"],
        ),
        ("", ["file_empty"]),
    ],
)
def test_wrong_tables_are_told_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], left: str, told: list[str]
) -> None:
    (tmp_path / "l.csv").write_text(left, encoding="utf-8")
    (tmp_path / "r.csv").write_text(RIGHT, encoding="utf-8")
    sides = ("--left", tmp_path / "l.csv", "--right", tmp_path / "r.csv")
    assert run("match", *sides, "--out", tmp_path / "links.csv", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert all(part in said for part in told), said
    assert not (tmp_path / "links.csv").exists()


def test_close_reports_what_it_did(folder: Path, tmp_path: Path) -> None:
    report = close(folder, tmp_path / "close.xlsx", "--pdf", tmp_path / "close.pdf")
    assert report == {
        "period": "2026-10",
        "records": {
            "order": {"count": 3, "sums": {"CNY": "158.50"}},
            "statement_line": {"count": 3, "sums": {"CNY": "150.00"}},
        },
        "matches": {"confirmed": 2, "proposed": 0},
        "exceptions": {"unknown_payment": 1, "unpaid": 1},
        "identity": {
            "CNY": {
                "opening": "0.00",
                "new": "308.50",
                "cleared": "301.00",
                "written_off": "0.00",
                "open": "7.50",
                "difference": "0.00",
            }
        },
        "payouts": [],
        "goods": {"shipping": [], "freight": [], "returned": []},
        "books": {"postings": [], "stock": []},
    }
    assert run("check", tmp_path / "close.xlsx") == 0
    assert (tmp_path / "close.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        close(folder, tmp_path / name / "c.xlsx", "--pdf", tmp_path / name / "c.pdf")
    for name in ("c.xlsx", "c.pdf", "c.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_one_bad_file_of_each_kind_stops_no_other(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = close(folder, tmp_path / "good.xlsx")
    (folder / "空.csv").write_bytes(b"")
    (folder / "别的.csv").write_text("colour,taste\nred,sweet\n", encoding="utf-8")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    cmb = "记账日期,货币,联机余额,交易摘要,对手信息,客户摘要\n2026-10-01,CNY,1.00,转账,张三,转账\n"
    (folder / "缺列.csv").write_text(cmb, encoding="utf-8")
    capsys.readouterr()
    assert close(folder, tmp_path / "all.xlsx") == expected
    said = capsys.readouterr().err
    for name, code in (
        ("空.csv", "file_empty"),
        ("别的.csv", "layout_unknown"),
        ("坏.xlsx", "file_damaged"),
        ("缺列.csv", "column_missing"),
    ):
        assert any(name in line and f"[{code}]" in line for line in said.splitlines()), said


def test_text_in_gbk_named_xls_is_read(folder: Path, tmp_path: Path) -> None:
    expected = close(folder, tmp_path / "a.xlsx")
    (folder / "银行.csv").unlink()
    rows = list(csv.reader(io.StringIO(BANK)))
    tabbed = "\n".join("\t".join(row) for row in rows)
    (folder / "银行.xls").write_bytes(tabbed.encode("gb18030"))
    assert close(folder, tmp_path / "b.xlsx") == expected


def test_ids_that_lost_digits_are_rejects_and_the_rest_is_read(
    folder: Path, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("订单编号", "下单时间", "实付金额", "买家"),
        ("100001", "2026-10-01", 100, "张三"),
        (4.00123e27, "2026-10-02", 50.5, "李四"),
    ):
        sheet.append(row)
    (folder / "订单.csv").unlink()
    book.save(folder / "订单.xlsx")
    report = tmp_path / "read.json"
    words = ("read", folder / "订单.xlsx", "--out", tmp_path / "r.csv", "--json", report)
    assert run(*words) == 0
    entry = json.loads(report.read_text(encoding="utf-8"))["files"][0]
    assert (entry["rows"], entry["records"]) == (2, 1)
    assert [(r["row"], r["column"], r["code"]) for r in entry["rejects"]] == [
        (3, "订单编号", "id_lost_digits")
    ]


def test_nothing_readable_is_exit_2_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "空.csv").write_bytes(b"")
    assert run("close", tmp_path / "空.csv", "--out", tmp_path / "c.xlsx", "--lang", "zh-Hans") == 2
    assert "文件是空的" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["空.csv"]


def test_an_output_never_overwrites_an_input(folder: Path) -> None:
    target = folder / "订单.csv"
    before = target.read_bytes()
    assert run("close", folder, "--out", target) == 2
    assert target.read_bytes() == before


def test_a_second_run_into_the_same_folder_does_not_read_the_first(folder: Path) -> None:
    first = close(folder, folder / "close.xlsx", "--pdf", folder / "close.pdf")
    assert close(folder, folder / "close.xlsx", "--pdf", folder / "close.pdf") == first


def test_a_policy_with_mistakes_is_refused_with_all_of_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text('colour = 1\n[match]\nwindow_days_after = "x"\n', encoding="utf-8")
    words = ("close", folder, "--out", tmp_path / "c.xlsx", "--policy", policy, "--lang", "en")
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert "colour" in said
    assert "window_days_after" in said


@pytest.mark.parametrize(
    "words",
    [
        ["close"],
        ["unknown"],
        ["match", "--left", "a.csv"],
        ["close", "a", "--out", "c.xlsx", "--lang", "fr"],
        ["apply", "close.xlsx"],
        ["export", "close.xlsx", "--partner", "p.xlsx"],
        ["export", "none.xlsx", "--pdf", "p.pdf"],
        ["close", "a", "--out", "c.xlsx", "--previous", "old.xlsx"],
    ],
)
def test_wrong_calls_answer_2_with_a_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "[" in capsys.readouterr().err


def test_what_leaves_the_house_holds_no_name(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, out = tmp_path / "close.xlsx", tmp_path / "out"
    close(folder, book)
    (tmp_path / "pw").write_text("geheim\n", encoding="utf-8")
    (tmp_path / "key").write_text("a secret of ours\n", encoding="utf-8")
    shown = ["--csv", out / "csv", "--parquet", out / "pq", "--pdf", out / "p.pdf", "--masked"]
    assert run("export", book, "--partner", out / "p.xlsx", *shown, "--lang", "en") == 0
    assert "personal data is masked" in capsys.readouterr().out
    names = [name.encode() for name in ("张三", "李四", "王五")]
    written = [path for path in out.rglob("*") if path.suffix in {".csv", ".parquet"}]
    assert [path.name for path in written for name in names if name in path.read_bytes()] == []
    first = (out / "p.xlsx").read_bytes()
    locked = ["--partner", out / "locked.xlsx", "--password-file", tmp_path / "pw"]
    assert run("export", book, *locked) == 0
    assert not zipfile.is_zipfile(out / "locked.xlsx")
    keyed = ["--partner", out / "keyed.xlsx", "--key-file", tmp_path / "key"]
    assert run("export", book, *keyed, "--sheets", "home, exceptions") == 0
    assert run("export", book, "--partner", out / "p.xlsx") == 0
    assert (out / "p.xlsx").read_bytes() == first
    assert (out / "keyed.xlsx").read_bytes() != first
    assert run("check", out / "p.xlsx") == 2


@pytest.mark.parametrize(("more", "code"), [
    (["--partner", "close.xlsx"], "target_is_input"),
    (["--partner", "p.xlsx", "--sheets", "home,settings"], "sheet_not_shared"),
    (["--partner", "p.xlsx", "--password-file", "empty"], "password_empty"),
    (["--partner", "p.xlsx", "--only", "tmall/nowhere"], "part_not_there"),
    (["--partner", "p.xlsx", "--only", "orders", "--sheets", "home"], "part_not_there"),
    (["--pdf", "p.pdf", "--only", "tmall"], "usage"),
    (["--partner", "p.xlsx", "--password-file", "none"], "file_missing"),
    (["--partner", "p.xlsx", "--key-file", "empty"], "key_empty"),
    (["--partner", "empty", "--password-file", "empty"], "target_is_input"),
    (["--pdf", "p.pdf", "--sheets", "home"], "usage"),
    (["--pdf", "p.pdf", "--encrypt"], "usage"),
    (["--masked"], "usage"),
])  # fmt: skip
def test_a_copy_that_cannot_be_is_told(
    folder: Path, tmp_path: Path, more: list[str], code: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    close(folder, tmp_path / "close.xlsx")
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    assert run("export", "close.xlsx", *more) == 2
    assert f"[{code}]" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(("typed", "code"), [
    (["geheim", "geheim"], ""), (["", ""], "password_empty"), (["a", "b"], "passwords_differ"),
])  # fmt: skip
def test_a_password_is_asked_for_twice(
    folder: Path, tmp_path: Path, typed: list[str], code: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    close(folder, tmp_path / "close.xlsx")
    answers = iter(typed)
    monkeypatch.setattr("xl_addin.verbs.export.getpass", lambda _prompt: next(answers))
    target = tmp_path / "p.xlsx"
    answer = run("export", tmp_path / "close.xlsx", "--partner", target, "--encrypt")
    assert (answer, target.exists()) == ((2, False) if code else (0, True))
    assert f"[{code}]" in capsys.readouterr().err or not code


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_help_says_what_every_argument_of_export_is_for(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help", "--lang", language])
    said = "".join(capsys.readouterr().out.split())
    told = catalogue("cli", Language(language))
    words = {key: word for key, word in told.items() if key.startswith("option.export.")}
    assert words
    assert [key for key, word in words.items() if "".join(word.split()) not in said] == []


def test_files_without_any_date_are_of_the_month_that_is_named_or_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_text("Tracking Number,Zone,Billed Weight,Charge,Currency\nTRK0001,5,1.0,8.45,USD\n")
    words = ["close", str(bill), "--lang", "en", "-o", str(tmp_path / "close.xlsx")]
    assert main([*words, "--period", "2026-05"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("2026-05: 1 records")
    assert "period_assumed" not in said.err
    assert main(words) == 0
    assert "period_assumed" in capsys.readouterr().err
    assert main([*words, "--period", "May"]) == 2
