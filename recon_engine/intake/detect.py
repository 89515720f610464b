"""Which layout a table has, and in which row its header stands: by the set of known names."""

from collections.abc import Iterable, Iterator, Sequence

from recon_engine.errors import Code, Place, Problem, TieoutError, error
from recon_engine.intake.changes import mended
from recon_engine.intake.found import Found
from recon_engine.intake.names import bare_name, normal_name
from recon_engine.intake.profile import Profile, profiles
from recon_engine.intake.table import Table

_FEWEST_CELLS = 3  # a header has at least so many
_FEWEST_KNOWN = 2
_NEAR_MISS_PERCENT = 75
_SHOWN_CAPTIONS = 40
_PAIR = ("amount", "currency")


def detect(tables: Iterable[Table], file: str) -> Found:
    """The surest reading of one sheet, given under each delimiter that may be meant.

    Raises:
        TieoutError: LAYOUT_UNKNOWN with the columns found, COLUMN_MISSING, LAYOUT_AMBIGUOUS.
    """
    given = list(tables)
    known = [profile for profile in profiles() if profile.header]
    found = [fit for table in given for fit in fits(table, known)]
    whole = [fit for fit in found if not fit.missing]
    named = [fit for fit in whole if not fit.profile.generic]
    near = [fit for fit in found if fit.missing and not fit.profile.generic]
    chosen = named or near or whole
    if not chosen:
        raise error(Code.LAYOUT_UNKNOWN, Place(file, _sheet(given)), _widest(given))
    best = max(chosen, key=_rank)
    if best.missing:
        best = mended(best, file)
    if best.missing:
        raise TieoutError(_missing(best, file))
    rivals = {f.profile.name for f in chosen if f.table is best.table and _rank(f) == _rank(best)}
    if len(rivals) > 1:
        raise error(Code.LAYOUT_AMBIGUOUS, Place(file, best.table.sheet), ", ".join(sorted(rivals)))
    return best


def _rank(fit: Found) -> tuple[int, int, int]:
    # More known captions first; then the header higher up, then the layout that asks for more.
    return (fit.score, -fit.header, len(fit.profile.required))


def fits(table: Table, layouts: Sequence[Profile]) -> Iterator[Found]:
    """Every layout that a row near the top may be the header of."""
    known = _captions(layouts)
    for index, row in enumerate(table.top):
        names = tuple(normal_name(cell) for cell in row)
        filled = sum(bool(name) for name in names)
        present = frozenset(name for name in names if name).union(
            map(bare_name, filter(None, names))
        )
        if len(present & known) < _FEWEST_KNOWN:  # a row of data: no layout need be tried
            continue
        for profile in layouts:
            if filled >= (_FEWEST_CELLS if profile.generic else _FEWEST_KNOWN):
                signed = sum(not present.isdisjoint(names_) for names_ in profile.signature)
                if signed * 100 >= profile.fits_percent * len(profile.signature):
                    fit = _fit(profile, table, index, names, signed)
                    if fit:
                        yield fit


def _captions(layouts: Sequence[Profile]) -> frozenset[str]:
    """Every caption that any of the layouts knows."""
    roles = (names for profile in layouts for names in profile.columns.values())
    telling = (names for profile in layouts for names in profile.signature)
    return frozenset().union(*roles, *telling)


def _fit(
    profile: Profile, table: Table, index: int, names: tuple[str, ...], signed: int
) -> Found | None:
    columns = assigned(profile, names)
    if any(role in columns for role in profile.forbidden):
        return None
    missing = tuple(n for n in profile.required if not any(r in columns for r in n.split("|")))
    if missing and (profile.generic or not _near(profile, signed, missing)):
        return None
    telling = {name for names_ in profile.signature for name in names_}
    known = set(columns.values()) | {n for n, name in enumerate(names) if name in telling}
    if len(known) < _FEWEST_KNOWN:
        return None
    return Found(profile, table, index, table.top[index], columns, names, len(known), missing)


def _near(profile: Profile, signed: int, missing: tuple[str, ...]) -> bool:
    """So much of the signature is there that the file must be of this layout, but for a column."""
    return len(missing) == 1 and signed * 100 >= _NEAR_MISS_PERCENT * len(profile.signature) > 0


def assigned(profile: Profile, names: tuple[str, ...]) -> dict[str, int]:
    """Role → column.  The likeliest caption wins; the first of columns of the same name."""
    place: dict[str, int] = {}
    for dressed in (names, tuple(map(bare_name, names))):
        for n, name in enumerate(dressed):
            if name:
                place.setdefault(name, n)
    whole = (pair for pair in profile.pairs if all(caption in place for caption in pair))
    paired = next(whole, None)
    told = {} if paired is None else dict(zip(_PAIR, map(place.__getitem__, paired), strict=True))
    columns: dict[str, int] = {}
    for role, captions in profile.columns.items():
        if role in told:
            columns[role] = told[role]
            continue
        # In a generic layout a column has one role: the next caption may mean another column.
        taken = {*columns.values(), *told.values()} if profile.generic else set()
        column = next((place[c] for c in captions if place.get(c, -1) not in {-1, *taken}), None)
        if column is not None:
            columns[role] = column
    return columns


def _missing(fit: Found, file: str) -> list[Problem]:
    place = Place(file, fit.table.sheet, fit.table.lines[fit.header])
    problems = []
    for need in fit.missing:
        caption = fit.profile.columns[need.split("|")[0]][0]
        value = f"{fit.profile.name}{_suggestion(caption, fit)}"
        told = Place(place.file, place.sheet, place.row, caption)
        problems.append(Problem(Code.COLUMN_MISSING, told, value))
    return problems


def _suggestion(caption: str, fit: Found) -> str:
    """The unknown column of the file that looks most like the missing one, in brackets."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a refusal needs it

    used = set(fit.columns.values())
    free = [c for n, c in enumerate(fit.captions) if n not in used and c.strip()]
    best = process.extractOne(caption, free, scorer=fuzz.ratio, score_cutoff=50)
    return f" ({best[0].strip()}?)" if best else ""


def _sheet(tables: list[Table]) -> str:
    return tables[0].sheet if tables else ""


def _widest(tables: list[Table]) -> str:
    """The columns of the row that looks most like a header: the first of the widest."""
    rows = [row for table in tables for row in table.top]
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    widest = max(filled, key=len, default=[])
    return ", ".join(widest[:_SHOWN_CAPTIONS])
