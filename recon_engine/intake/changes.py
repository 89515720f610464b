"""A known layout whose header changed: read where the meaning is certain, and the change is told.

A column that is called something else is taken for the one it replaces only if its name is much
like it, no other column's is, and its cells are what that column's would be.
"""

from dataclasses import replace
from functools import partial

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake.amounts import columns_of
from recon_engine.intake.cells import clean
from recon_engine.intake.found import Found
from recon_engine.intake.looks import looks
from recon_engine.intake.names import bare_name
from recon_engine.intake.profile import Profile

_LIKE_MIN = 72  # of 100
_MARGIN_MIN = 12  # ahead of the next column
_NEEDS = {
    "date": "days", "amount": "figures", "in": "figures", "out": "figures", "balance": "figures",
    "currency": "currencies",
}  # fmt: skip


def mended(found: Found, file: str) -> Found:
    """The near miss with its missing roles found under other names; as it is where they are not."""
    for need in found.missing:
        for role in need.split("|"):
            found = _renamed(found, role, file)
            if role in found.columns:
                break
    still = tuple(n for n in found.missing if not set(n.split("|")) & set(found.columns))
    return replace(found, missing=still)


def noted(found: Found, file: str) -> Found:
    """With what else is different: expected columns renamed or gone, and new ones."""
    if found.profile.generic:
        return found
    expected = [role for role in found.profile.columns if _expected(found.profile, role)]
    absent = [role for role in expected if role not in found.columns]
    for role in absent:
        found = _renamed(found, role, file)
    told = partial(Problem, value=found.profile.name)
    gone = [
        told(Code.COLUMN_GONE, _place(found, file, found.profile.columns[role][0]))
        for role in absent
        if role not in found.columns
    ]
    new = [told(Code.COLUMN_UNKNOWN, _place(found, file, caption)) for caption in _new(found)]
    return replace(found, changes=(*found.changes, *gone, *new))


def _expected(profile: Profile, role: str) -> bool:
    """Whether the layout always has the role: its first name is in the signature, alone."""
    return any(names == (profile.columns[role][0],) for names in profile.signature)


def _place(found: Found, file: str, column: str) -> Place:
    return Place(file, found.table.sheet, found.table.lines[found.header], column)


def _free(found: Found) -> list[int]:
    """Columns that have no role and no known name."""
    profile, rule = found.profile, found.profile.money
    known = {name for names in profile.signature for name in names} | set(profile.also or ())
    known |= {name for names in profile.columns.values() for name in names}
    parts = (*rule.plus, *rule.minus, *rule.fee_plus, *rule.fee_minus, *rule.fee_auto)
    used = {*found.columns.values(), *columns_of(parts, found.names)}
    named = [n for n, name in enumerate(found.names) if name and n not in used]
    return [n for n in named if not known & {found.names[n], bare_name(found.names[n])}]


def _new(found: Found) -> list[str]:
    """New columns of a layout whose every column is known."""
    if found.profile.also is None:
        return []
    return [found.captions[n].strip() for n in _free(found)]


def _renamed(found: Found, role: str, file: str) -> Found:
    """The role given to the one column that must be it; unchanged where none must."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only a changed header needs it

    wanted = found.profile.columns[role]
    likeness = {
        n: max(fuzz.ratio(name, bare_name(found.names[n])) for name in wanted) for n in _free(found)
    }
    ranked = sorted(likeness, key=lambda n: (-likeness[n], n))
    if not ranked or likeness[ranked[0]] < _LIKE_MIN:
        return found
    best = ranked[0]
    if len(ranked) > 1 and likeness[best] - likeness[ranked[1]] < _MARGIN_MIN:
        return found
    if not _fits(found, best, role):
        return found
    place = _place(found, file, wanted[0])
    change = Problem(Code.COLUMN_RENAMED, place, found.captions[best].strip())
    columns = {**found.columns, role: best}
    return replace(found, columns=columns, changes=(*found.changes, change))


def _fits(found: Found, column: int, role: str) -> bool:
    """Whether the column's cells are what the role's must be."""
    body = found.table.body(found.header).cells
    if role not in _NEEDS:
        return True
    cells = looks(clean(body[str(column)])) if column < body.width else looks(clean(body["0"][:0]))
    return cells.nearly_all(_NEEDS[role])
