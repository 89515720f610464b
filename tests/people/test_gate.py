"""Sign-in with files: who gets in, what is refused, and what is written where."""

import os
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language, explain
from recon_engine.trust import users as people
from recon_engine.trust.roles import Role
from tests.people.firm import PASSWORDS, QUICK, Firm, machine
from xl_addin.actions.registry import ACTIONS, SIGNING, VERB_ROLES
from xl_addin.command_line import VERBS
from xl_addin.people.places import places, set_users
from xl_addin.people.store import LOCK_SECONDS_MAX, UsersStore


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    made = Firm(tmp_path)
    made.begin()
    return made


def refused(call: Callable[..., object], *args: object) -> TieoutError:
    with pytest.raises(TieoutError) as told:
        call(*args)
    return told.value


def code(call: Callable[..., object], *args: object) -> Code:
    return refused(call, *args).problems[0].code


def test_without_a_users_file_everybody_may_everything(tmp_path: Path) -> None:
    gate = Firm(tmp_path).gate
    for role in Role:
        person = gate.admitted(role)
        assert (person.name, person.os_user) == ("", "os")
        assert (person.actor.user, person.actor.role) == ("os", "preparer")
    assert gate.keys() == {}
    assert code(gate.sign_in, "Rita", "whatever it is") is Code.USERS_NONE


def test_each_role_opens_what_it_may_and_nothing_else(firm: Firm) -> None:
    rank = {"观察": Role.VIEWER, "Paul": Role.PREPARER, "Rita": Role.ADMINISTRATOR}
    for name, role in rank.items():
        firm.sign_in(name)
        for action in ACTIONS:
            may = list(Role).index(action.role) <= list(Role).index(role)
            if may:
                firm.gate.admitted(action.role)
            else:
                told = refused(firm.gate.admitted, action.role)
                assert told.problems[0].code is Code.ROLE_LACKING
                said = explain(told.problems[0], Language.EN)
                assert name in said
                assert str(action.role) in said
                assert str(role) in said


@pytest.mark.parametrize("language", list(Language))
def test_a_refusal_names_what_is_needed_in_words(firm: Firm, language: Language) -> None:
    firm.gate.sign_out()
    said = explain(refused(firm.gate.admitted, Role.REVIEWER).problems[0], language)
    words = {Language.EN: "reviewer", Language.ZH_HANS: "复核人", Language.ZH_HANT: "覆核人"}
    assert words[language] in said
    assert not said.startswith((":", "："))


def test_what_changes_a_period_needs_a_preparer_and_is_locked() -> None:
    for action in ACTIONS:
        if action.changes:
            assert action.role not in (Role.ANYONE, Role.VIEWER)
            assert action.locked == (action.name not in SIGNING)
    assert set(VERB_ROLES) <= set(VERBS)
    assert {VERB_ROLES[verb] for verb in ("close", "apply", "sign-off")} == {Role.PREPARER}


def test_a_sign_in_ends_after_its_hours(firm: Firm) -> None:
    firm.sign_in("Paul")
    firm.now += timedelta(hours=11)
    assert firm.gate.admitted(Role.PREPARER).name == "Paul"
    firm.now += timedelta(hours=1)
    assert code(firm.gate.admitted, Role.PREPARER) is Code.SESSION_ENDED
    assert firm.gate.admitted(Role.ANYONE).name == ""


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_sign_in_is_readable_by_its_person_alone(firm: Firm) -> None:
    firm.sign_in("Paul")
    assert stat.S_IMODE(firm.places.session.stat().st_mode) == 0o600


def test_wrong_passwords_are_counted_in_the_file_and_wait(firm: Firm) -> None:
    for _ in range(3):
        assert code(firm.gate.sign_in, "Paul", "not the one") is Code.SIGN_IN_WRONG
    assert code(firm.gate.sign_in, "Paul", PASSWORDS["Paul"]) is Code.SIGN_IN_WAIT
    firm.now += timedelta(minutes=16)
    firm.sign_in("Paul")
    assert firm.gate.store.read().known("Paul").failed == 0


def test_two_people_who_change_the_file_at_once_both_come_through(firm: Firm) -> None:
    def add(name: str) -> None:
        gate = firm.gate
        gate.change(
            lambda users: people.added(users, name, Role.VIEWER, "a long word", gate.random, QUICK)
        )

    names = [f"person {n}" for n in range(8)]
    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {user.name for user in firm.gate.store.read().people} >= set(names)
    assert list(firm.places.users.parent.iterdir()) == [firm.places.users]


def test_a_lock_is_waited_for_and_that_of_somebody_who_died_is_taken_over(firm: Firm) -> None:
    lock = firm.places.users.with_name(f".{firm.places.users.name}.lock")
    lock.write_text("1 other")
    store = UsersStore(firm.places.users, pause=lambda _: None)
    assert code(store.change, lambda users: users) is Code.USERS_BUSY
    assert lock.read_text() == "1 other"
    old = time.time() - LOCK_SECONDS_MAX - 5
    os.utime(lock, (old, old))
    store.change(lambda users: replace(users, session_hours=3))
    assert store.read().session_hours == 3
    assert not lock.exists()


def test_what_raises_while_it_changes_leaves_file_and_lock_as_they_were(firm: Firm) -> None:
    before = firm.places.users.read_bytes()
    assert code(firm.gate.change, lambda u: people.with_role(u, "Rita", Role.VIEWER)) is (
        Code.LAST_ADMINISTRATOR
    )
    assert firm.places.users.read_bytes() == before
    assert list(firm.places.users.parent.iterdir()) == [firm.places.users]


def test_a_damaged_file_shuts_the_door_and_says_so(firm: Firm) -> None:
    firm.sign_in("Paul")
    firm.places.users.write_bytes(firm.places.users.read_bytes()[:-30])
    assert code(firm.gate.admitted, Role.PREPARER) is Code.USERS_DAMAGED
    assert code(firm.gate.sign_in, "Paul", PASSWORDS["Paul"]) is Code.USERS_DAMAGED
    firm.gate.admitted(Role.ANYONE)


def test_who_may_only_read_the_shared_folder_can_sign_in(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(*_: object) -> bool:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr("xl_addin.people.store._made", shut)
    firm.sign_in("Paul")
    assert firm.gate.admitted(Role.PREPARER).name == "Paul"
    assert code(firm.gate.sign_in, "Paul", "not the one") is Code.SIGN_IN_WRONG


def test_the_users_file_is_told_by_environment_then_setting_then_the_own_folder(
    tmp_path: Path,
) -> None:
    own = {"APPDATA": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    before = places(own)
    assert before.users.parent == before.session.parent
    set_users(own, tmp_path / "shared" / "firm.json")
    assert places(own).users == tmp_path / "shared" / "firm.json"
    assert places(own | {"TIEOUT_USERS": "x.json"}).users == Path("x.json")


def test_the_command_line_looks_after_users_and_writes_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tieout = machine(tmp_path, monkeypatch)

    def as_(name: str) -> list[str]:
        return [name, "--password-file", str(tmp_path / f"{name}.txt")]

    assert tieout("users", "add", *as_("Rita"), "--role", "viewer") == 0
    assert "administrator" in capsys.readouterr().out
    assert tieout("users", "add", *as_("Paul"), "--role", "preparer") == 0
    assert tieout("users", "add", *as_("观察"), "--role", "viewer") == 0
    assert tieout("users", "list") == 0
    assert "观察" in capsys.readouterr().out
    assert tieout("sign-in", *as_("Paul")) == 0
    assert tieout("users", "role", "观察", "--role", "reviewer") == 2
    assert "[role_lacking]" in capsys.readouterr().err
    (tmp_path / "Paul.txt").write_text("Paul's other pass phrase\n", encoding="utf-8")
    assert tieout("users", "password", *as_("Paul")) == 0, "his own"
    assert tieout("users", "list") == 2
    assert "[session_ended]" in capsys.readouterr().err
    assert tieout("sign-in", *as_("Rita")) == 0
    assert tieout("users", "role", "观察", "--role", "reviewer") == 0
    assert tieout("users", "disable", "观察") == 0
    assert tieout("sign-in", *as_("观察")) == 2
    assert tieout("users", "enable", "观察") == 0
    assert tieout("users", "disable", "Rita") == 2
    assert tieout("users", "password", "nobody") == 2
    assert tieout("sign-out") == 0
    assert tieout("apply", "none.xlsx") == 2
    said = capsys.readouterr()
    assert "[not_signed_in]" in said.err
    written = [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".txt"]
    assert written
    for path in written:
        content = path.read_bytes()
        assert [p for p in (*PASSWORDS.values(), "Paul's other") if p.encode() in content] == []


def test_a_password_is_asked_for_only_where_somebody_can_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tieout = machine(tmp_path, monkeypatch)
    assert tieout("users", "add", "Rita") == 2
    assert "--password-file" in capsys.readouterr().err
    typed = iter(["one long word", "another long word", "one long word", "one long word"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert tieout("users", "add", "Rita") == 2
    assert "[passwords_differ]" in capsys.readouterr().err
    assert tieout("users", "add", "Rita") == 0
