"""The add-in's file: the same bytes each time, whole for Excel, harmless for those who guard it."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from pyopenvba.cfb import CFB

from recon_engine.messages import Language, text
from tests.run import validator
from xl_addin.addin_file.package import NAME, addin_bytes
from xl_addin.addin_file.project import DOCUMENT, MODULES, NOT_COMPILED, source
from xl_addin.addin_file.ribbon import EDITIONS, ribbon_xml
from xl_addin.addin_file.word_sheet import rows
from xl_addin.build import RELEASES, main

# What a scanner may find, and why each is there: it starts Python (Run, CreateObject, Shell,
# WScript.Shell), on a Mac by a script; it may lay a line into the helper's folder
# (ExpandEnvironmentStrings, CreateTextFile, Write).  The last two are the scanner's own: ids that
# every document module has, and words of eight letters.
KEYWORDS = {
    "Run", "CreateObject", "Shell", "WScript.Shell", "applescript", "ExpandEnvironmentStrings",
    "CreateTextFile", "Write", "Hex Strings", "Base64 Strings",
}  # fmt: skip


@pytest.fixture(scope="module")
def addin() -> bytes:
    return addin_bytes()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_shipped_add_in_is_what_the_sources_say(addin: bytes) -> None:
    shipped = (RELEASES / NAME).read_bytes()
    assert addin == addin_bytes()
    assert addin == shipped, "run: python -m xl_addin.build"


def test_the_command_writes_what_somebody_may_place_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == [
        "Monthly Close 月結.xltx", "Monthly Close 月结.xltx", "Monthly Close.xltx", NAME,
    ]  # fmt: skip
    assert capsys.readouterr().out.splitlines()[0] == str(tmp_path / NAME)


def test_the_validator_finds_nothing(addin: bytes, tmp_path: Path) -> None:
    if not validator().exists():
        pytest.skip("the OOXML validator is not installed")
    target = tmp_path / NAME
    target.write_bytes(addin)
    told = subprocess.run(["node", validator(), target], capture_output=True, check=False)
    assert told.returncode == 0, told.stdout.decode()


def test_it_holds_both_ribbons_and_every_word(addin: bytes) -> None:
    held = parts(addin)
    relations = held["_rels/.rels"].decode()
    for edition in EDITIONS:
        assert held[edition.part] == ribbon_xml(edition)
        assert f'Type="{edition.relation}" Target="{edition.part}"' in relations
    sheet = held["xl/worksheets/sheet1.xml"].decode()
    assert text("ribbon.changes.undo", Language.ZH_HANT) in sheet
    assert len({key for key, *_ in rows()}) == len(list(rows()))
    assert b"addin.macroEnabled.main+xml" in held["[Content_Types].xml"]


def test_the_project_is_named_and_only_source(addin: bytes) -> None:
    """What is not compiled cannot differ from what one reads."""
    project = parts(addin)["xl/vbaProject.bin"]
    storage = CFB.from_bytes(project)
    assert storage.get_stream_in_storage("VBA", "_VBA_PROJECT") == NOT_COMPILED
    assert b'Name="Tieout"' in storage.get_stream("PROJECT")
    streams = set(storage.list_streams_in_storage("VBA"))
    assert streams == {"dir", "_VBA_PROJECT", DOCUMENT, "WordSheet", *MODULES}


def test_a_stranger_reads_the_same_source_and_finds_nothing_hidden(
    addin: bytes, tmp_path: Path
) -> None:
    olevba = pytest.importorskip("oletools.olevba")
    target = tmp_path / NAME
    target.write_bytes(addin)
    parser = olevba.VBA_Parser(str(target))
    read = {stream: code for _, stream, _, code in parser.extract_macros()}
    code_of = {name.rpartition("/")[2]: code for name, code in read.items()}
    for name in MODULES:
        assert code_of[name].replace("\r\n", "\n") == source(name).replace("\r\n", "\n")
    assert source(DOCUMENT).replace("\r\n", "\n") in code_of[DOCUMENT].replace("\r\n", "\n")
    assert not parser.detect_vba_stomping()
    found = {
        keyword.casefold() for kind, keyword, _ in parser.analyze_macros() if kind == "Suspicious"
    }
    auto = [keyword for kind, keyword, _ in parser.analyze_macros() if kind == "AutoExec"]
    assert found == {keyword.casefold() for keyword in KEYWORDS}
    assert auto == [], "nothing runs by itself when a file opens"
    parser.close()


def test_a_guard_calls_it_no_threat() -> None:
    mraptor = pytest.importorskip("oletools.mraptor")
    code = "\n".join(source(name) for name in (*MODULES, DOCUMENT))
    judged = mraptor.MacroRaptor(code)
    judged.scan()
    assert not judged.suspicious
