"""The policy changes what it names, and every mistake in it is told at once."""

import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.model.policy import default_policy, read_policy, settings


def test_a_policy_changes_only_what_it_names() -> None:
    text = """
    company = "示例电商"
    [match]
    window_days_after = 60
    [due.days]
    tmall = 10
    [[fees]]
    name = "wechat 0.6 %"
    channel = "wechat"
    rate_ppm = 6000
    """
    policy = read_policy(text, "p.toml")
    assert policy.company == "示例电商"
    assert policy.match.window_days_after == 60
    assert policy.match.window_days_before == default_policy().match.window_days_before
    assert policy.due.days["tmall"] == 10
    assert policy.due.days["amazon"] == default_policy().due.days["amazon"]
    assert [fee.rate_ppm for fee in policy.fees] == [6000]


def test_all_mistakes_are_told_together() -> None:
    text = 'colour = "red"\n[match]\nwindow_days_after = -1\nbudget_steps = "many"\n'
    with pytest.raises(TieoutError) as told:
        read_policy(text, "p.toml")
    found = {(p.code, p.place.column) for p in told.value.problems}
    assert found == {
        (Code.POLICY_UNKNOWN_KEY, "colour"),
        (Code.POLICY_BAD_VALUE, "match.window_days_after"),
        (Code.POLICY_BAD_VALUE, "match.budget_steps"),
    }


def test_a_file_that_is_not_toml_says_so() -> None:
    with pytest.raises(TieoutError) as told:
        read_policy("= =", "p.toml")
    assert told.value.problems[0].code == Code.POLICY_NOT_READ


def test_every_setting_has_a_unit_and_a_meaning() -> None:
    without = [
        key for key, _, unit, meaning in settings(default_policy()) if not (unit and meaning)
    ]
    assert without == []
