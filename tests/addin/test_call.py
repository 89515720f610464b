"""What Excel asks for arrives as it was asked, whatever the workbook is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from xl_addin import command_line
from xl_addin.actions import entry
from xl_addin.actions.call import Call, decoded, encoded, is_call, read_call

NAMES = ["Monthly Close.xlsx", "O'Brien & \"Co\" 100% a=b.xlsx", "%OS%.xlsx", "月结 2026年1月.xlsx",
         "~0041.xlsx", "📈 Q1.xlsx", ""]  # fmt: skip


def words(name: str, *more: str) -> list[str]:
    return ["match", f"--wb={encoded(name)}", "--from_xl=1", "--hwnd=265", "--lang=zh-Hans", *more]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_was(name: str) -> None:
    expected = Call("match", name, 265, Language.ZH_HANS)
    assert read_call(words(name)) == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_name_comes_back_and_is_plain_on_its_way(name: str) -> None:
    assert decoded(encoded(name)) == name
    assert encoded(name).isascii()
    assert not set(encoded(name)) & set(" \"'%&=|<>^!;$`\\")


@pytest.mark.parametrize(
    "spoken",
    [
        [],
        ["no_such_action", "--from_xl=1"],
        ["match", "--from_xl=1", "--wb=a b"],
        ["match", "--from_xl=1", "--run=calc.exe"],
        ["match", "--from_xl=1", "C:\\a.xlsx"],
    ],
)
def test_what_the_launcher_does_not_write_is_refused(spoken: list[str]) -> None:
    with pytest.raises(TieoutError) as told:
        read_call(spoken)
    assert [problem.code for problem in told.value.problems] == [Code.USAGE]


def test_a_verb_is_no_call_though_it_has_an_actions_name() -> None:
    assert not is_call(["match", "--left", "a.csv"])
    assert is_call(words(""))


def test_the_command_line_hands_a_call_to_its_action(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Call] = []
    monkeypatch.setattr(entry, "run", lambda call: heard.append(call) or 3)
    assert command_line.main(words("a=b.xlsx", "--choice=en")) == 3
    assert heard == [Call("match", "a=b.xlsx", 265, Language.ZH_HANS, "en")]
