"""``tieout demo``: makes the files, closes them as a user's are closed, says what it found."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from recon_engine.demo import Truth
from recon_engine.model.results import Close
from tests.demo.test_compare import perfect
from xl_addin.command_line import main


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, list[Path]]:
    """Stands in for the close: it reads the truth, so that what is printed is known."""
    seen: dict[str, list[Path]] = {}

    def close_files(paths: list[Path], *_: object) -> Close:
        seen["read"] = paths
        return perfect(Truth.from_json((tmp_path / "truth.json").read_text(encoding="utf-8")))

    def write_close(_closed: Close, _language: object, *targets: object) -> None:
        seen["written"] = [target for target in targets if isinstance(target, Path)]

    close = ModuleType("xl_addin.verbs.close")
    vars(close).update(close_files=close_files, write_close=write_close)
    monkeypatch.setitem(sys.modules, close.__name__, close)
    return seen


def test_it_closes_the_files_it_wrote_and_says_what_it_found(
    closing: dict[str, list[Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path), "--orders", "300", "--lang", "zh-Hans"]) == 0
    assert closing["read"] == [tmp_path / "files" / path.name for path in closing["read"]]
    assert all(path.is_file() for path in closing["read"])
    assert closing["written"] == [tmp_path / "close.xlsx", tmp_path / "close.pdf"]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("示例电商有限公司的 17 个文件")
    assert "漏掉 0，错配 0" in said[2]
    assert "漏掉 0，错配 0" in said[3]
    assert all("埋下" in line and line.endswith("另报 0") for line in said[5:])


def test_too_few_orders_are_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path), "--orders", "5", "--lang", "en"]) == 2
    assert "--orders 5 < 100" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
