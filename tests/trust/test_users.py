"""Users, passwords and sessions: judged without a clock, a file or chance of their own."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.errors import Code, TieoutError
from recon_engine.trust.passwords import USUAL, Cost, fits, secret_of
from recon_engine.trust.roles import LADDER, ROLES, Role, allows
from recon_engine.trust.sessions import holder, opened
from recon_engine.trust.users import (
    Users,
    added,
    first,
    read_users,
    tried,
    users_bytes,
    with_enabled,
    with_password,
    with_role,
)

QUICK = Cost(2, 1, 1)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RIGHT = "correct horse"


class Chance:
    """Random bytes that a test can foresee."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return bytes([self.count]) * size


def firm() -> Users:
    users = first("Anna", RIGHT, Chance(), QUICK)
    return added(users, "陈明", Role.PREPARER, RIGHT, Chance(), QUICK)


def code_of(call: object, *args: object, **named: object) -> Code:
    with pytest.raises(TieoutError) as told:
        call(*args, **named)  # type: ignore[operator]
    return told.value.problems[0].code


def test_a_role_may_what_those_before_it_may() -> None:
    for n, role in enumerate(ROLES):
        assert [allows(role, needed) for needed in LADDER] == [m <= n + 1 for m in range(5)]
    assert not allows("", Role.VIEWER)


@given(st.text(min_size=1, max_size=12))
def test_only_the_password_itself_fits(password: str) -> None:
    secret = secret_of(password, b"s" * 16, QUICK)
    assert fits(password, secret)
    assert not fits(password + "x", secret)
    assert password not in json.dumps(secret.digest) or len(password) < 4


def test_the_usual_cost_is_slow_and_kept_beside_the_password() -> None:
    assert 128 * USUAL.n * USUAL.r >= 32 * 2**20
    users = with_password(firm(), "Anna", "another one", Chance(), Cost(4, 2, 1))
    again = read_users(users_bytes(users))
    assert again == users
    assert again.known("anna").secret.cost == Cost(4, 2, 1)
    assert again.known("陈明").secret.cost == QUICK


def test_width_and_case_of_a_name_do_not_matter_and_two_have_none_alike() -> None:
    users = firm()
    assert users.known("ＡＮＮＡ ").name == "Anna"
    assert code_of(added, users, "anna", Role.VIEWER, RIGHT, Chance(), QUICK) is Code.USER_EXISTS
    for name in ("", "  ", "a\nb", "x" * 41):
        assert code_of(added, users, name, Role.VIEWER, RIGHT, Chance(), QUICK) is Code.USER_NAME
    assert code_of(added, users, "B", Role.VIEWER, "short", Chance(), QUICK) is Code.PASSWORD_SHORT


def test_there_is_always_an_administrator_who_may_sign_in() -> None:
    users = firm()
    assert code_of(with_role, users, "Anna", Role.VIEWER) is Code.LAST_ADMINISTRATOR
    assert code_of(with_enabled, users, "Anna", enabled=False) is Code.LAST_ADMINISTRATOR
    two = with_role(users, "陈明", Role.ADMINISTRATOR)
    assert not with_enabled(two, "Anna", enabled=False).known("Anna").enabled


def test_wrong_passwords_wait_longer_and_longer_and_the_right_one_ends_it() -> None:
    users, now, waits = firm(), NOW, []
    for _ in range(8):
        judged = tried(users, "anna", "wrong", now)
        assert judged.problem is not None
        users = judged.users
        if judged.problem.code is Code.SIGN_IN_WAIT:
            waits.append(judged.problem.params["seconds"])
            still = tried(users, "Anna", RIGHT, now + timedelta(seconds=waits[-1] - 1))
            assert still.user is None
            now += timedelta(seconds=waits[-1])
    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits) >= 2
    later = tried(users, "Anna", RIGHT, now + timedelta(minutes=15))
    assert later.user is not None
    assert later.users.known("Anna").failed == 0


def test_a_clock_that_goes_backwards_neither_opens_the_door_nor_shuts_it_for_ever() -> None:
    users = firm()
    for _ in range(4):
        users = tried(users, "Anna", "wrong", NOW).users
    early = NOW - timedelta(days=3)
    judged = tried(users, "Anna", RIGHT, early)
    assert judged.user is None
    assert tried(judged.users, "Anna", RIGHT, early + timedelta(minutes=15)).user is not None


def test_nobody_learns_whether_a_name_exists_and_the_barred_stay_out() -> None:
    users = with_enabled(firm(), "陈明", enabled=False)
    told = [tried(users, name, "wrong", NOW).problem for name in ("nobody", "Anna")]
    assert {problem.code for problem in told if problem} == {Code.SIGN_IN_WRONG}
    barred = tried(users, "陈明", RIGHT, NOW).problem
    assert barred is not None
    assert barred.code is Code.SIGN_IN_DISABLED


def test_a_session_holds_until_its_end_and_for_its_firm_alone() -> None:
    users = firm()
    anna = users.known("Anna")
    session = opened(users, anna, NOW, Chance())
    assert holder(session, users, NOW) == anna
    assert holder(session, users, NOW + timedelta(hours=11, minutes=59)) == anna
    for when in (NOW + timedelta(hours=12), NOW - timedelta(seconds=1)):
        assert code_of(holder, session, users, when) is Code.SESSION_ENDED
    other = first("Anna", RIGHT, lambda size: b"o" * size, QUICK)
    assert holder(session, other, NOW) is None
    for broken in (b"", b"[]", b"{}", b"\xff", session[:40]):
        assert holder(broken, users, NOW) is None


def test_a_session_ends_with_the_password_and_cannot_be_typed() -> None:
    users = firm()
    session = opened(users, users.known("Anna"), NOW, Chance())
    changed = with_password(users, "Anna", "another one", lambda n: b"z" * n, QUICK)
    assert code_of(holder, session, changed, NOW) is Code.SESSION_ENDED
    barred = with_enabled(with_role(users, "陈明", Role.ADMINISTRATOR), "Anna", enabled=False)
    assert code_of(holder, session, barred, NOW) is Code.SESSION_ENDED
    for key, value in (("user", "陈明"), ("ends", "2030-01-01T00:00:00+00:00"), ("nonce", "00")):
        typed = json.dumps(json.loads(session) | {key: value}).encode()
        assert code_of(holder, typed, users, NOW) is Code.SESSION_ENDED


@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_damaged_file_is_told_and_never_half_read(at: int, byte: int) -> None:
    content = bytearray(users_bytes(firm()))
    content[at % len(content)] = byte
    try:
        read = read_users(bytes(content))
    except TieoutError as fault:
        code, read = fault.problems[0].code, firm()
    else:
        code = Code.USERS_DAMAGED
    assert code is Code.USERS_DAMAGED
    assert [user.role in ROLES for user in read.people] == [True, True]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2), ("session_hours", 0), ("session_hours", 10**9), ("users", None),
        ("users", [{}]), ("identity", None),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_told(key: str, value: object) -> None:
    told = json.loads(users_bytes(firm()))
    if key == "identity":
        del told[key]
    else:
        told[key] = value
    assert code_of(read_users, json.dumps(told).encode()) is Code.USERS_DAMAGED


def test_a_cost_without_end_is_not_tried() -> None:
    told = json.loads(users_bytes(firm()))
    told["users"][0]["password"]["scrypt"] = {"n": 2**30, "r": 8, "p": 1}
    assert code_of(read_users, json.dumps(told).encode()) is Code.USERS_DAMAGED
