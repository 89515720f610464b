"""What a row moved: amount, gross and fee in minor units, by the profile's money rule."""

import fnmatch
import re
from dataclasses import dataclass, field

import polars as pl

from recon_engine.errors import Code
from recon_engine.intake import figures
from recon_engine.intake.profile import Mode, MoneyRule
from recon_engine.model.money import NumberStyle

IN_WORDS = (
    r"^(?:收入?|入账|转入|存入|贷方?|贷记|贷\s*cr|進|收款|貸方?|credit|cr\.?|c|k|h|haben|gutschrift|bij|"
    r"crédit|credito|crédito|haber|abono|entrada|uznanie|jóváírás|bevétel|in|inflow|deposit|received|"
    r"plus|\+)$"
)
OUT_WORDS = (
    r"^(?:支出?|付|出账|转出|支取|借方?|借记|借\s*dr|付款|debit|debet|dr\.?|d|s|soll|lastschrift|af|"
    r"débit|debito|débito|cargo|salida|obciążenie|terhelés|kiadás|out|outflow|withdrawal|sent|minus)$"
)


def side_said(word: str) -> str:
    """``in`` or ``out`` where a cell is a word for it and nothing else; else ""."""
    if re.search(IN_WORDS, word.lower()):
        return "in"
    return "out" if re.search(OUT_WORDS, word.lower()) else ""


@dataclass(slots=True)
class Money:
    """A table's money, row by row; a fault is the first thing wrong in a row.

    Attributes:
        amount: Int64, null where it could not be read.
        gross, fee: Int64 where the layout has parts.
        side: what a direction column said, "in", "out" or "".
        mixed: rows that go out have both signs, so that the words may repeat the sign or not.
        faults: (mask, code, index of the column, that column's cells), first ones first.
    """

    amount: pl.Series
    gross: pl.Series | None = None
    fee: pl.Series | None = None
    side: pl.Series | None = None
    faults: list[tuple[pl.Series, Code, int]] = field(default_factory=list)
    mixed: bool = False

    def other_sign(self) -> pl.Series:
        """The amounts as the other reading of the column has them."""
        if self.side is None:
            return -self.amount
        return (-self.amount).zip_with(self.side == "out", self.amount)


@dataclass(frozen=True, slots=True)
class Figures:
    """The cleaned columns of a table and how its figures are to be read.

    Attributes:
        cells: index of a column → its cleaned cells.
        names: every column's normal name.
        roles: role → index of its column.
        places: decimals of each row's currency.
    """

    cells: dict[int, pl.Series]
    names: tuple[str, ...]
    roles: dict[str, int]
    places: pl.Series
    style: NumberStyle


def columns_of(captions: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    """The columns whose names are among the captions, which may hold a star; each only once."""
    found: dict[str, int] = {}
    for n, name in enumerate(names):
        if name and any(fnmatch.fnmatchcase(name, caption) for caption in captions):
            found.setdefault(name, n)
    return list(found.values())


def money_columns(
    rule: MoneyRule, mode: Mode, roles: dict[str, int], names: tuple[str, ...]
) -> list[int]:
    """Every column that holds figures of the movement."""
    wanted = {Mode.IN_OUT: ("in", "out"), Mode.NONE: ()}.get(mode, ("amount",))
    found = [roles[role] for role in wanted if role in roles]
    for captions in (rule.plus, rule.minus, rule.fee_plus, rule.fee_minus, rule.fee_auto):
        found += columns_of(captions, names)
    return list(dict.fromkeys(found))


def read_money(rule: MoneyRule, mode: Mode, figures_: Figures) -> Money:
    """The table's money under the rule."""
    if mode is Mode.NONE:
        return Money(pl.Series([0], dtype=pl.Int64).new_from_index(0, figures_.places.len()))
    if mode is Mode.PARTS:
        return _parts(rule, figures_)
    money = _in_out(figures_) if mode is Mode.IN_OUT else _one(figures_, figures_.roles["amount"])
    if mode is Mode.DIRECTION:
        money = _directed(rule, figures_, money)
    if rule.flip:
        money.amount = -money.amount
    return _with_fees(rule, figures_, money)


def _with_fees(rule: MoneyRule, figures_: Figures, money: Money) -> Money:
    """The fees that the amount is net of, and what it was before them."""
    plus, minus = rule.fee_plus, rule.fee_minus
    if rule.fee_auto:
        stated = _sum(rule.fee_auto, (), figures_, [], rounded=rule.rounded)
        sold = (money.amount > 0).fill_null(value=False)
        costs = int((stated.filter(sold) > 0).sum()) > int((stated.filter(sold) < 0).sum())
        plus, minus = (
            (plus, (*minus, *rule.fee_auto)) if costs else ((*plus, *rule.fee_auto), minus)
        )
    if not columns_of((*plus, *minus), figures_.names):
        return money
    money.fee = _sum(plus, minus, figures_, money.faults, rounded=rule.rounded)
    money.gross = money.amount - money.fee
    return money


def _one(figures_: Figures, column: int, *, rounded: bool = False) -> Money:
    """One column of figures; an empty cell is AMOUNT_MISSING."""
    read = figures.to_minor(
        figures_.cells[column], figures_.places, figures_.style, rounded=rounded
    )
    money = Money(read["minor"])
    money.faults = _unread(read, column)
    money.faults.append(
        ((read["minor"].is_null() & read["code"].is_null()), Code.AMOUNT_MISSING, column)
    )
    return money


def _unread(read: pl.DataFrame, column: int) -> list[tuple[pl.Series, Code, int]]:
    codes = read["code"].drop_nulls().unique(maintain_order=True).to_list()
    return [((read["code"] == code).fill_null(False), Code(code), column) for code in codes]


def _in_out(figures_: Figures) -> Money:
    """Two columns.  The out column's own sign is the source's habit, told by the whole column."""
    empty = pl.Series([None] * figures_.places.len(), dtype=pl.Int64)
    faults: list[tuple[pl.Series, Code, int]] = []
    sides: dict[str, pl.Series] = {}
    for role in ("in", "out"):
        column = figures_.roles.get(role)
        if column is None:
            sides[role] = empty
            continue
        read = figures.to_minor(figures_.cells[column], figures_.places, figures_.style)
        sides[role] = read["minor"]
        faults += _unread(read, column)
    into, out = sides["in"], sides["out"]
    # A few of the other sign are reversals of what the column is for.
    if int((out > 0).sum()) > int((out < 0).sum()):
        out = -out
    where = figures_.roles.get("in", figures_.roles.get("out", 0))
    both = ((into != 0) & (out != 0)).fill_null(False)
    neither = into.is_null() & out.is_null()
    faults += [(both, Code.AMOUNT_BOTH_SIDES, where), (neither, Code.AMOUNT_MISSING, where)]
    total = into.fill_null(0) + out.fill_null(0)
    return Money(total.set(neither, None), faults=faults)


def _directed(rule: MoneyRule, figures_: Figures, money: Money) -> Money:
    """A column and a word.  Where the out rows already carry a minus, the words say nothing new."""
    column = figures_.roles["direction"]
    words = figures_.cells[column].str.to_lowercase()
    into = words.str.contains(rule.in_words or IN_WORDS)
    out = words.str.contains(rule.out_words or OUT_WORDS) & ~into
    sizes = money.amount
    gone, came = (sizes.filter(side.fill_null(value=False)).drop_nulls() for side in (out, into))
    if gone.len() and came.len() and (gone > 0).all() and (came < 0).all():
        sizes, gone = -sizes, -gone  # spending is positive here, and the words say so
    signed = bool((gone <= 0).all()) and bool((gone < 0).any())
    money.mixed = bool((gone < 0).any()) and bool((gone > 0).any())
    money.side = _sided(into, out)
    frame = pl.DataFrame({"a": sizes, "out": out})
    flipped = frame.select(pl.when(pl.col("out")).then(-pl.col("a")).otherwise(pl.col("a")))
    money.amount = sizes if signed else flipped.to_series()
    return money


def _sided(into: pl.Series, out: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"i": into, "o": out})
    word = pl.when(pl.col("i")).then(pl.lit("in")).when(pl.col("o")).then(pl.lit("out"))
    return frame.select(word.otherwise(pl.lit(""))).to_series()


def _parts(rule: MoneyRule, figures_: Figures) -> Money:
    faults: list[tuple[pl.Series, Code, int]] = []
    gross = _sum(rule.plus, rule.minus, figures_, faults, rounded=False)
    fee = _sum(rule.fee_plus, rule.fee_minus, figures_, faults, rounded=rule.rounded)
    used = money_columns(rule, Mode.PARTS, figures_.roles, figures_.names)
    blank = pl.Series([True] * figures_.places.len(), dtype=pl.Boolean)
    for column in used:
        blank = blank & (figures_.cells[column] == "")
    faults.append((blank, Code.AMOUNT_MISSING, used[0] if used else 0))
    return Money((gross + fee).set(blank, None), gross, fee, faults=faults)


def _sum(
    plus: tuple[str, ...],
    minus: tuple[str, ...],
    figures_: Figures,
    faults: list[tuple[pl.Series, Code, int]],
    *,
    rounded: bool,
) -> pl.Series:
    total = pl.Series([0] * figures_.places.len(), dtype=pl.Int64)
    for captions, sign in ((plus, 1), (minus, -1)):
        for column in columns_of(captions, figures_.names):
            read = figures.to_minor(
                figures_.cells[column], figures_.places, figures_.style, rounded=rounded
            )
            faults += _unread(read, column)
            total = total + sign * read["minor"].fill_null(0)
    return total


def side_of(amount: pl.Series) -> pl.Series:
    """``in``, ``out``, or "" where nothing moved."""
    return pl.DataFrame({"a": amount}).select(
        pl.when(pl.col("a") > 0).then(pl.lit("in")).when(pl.col("a") < 0).then(pl.lit("out"))
        .otherwise(pl.lit(""))
    ).to_series()  # fmt: skip


def stated_sides(money: Money) -> pl.Series:
    """``in``, ``out`` or ``neutral`` a row: by its direction word, else by its sign."""
    if money.side is not None:
        return money.side.set(money.side == "", "neutral")
    side = side_of(money.amount)
    return side.set(side == "", "neutral")
