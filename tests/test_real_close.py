"""A folder of real files that nobody here wrote, closed: proved, validated, recalculated.

The files are read where they are and never kept; without them these tests say that they were
skipped.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.intake.shared import SHARED
from tests.run import validator
from workbook_templates.check import check_workbook
from xl_addin.command_line import main

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared real files are not here")

REAL = (
    "wallet_cn/完整测试_支付宝.csv",
    "wallet_cn/单条测试_支付宝.csv",
    "wallet_cn/完整测试_微信.csv",
    "bank_cn/cmb__debit__example-cmb-records.csv",
    "bank_cn/icbc__debit-v2__example-icbc-debit-v2-records.csv",
    "bank_cn/ccb__交易明细_xxxx_2025xxxx_2025xxxx.xls",
    "bank_cn/boc__credit__example-boc-records.csv",
    "mt940/jejik__abnamro.sta",
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("real")
    (place / "files").mkdir()
    for name in REAL:
        shutil.copy(SHARED / name, place / "files")
    words = ["close", place / "files", "--out", place / "close.xlsx", "--pdf", place / "close.pdf"]
    more = ["--json", place / "close.json", "--lang", "zh-Hans"]
    assert main([str(word) for word in (*words, *more)]) == 0
    return place


def test_every_currency_is_proved_to_the_cent(closed: Path) -> None:
    report = json.loads((closed / "close.json").read_text(encoding="utf-8"))
    assert set(report["identity"]) == {"CNY", "EUR", "USD"}
    assert {line["difference"] for line in report["identity"].values()} == {"0.00"}
    assert report["records"]["settlement_line"]["count"] == 119
    assert report["records"]["statement_line"]["count"] == 46


def test_the_workbook_proves_itself(closed: Path) -> None:
    assert check_workbook(closed / "close.xlsx") == []


@pytest.mark.skipif(not validator().exists(), reason="the OOXML validator is not installed")
def test_the_validator_finds_nothing(closed: Path) -> None:
    command = ["node", str(validator()), str(closed / "close.xlsx")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_saves_it_and_it_still_proves_itself(closed: Path, tmp_path: Path) -> None:
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to"]
    target = ["xlsx", "--outdir", str(tmp_path), str(closed / "close.xlsx")]
    subprocess.run([*command, *target], check=True, capture_output=True)
    assert check_workbook(tmp_path / "close.xlsx") == []


@pytest.mark.skipif(not validator().exists(), reason="the OOXML validator is not installed")
def test_a_copy_for_a_partner_is_proved_and_valid(closed: Path) -> None:
    target = closed / "partner.xlsx"
    words = ["export", closed / "close.xlsx", "--partner", target, "--sheets", "all"]
    more = ["--pdf", closed / "masked.pdf", "--csv", closed / "masked", "--masked"]
    assert main([str(word) for word in (*words, *more)]) == 0
    command = ["node", str(validator()), str(target)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
