"""The workbook is the database: read back and rendered again, nothing has changed."""

import pytest

from recon_engine.close import close_month
from recon_engine.demo import make_month, write_month
from recon_engine.intake import read_files
from recon_engine.messages import Language
from recon_engine.model.policy import Policy, read_policy
from recon_engine.model.results import Close, Intake
from workbook_templates.render import workbook_bytes
from workbook_templates.source import FileSource
from workbook_templates.state import State, read_state

POLICY = """
company = "Acme, Inc."
[[fees]]
name = "card"
channel = "shopify"
rate_ppm = 29_000
fixed_minor = 30
[[fees]]
name = "card"
channel = "wechat"
rate_ppm = 6_000
[channels.bank_names]
temu = ["Whaleco, Inc.", "temu"]
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(POLICY, "policy.toml")


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> Intake:
    folder = tmp_path_factory.mktemp("month")
    return read_files(write_month(make_month(120, 3), folder), policy)


def closed_again(state: State) -> Close:
    return close_month(state.intake, state.policy, state.period, kept=state.kept)


@pytest.mark.parametrize("language", list(Language))
def test_a_workbook_read_back_and_rendered_again_has_the_same_bytes(
    language: Language, intake: Intake, policy: Policy
) -> None:
    first = workbook_bytes(close_month(intake, policy), language)
    state = read_state(FileSource(first, "close.xlsx"))
    assert state.problems == ()
    assert workbook_bytes(closed_again(state), state.language, state.typed) == first


def test_everything_that_was_read_comes_back(intake: Intake, policy: Policy) -> None:
    close = close_month(intake, policy)
    state = read_state(FileSource(workbook_bytes(close, Language.ZH_HANS), "close.xlsx"))
    assert state.policy == policy
    assert state.period == close.period
    assert state.intake.files == close.files
    assert state.intake.problems == close.problems
    went = close.records.select(state.intake.records.columns).sort("record_id")
    assert state.intake.records.sort("record_id").equals(went)
