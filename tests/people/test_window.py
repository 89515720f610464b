"""The window for name and password, with its lines in place of a screen's."""

from types import SimpleNamespace

import pytest

from recon_engine.errors import Code, TieoutError
from xl_addin.actions.password_window import ask

tkinter = pytest.importorskip("tkinter")
simpledialog = pytest.importorskip("tkinter.simpledialog")
WORDS = ("Name", "Password", "Password again")


class Line:
    """A line to type in: what is in it, and how it shows."""

    made: list["Line"]

    def __init__(self, _master: object, width: int, show: str) -> None:
        self.text, self.show, self.state, self.width = "", show, "normal", width
        Line.made.append(self)

    def grid(self, **_where: object) -> None: ...

    def insert(self, _at: int, text: str) -> None:
        self.text = text

    def configure(self, state: str) -> None:
        self.state = state

    def get(self) -> str:
        return self.text

    def delete(self, _first: int, _last: str) -> None:
        self.text = ""


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the person types line by line, and whether the window is simply closed."""
    hand = SimpleNamespace(texts=[], closes=False)
    Line.made = []

    class Window:
        """As tkinter's: asks as soon as it is made."""

        def __init__(self, root: object, title: str) -> None:
            assert (root, title) == ("root", "Sign in")
            hand.first = self.body(None)  # type: ignore[attr-defined]
            free = [line for line in Line.made if line.state == "normal"]
            for line, text in zip(free, hand.texts, strict=True):
                line.insert(0, text)
            if not hand.closes:
                self.apply()  # type: ignore[attr-defined]

    monkeypatch.setattr(simpledialog, "Dialog", Window)
    monkeypatch.setattr(tkinter, "Entry", Line)
    monkeypatch.setattr(
        tkinter, "Label", lambda _master, text: SimpleNamespace(grid=lambda **_: text)
    )
    return hand


def test_the_password_shows_as_dots_and_is_gone_from_the_window(types: SimpleNamespace) -> None:
    types.texts = ["Anna", "a long word"]
    assert ask("root", "Sign in", WORDS, "", twice=False) == ("Anna", "a long word")
    assert [line.show for line in Line.made] == ["", "•"]
    assert [line.text for line in Line.made] == ["Anna", ""]
    assert types.first is Line.made[0]


def test_a_new_password_is_typed_twice_for_a_name_that_stays(types: SimpleNamespace) -> None:
    types.texts = ["a long word", "a long word"]
    assert ask("root", "Sign in", WORDS, "Anna", twice=True) == ("Anna", "a long word")
    assert types.first is Line.made[1]
    Line.made = []
    types.texts = ["a long word", "a long sword"]
    with pytest.raises(TieoutError) as told:
        ask("root", "Sign in", WORDS, "Anna", twice=True)
    assert told.value.problems[0].code is Code.PASSWORDS_DIFFER
    assert "word" not in str(told.value.problems[0].value)


def test_a_closed_window_is_no_answer(types: SimpleNamespace) -> None:
    types.texts, types.closes = ["", ""], True
    assert ask("root", "Sign in", WORDS, "", twice=False) is None
