"""Roles: each may do all that the ones before it may.

A ladder, and not duties that are kept apart by the role, because a small firm has three people for
four roles.  What must be kept apart is kept apart by what was really done: whoever worked on a
month does not sign it as its reviewer, whatever his role (:mod:`recon_engine.control.signing`).
"""

from enum import StrEnum


class Role(StrEnum):
    """The least that a person must be to do something."""

    ANYONE = "anyone"  # nobody's role: what needs no sign-in
    VIEWER = "viewer"  # looks, proves, takes reports along
    PREPARER = "preparer"  # imports, matches, decides, signs what he prepared
    REVIEWER = "reviewer"  # signs off what others prepared, and withdraws it
    ADMINISTRATOR = "administrator"  # looks after the users


LADDER = tuple(Role)
ROLES = LADDER[1:]  # those that a person can have


def allows(role: str, needed: Role) -> bool:
    """Whether a role is enough for what is needed."""
    return role in LADDER and LADDER.index(Role(role)) >= LADDER.index(needed)
