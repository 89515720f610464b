"""The helper runs what Excel asks for, one after the other, and nothing else."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from xl_addin import command_line
from xl_addin.helper import Helper, start_action
from xl_addin.installation.places import LISTENING, STOP
from xl_addin.verbs import serve

CALL = "match --wb=a~0020b.xlsx --from_xl=1 --hwnd=7 --lang=en"


class Work:
    """An action that ends when it is told to."""

    def __init__(self) -> None:
        self.ended: int | None = None

    def poll(self) -> int | None:
        return self.ended


class Office:
    """A helper whose actions are only noted."""

    def __init__(self, folder: Path) -> None:
        self.started: list[list[str]] = []
        self.work = Work()
        self.queue = folder / "queue"
        self.helper = Helper(self.queue, self.start)

    def start(self, words: Sequence[str]) -> Work:
        self.started.append(list(words))
        self.work = Work()
        return self.work

    def ask(self, name: str, line: str) -> Path:
        path = self.queue / f"{name}.request"
        path.write_bytes(line.encode())
        return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    assert made.helper.open(time.time())
    return made


def test_requests_run_in_their_order_one_at_a_time(office: Office) -> None:
    office.ask("2", CALL.replace("match", "undo") + "\n")
    office.ask("1", CALL + "\r\n")
    office.helper.step()
    office.helper.step()
    assert office.started == [CALL.split()]
    office.work.ended = 3
    office.helper.step()
    assert [words[0] for words in office.started] == ["match", "undo"]
    office.work.ended = 0
    office.helper.step()
    assert len(office.started) == 2
    assert list(office.queue.glob("*.request")) == []


def test_a_line_that_is_still_being_written_is_waited_for(office: Office) -> None:
    path = office.ask("1", CALL[:30])
    office.helper.step()
    assert (office.started, path.exists()) == ([], True)
    path.write_text(CALL + "\n")
    office.helper.step()
    assert office.started == [CALL.split()]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "doctor",
        "match --left a.csv --right b.csv --out c.csv",
        "match --from_xl=1 --run=calc.exe",
        "serve --from_xl=1",
        "-c --from_xl=1",
        "match --from_xl=1 --wb=\u4e2d",
        CALL + " ; calc.exe",
        CALL + " --wb=" + "a" * 5_000 + " =",
    ],
)
def test_what_is_no_call_of_ours_is_thrown_away(office: Office, line: str) -> None:
    office.ask("1", line + "\n")
    office.ask("2", CALL + "\n")
    office.helper.step()
    assert office.started == [CALL.split()]
    assert list(office.queue.glob("*.request")) == []


def test_it_says_that_it_is_there_even_while_an_action_runs(office: Office) -> None:
    mark = office.queue / LISTENING
    office.ask("1", CALL + "\n")
    office.helper.step()
    os.utime(mark, (1, 1))
    office.helper.step()
    assert mark.stat().st_mtime > 1
    office.helper.close()
    assert not mark.exists()


def test_it_ends_when_asked_but_not_within_an_action(office: Office) -> None:
    office.ask("1", CALL + "\n")
    assert office.helper.step()
    (office.queue / STOP).touch()
    office.ask("2", CALL + "\n")
    assert office.helper.step(), "the action still runs"
    office.work.ended = 0
    assert not office.helper.step()
    assert len(office.started) == 1
    office.helper.close()
    assert not (office.queue / STOP).exists()


def test_two_do_not_listen_to_one_queue(office: Office) -> None:
    dated = (office.queue / LISTENING).stat().st_mtime
    assert not Helper(office.queue).open(dated + 9)
    old = office.ask("1", CALL + "\n")
    assert Helper(office.queue).open(dated + 11), "the one before has died"
    assert not old.exists(), "nobody waits for what was asked of it"


def test_an_action_runs_in_a_process_of_its_own() -> None:
    work = start_action(["match", "--from_xl=1", "--nonsense=1"])
    deadline = time.monotonic() + 60
    while work.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert work.poll() == 2


def test_the_command_listens_until_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_seconds: float) -> None:
        assert (tmp_path / LISTENING).exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(serve.time, "sleep", interrupt)
    assert command_line.main(["serve", "--queue", str(tmp_path), "--lang", "en"]) == 0
    assert not (tmp_path / LISTENING).exists()
    (tmp_path / LISTENING).touch()
    assert command_line.main(["serve", "--queue", str(tmp_path), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert f"The helper listens: {tmp_path}" in told
    assert "A helper is listening already." in told
