"""The partner copy: a new file of a masked close, with nothing in it that was not meant for it."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.masked import MaskedClose, masked_close
from recon_engine.trust import columns
from recon_engine.trust.columns import Mask
from tests.run import validator
from tests.workbook import sample
from tests.workbook.test_libreoffice import calculated, same
from workbook_templates.frames import close_frames
from workbook_templates.partner import Part, masked_frames, partner_bytes
from workbook_templates.partner_check import prove_masked, texts_of
from workbook_templates.partner_layout import NAMES, OF_A_PART, SHARED, USUAL
from workbook_templates.properties import is_tieout_workbook
from xl_addin.partner import write_partner

KEY = b"a key of the tests"
BUYERS = ("王小明", "李　静", "欧阳修远", "张三丰", "赵敏", "陈先生", "John O'Neill")
EMPTY = {"adjusting", "balances", "finding_rows", "history", "terms"}  # of the small month


@pytest.fixture(scope="module")
def masked() -> MaskedClose:
    return masked_close(close(), KEY)


def close() -> Close:
    """The small month, with a bank's text that names a buyer, his phone and his card."""
    small = sample.small()
    said = "转账 张三丰 手机13800138000 6222021234567890128 户名：钱多多 浙江省杭州市文三路90号"
    told = pl.when(pl.col("text") == "货款").then(pl.lit(said)).otherwise("text").alias("text")
    return replace(
        small,
        records=small.records.with_columns(told),
        exceptions=small.exceptions.with_columns(told, handled_note=pl.lit("问过王小明")),
    )


PERSONAL = (*BUYERS, "13800138000", "6222021234567890128", "钱多多", "文三路", "问过")


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("language", list(Language))
def test_nothing_personal_stands_in_any_part(masked: MaskedClose, language: Language) -> None:
    for name, part in parts(partner_bytes(masked, language, NAMES)).items():
        found = [value for value in PERSONAL if value.encode() in part]
        assert found == [], name


def test_what_a_partner_needs_stands_in_it(masked: MaskedClose) -> None:
    said = {text for _, text in texts_of(partner_bytes(masked, Language.ZH_HANS, NAMES))}
    assert {"202609080004", "114-2938471-0000007", "天猫", "旗舰店", "示例电商有限公司"} <= {
        part for text in said for part in (text, *text.split("  ·  "), *text.split("  "))
    }
    assert {"支付宝（中国）网络技术有限公司", "上海某某贸易有限公司"} <= said
    assert any(re.fullmatch(r"张\* #\w{8}", text) for text in said)
    assert "转账 张* 手机138****8000 ****0128 户名：钱* 浙江省杭州市***" in said


def test_one_buyer_has_one_pseudonym_wherever_he_stands(masked: MaskedClose) -> None:
    frames = masked_frames(masked, Language.EN)
    shown = {
        row["party"]
        for name in ("Orders", "Exceptions", "Receivables", "FollowUp")
        for row in frames[name].iter_rows(named=True)
        if "202609080004" in row["reference"]
    }
    assert len(shown) == 1
    other = masked_close(close(), b"another key").close.records["party"]
    assert not shown & set(other)


def test_masking_changes_no_figure_and_no_row(masked: MaskedClose) -> None:
    before, after = close_frames(close(), Language.EN), close_frames(masked.close, Language.EN)
    for name, frame in before.items():
        figures = [key for key, kind in frame.schema.items() if kind != pl.String()]
        figures = [key for key in figures if key != "check_number"]  # made of the texts too
        ordered = frame.select(figures).sort(figures, nulls_last=True)
        assert ordered.equals(after[name].select(figures).sort(figures, nulls_last=True)), name


def test_the_same_close_gives_the_same_bytes_in_whatever_order() -> None:
    one = close()
    shuffled = replace(one, records=one.records.sample(fraction=1, shuffle=True, seed=1))
    made = {partner_bytes(masked_close(each), Language.EN) for each in (one, close(), shuffled)}
    assert len(made) == 1


@pytest.mark.parametrize("chosen", [USUAL, frozenset(NAMES)])
def test_it_is_a_plain_workbook(
    masked: MaskedClose, chosen: frozenset[str], tmp_path: Path
) -> None:
    data = partner_bytes(masked, Language.ZH_HANS, chosen)
    names, xml = set(parts(data)), parts(data)
    forbidden = r"vba|comments|externalLinks|connections|customXml|docProps/custom|vmlDrawing|media"
    assert [name for name in names if re.search(forbidden, name)] == []
    book = xml["xl/workbook.xml"].decode()
    assert 'state="' not in book
    assert set(re.findall(r'definedName name="([^"]+)"', book)) <= {
        "_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"
    }  # fmt: skip
    core, app = xml["docProps/core.xml"].decode(), xml["docProps/app.xml"].decode()
    assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)<", core) == []
    assert "<Company></Company>" in app
    whole = b"".join(xml.values())
    assert b"dataValidation" not in whole
    assert b'TargetMode="External"' not in whole
    assert [
        n
        for n, part in xml.items()
        if b"<col " in part and b'hidden="1"' in part.split(b"<sheetData>")[0]
    ] == []
    (tmp_path / "p.xlsx").write_bytes(data)
    assert not is_tieout_workbook(tmp_path / "p.xlsx")


def test_a_copy_of_one_platform_holds_nothing_of_another(masked: MaskedClose) -> None:
    part = Part(("tmall",), "旗舰店")
    data = partner_bytes(masked, Language.ZH_HANS, NAMES, part)
    assert set(load_workbook(io.BytesIO(data)).sheetnames) <= {
        text(f"workbook.sheet.{key}", Language.ZH_HANS) for key in OF_A_PART
    }
    orders = close().records.filter(pl.col("kind") == "order")
    said = b"".join(parts(data).values()).decode("utf-8", "replace")
    own = orders.filter(pl.col("channel") == "tmall")["reference"]
    assert [reference for reference in own if reference not in said] == []
    others = orders.filter(pl.col("channel") != "tmall")["reference"]
    assert [reference for reference in others if reference in said] == []
    assert "仅 天猫 / 旗舰店" in said
    assert_nothing_leads_out(data)


@pytest.mark.parametrize("key", [shared.key for shared in SHARED])
@pytest.mark.parametrize("language", [Language.ZH_HANS, Language.EN])
def test_each_sheet_stands_alone(masked: MaskedClose, key: str, language: Language) -> None:
    """Whatever is chosen, no formula and no link reaches for what is not there."""
    if key in EMPTY:
        with pytest.raises(TieoutError) as told:
            partner_bytes(masked, language, {key})
        assert told.value.problems[0].code is Code.NOTHING_TO_SHARE
        return
    assert_nothing_leads_out(partner_bytes(masked, language, {key}))


def assert_nothing_leads_out(data: bytes) -> None:
    book = load_workbook(io.BytesIO(data))
    tables = {table.name: table for sheet in book for table in sheet.tables.values()}
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            for name, caption in re.findall(r"(\w+)\[([^\]]+)\]", cell.value):
                assert caption in tables[name].column_names, (sheet.title, cell.coordinate)
    for name, part in parts(data).items():
        for place in re.findall(r'location="([^"]+)"', part.decode("utf-8", "replace")):
            assert place.rpartition("!")[0].strip("'") in book.sheetnames, name
    for chart in (part for name, part in parts(data).items() if "/charts/" in name):
        for area in re.findall(r"<c:f>([^<]+)</c:f>", chart.decode()):
            assert area.rpartition("!")[0].strip("'") in book.sheetnames


@pytest.mark.skipif(not validator().exists(), reason="the OOXML validator is not installed")
@pytest.mark.parametrize("chosen", [USUAL, frozenset(NAMES)])
def test_the_validator_finds_nothing(
    masked: MaskedClose, chosen: frozenset[str], tmp_path: Path
) -> None:
    (tmp_path / "p.xlsx").write_bytes(partner_bytes(masked, Language.ZH_HANS, chosen))
    command = ["node", str(validator()), str(tmp_path / "p.xlsx")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("chosen", [USUAL, frozenset(NAMES)])
def test_another_program_comes_to_the_same_figures(
    masked: MaskedClose, chosen: frozenset[str], tmp_path: Path
) -> None:
    data = partner_bytes(masked, Language.ZH_HANS, chosen)
    formulas = load_workbook(io.BytesIO(data))
    stored = load_workbook(io.BytesIO(data), data_only=True)
    afresh = load_workbook(io.BytesIO(calculated(data, tmp_path)), data_only=True)
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    wrong = [at for at in cells if not same(stored[at[0]][at[1]].value, afresh[at[0]][at[1]].value)]
    assert wrong == []
    assert len(cells) > 150


def test_a_name_left_in_a_note_is_found_and_no_file_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A leak planted on purpose: somebody decides that notes may be shown."""
    monkeypatch.setattr(columns, "MASKS", columns.MASKS | {"handled_note": Mask.KEEP})
    leaking, target = masked_close(close(), KEY), tmp_path / "p.xlsx"
    with pytest.raises(TieoutError) as told:
        write_partner(leaking, target, Language.ZH_HANS)
    problems = told.value.problems
    assert {problem.code for problem in problems} == {Code.PERSONAL_DATA_LEFT}
    assert problems[0].place.sheet == text("workbook.sheet.exceptions", Language.ZH_HANS)
    assert (problems[0].place.column, problems[0].place.row > 0) != ("", False)
    assert "王小明" not in str([(p.place, p.value, dict(p.params)) for p in problems])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [
    ("xl/charts/chart1.xml", "</c:chartSpace>", "<a:t>欠款 张三丰</a:t></c:chartSpace>"),
    ("docProps/core.xml", "<dc:creator>", "<dc:creator>John O'Neill"),
    ("xl/workbook.xml", '<sheet name="', '<sheet name="张三丰 '),
    ("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><x a=\"call 13800138000\"/>"),
    ("docProps/app.xml", "<Company>", "<Company>6222021234567890128"),
])  # fmt: skip
def test_a_leak_in_any_part_is_found(
    masked: MaskedClose, place: tuple[str, str, str], tmp_path: Path
) -> None:
    name, old, new = place
    made = parts(partner_bytes(masked, Language.EN))
    assert old in made[name].decode()
    made[name] = made[name].decode().replace(old, new, 1).encode()
    with zipfile.ZipFile(tmp_path / "p.xlsx", "w") as package:
        for part, content in made.items():
            package.writestr(part, content)
    with pytest.raises(TieoutError) as told:
        prove_masked(tmp_path / "p.xlsx", masked.hidden, name="p.xlsx")
    assert told.value.problems[0].code is Code.PERSONAL_DATA_LEFT


def test_with_a_password_it_opens_with_that_password_only(
    masked: MaskedClose, tmp_path: Path
) -> None:
    target = tmp_path / "p.xlsx"
    write_partner(masked, target, Language.EN, "geheim 密码")
    assert not zipfile.is_zipfile(target)
    prove_masked(target, masked.hidden, "geheim 密码", "p.xlsx")
    with pytest.raises(TieoutError) as told:
        prove_masked(target, masked.hidden, "another", "p.xlsx")
    assert told.value.problems[0].code is Code.WRITTEN_DIFFERS


def test_a_copy_that_stood_there_is_kept(masked: MaskedClose, tmp_path: Path) -> None:
    target = tmp_path / "p.xlsx"
    assert write_partner(masked, target, Language.EN) is None
    before = target.read_bytes()
    kept = write_partner(masked, target, Language.ZH_HANS)
    assert kept is not None
    assert kept.read_bytes() == before
