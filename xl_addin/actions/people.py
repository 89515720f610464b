"""Sign in, sign out, and the list of users: what the buttons do that ask who somebody is."""

from recon_engine.messages import text
from recon_engine.trust import users as people
from recon_engine.trust.roles import ROLES, Role
from recon_engine.trust.users import User, Users
from xl_addin.actions.desk import Desk, Said


def sign_in(desk: Desk) -> Said | None:
    """Asks for name and password; where there are no users yet, for those of the first."""
    gate = desk.gate
    begins = not gate.store.there
    if begins and not desk.dialogs.agrees(desk.say("ask.first_user", path=gate.places.users)):
        return None
    typed = desk.dialogs.credentials(desk.say("ask.sign_in"), twice=begins)
    if typed is None:
        return None
    person, until = gate.first(*typed) if begins else gate.sign_in(*typed)
    figures = {"user": person.name, "role": role_word(desk, person.role), "until": until}
    return Said("said.signed_in", figures)


def sign_out(desk: Desk) -> Said:
    """Ends the sign-in on this machine."""
    desk.gate.sign_out()
    return Said("said.signed_out")


def users(desk: Desk) -> Said | None:
    """Shows who may do what; one line is chosen to be changed, the last adds a person."""
    listed = desk.gate.store.read().people
    lines = [_line(desk, user) for user in listed] + [desk.say("ask.user_add")]
    chosen = desk.dialogs.pick(desk.say("ask.users"), lines)
    if chosen is None:
        return None
    return _add(desk) if chosen == len(listed) else _changed(desk, listed[chosen])


def role_word(desk: Desk, role: str) -> str:
    """A role in the ribbon's language."""
    return text(f"ribbon.role.{role}", desk.language)


def _line(desk: Desk, user: User) -> str:
    key = "ask.user_line" if user.enabled else "ask.user_line_off"
    return desk.say(key, name=user.name, role=role_word(desk, user.role))


def _add(desk: Desk) -> Said | None:
    typed = desk.dialogs.credentials(desk.say("ask.user_new"), twice=True)
    role = _role(desk, typed[0]) if typed else None
    if typed is None or role is None:
        return None
    gate = desk.gate
    name, password = typed
    gate.change(lambda users: people.added(users, name, role, password, gate.random, gate.cost))
    return Said("said.user_added", {"user": name, "role": role_word(desk, role)})


def _role(desk: Desk, name: str) -> Role | None:
    chosen = desk.dialogs.pick(
        desk.say("ask.user_role", name=name), [role_word(desk, role) for role in ROLES]
    )
    return None if chosen is None else ROLES[chosen]


def _changed(desk: Desk, user: User) -> Said | None:
    bar = "ask.user_disable" if user.enabled else "ask.user_enable"
    ways = [desk.say(key) for key in ("ask.user_change_role", "ask.user_change_password", bar)]
    chosen = desk.dialogs.pick(desk.say("ask.user_what", name=user.name), ways)
    do = (_other_role, _other_password, _other_state)
    if chosen is None or do[chosen](desk, user) is None:
        return None
    return Said("said.user_changed", {"user": user.name, "what": ways[chosen]})


def _other_role(desk: Desk, user: User) -> Users | None:
    role = _role(desk, user.name)
    if role is None:
        return None
    return desk.gate.change(lambda users: people.with_role(users, user.name, role))


def _other_password(desk: Desk, user: User) -> Users | None:
    title = desk.say("ask.user_password", name=user.name)
    typed = desk.dialogs.credentials(title, twice=True, name=user.name)
    if typed is None:
        return None
    gate, password = desk.gate, typed[1]
    return gate.change(
        lambda users: people.with_password(users, user.name, password, gate.random, gate.cost)
    )


def _other_state(desk: Desk, user: User) -> Users:
    on = not user.enabled
    return desk.gate.change(lambda users: people.with_enabled(users, user.name, enabled=on))
