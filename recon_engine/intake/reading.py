"""A recognised table → records, rejects, exclusions and proofs.

The order of the steps: which rows are no data, what each moved, when, and what for; then faults
become rejects, and the rest becomes records.
"""

from dataclasses import dataclass, field

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import amounts, figures, orders, references, rules
from recon_engine.intake.columns import EXTRA_MONEY, Columns, places_of
from recon_engine.intake.dates import Dates, Order, read_dates, read_times
from recon_engine.intake.identity import with_ids
from recon_engine.intake.profile import Mode
from recon_engine.intake.rows import Left, unlike_data
from recon_engine.model.records import Kind, Type, as_records

_READ = ("date", "time", "amount")


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows that cannot be records, and why."""

    mask: pl.Series
    code: Code
    column: int | None = None


@dataclass(slots=True)
class Reading:
    """What became of a table's rows.

    Attributes:
        records: model.records.RECORDS.
        rejects: one a refused row.
        left: the reason of every row, "" for data; ``blank`` rows are not counted.
        amounts, sides: of every row, for proofs; side is ``in``, ``out`` or ``neutral``.
    """

    records: pl.DataFrame
    rejects: tuple[Problem, ...]
    left: pl.Series
    money: amounts.Money
    sides: pl.Series
    balances: pl.Series | None
    refused: pl.Series
    excluded: dict[str, int] = field(default_factory=dict)


def read(columns: Columns, file: str) -> Reading:
    """Reads one table.

    Raises:
        TieoutError: NO_ROWS, DATE_ORDER_UNDECIDED.
    """
    places = places_of(columns.currencies)
    read_figures = amounts.Figures(
        columns.cells, columns.found.names, dict(columns.found.columns), places, columns.style
    )
    money = amounts.read_money(columns.profile.money, columns.mode, read_figures)
    dates = _dates(columns, file)
    left = _left(columns, money, dates)
    if (left == Left.BLANK).all():
        place = Place(file, columns.found.table.sheet)
        raise error(Code.NO_ROWS, place)
    faults = _moved(columns, money)
    rows, more = _row_records(columns, money, dates, places, file)
    faults = [*_faults(columns, money, dates, rows), *faults, *more]
    return _finished(columns, rows, money, left, faults, file)


def _dates(columns: Columns, file: str) -> Dates:
    roles = columns.roles
    dates = read_dates(roles["date"], Order(columns.profile.date_order))
    if dates.undecided:
        dates = _decided_elsewhere(columns, dates)
    if dates.undecided:
        place = Place(file, columns.found.table.sheet, 0, columns.caption_of("date"))
        raise error(Code.DATE_ORDER_UNDECIDED, place)
    if "time" in roles:
        times = read_times(roles["time"])
        return Dates(dates.days, times.zip_with(times.is_not_null(), dates.times))
    return dates


def _decided_elsewhere(columns: Columns, dates: Dates) -> Dates:
    """Another column of dates may show the order that this one does not."""
    for role in ("date_other", "group_date"):
        if role in columns.roles:
            both = pl.concat([columns.roles["date"], columns.roles[role]])
            read_both = read_dates(both)
            if not read_both.undecided:
                rows = columns.rows
                return Dates(read_both.days.head(rows), read_both.times.head(rows))
    return dates


def _left(columns: Columns, money: amounts.Money, dates: Dates) -> pl.Series:
    """Why each row is no data; "" when it is."""
    sides = _stated_sides(money)
    told = rules.first_told(columns.profile.rules, "exclude", columns.roles, sides, columns.rows)
    suspects = (dates.days.is_null() | money.amount.is_null()).arg_true()
    if suspects.len():
        names = tuple(columns.found.names)
        told = told.scatter(
            suspects,
            _unless_told(told.gather(suspects), unlike_data(columns.body, suspects, names)),
        )
    return told


def _unless_told(told: pl.Series, seen: pl.Series) -> pl.Series:
    return told.zip_with((told != "") & (seen != Left.BLANK), seen)


def _moved(columns: Columns, money: amounts.Money) -> list[Fault]:
    """Signs that rules give by words; rows of a direction column that neither word nor rule tells."""
    sides = _stated_sides(money)
    moves = rules.first_told(columns.profile.rules, "moves", columns.roles, sides, columns.rows)
    ruled = (moves != "") & (sides == "neutral")  # a plain word for in or out stands
    if ruled.any():
        frame = pl.DataFrame({"a": money.amount, "m": moves})
        sign = pl.when(pl.col("m") == "in").then(1).when(pl.col("m") == "out").then(-1)
        signed = frame.select(pl.coalesce(pl.col("a").abs() * sign, pl.col("a"))).to_series()
        money.amount = signed.zip_with(ruled, money.amount)
    if columns.mode is not Mode.DIRECTION or money.side is None:
        return []
    unknown = (money.side == "") & ~ruled & (money.amount != 0).fill_null(value=False)
    return [Fault(unknown, Code.DIRECTION_UNKNOWN, columns.found.columns["direction"])]


def _row_records(
    columns: Columns, money: amounts.Money, dates: Dates, places: pl.Series, file: str
) -> tuple[pl.DataFrame, list[Fault]]:
    """The record columns of every row, good or not, and the faults of the columns besides."""
    profile, roles, rows = columns.profile, columns.roles, columns.rows
    extra, faults = _extras(columns, places)
    account = roles.get("account", pl.Series([columns.account()]).new_from_index(0, rows))
    frame = pl.DataFrame(
        {
            "date": dates.days,
            "time": dates.times,
            "amount": money.amount,
            "currency": columns.currencies,
            "reference": references.joined(profile.reference, profile.extracts, roles, rows),
            "text": _words(profile.text, roles, rows),
            "party": _first_filled(profile.party, roles, rows),
            "account": account,
            "source_row": columns.body.lines,
            "state": roles.get("state", pl.Series([None], dtype=pl.String).new_from_index(0, rows)),
            "fee_type": _first_filled(profile.fee_type, roles, rows),
            **extra,
        }
    ).with_columns(
        kind=pl.lit(profile.kind.value),
        channel=_channel(columns),
        source_file=pl.lit(file),
        source_sheet=pl.lit(columns.found.table.sheet),
        source_rows=pl.lit(1, pl.Int64),
    )
    parts = {"gross": money.gross, "fee": money.fee}
    frame = frame.with_columns([s.alias(n) for n, s in parts.items() if s is not None])
    return frame.with_columns(type=_types(columns, money), group=_groups(columns, dates)), faults


def _extras(columns: Columns, places: pl.Series) -> tuple[dict[str, pl.Series], list[Fault]]:
    found: dict[str, pl.Series] = {}
    faults: list[Fault] = []
    for name in (*EXTRA_MONEY, "balance"):
        n = columns.found.columns.get(name)
        if n is None or (name == "gross" and columns.mode in (Mode.PARTS, Mode.NET)):
            continue
        read_ = figures.to_minor(columns.cells[n], places, columns.style)
        found[name] = read_["minor"]
        if name != "balance":  # a masked balance proves nothing and spoils nothing
            codes = read_["code"].drop_nulls().unique(maintain_order=True)
            faults += [
                Fault((read_["code"] == c).fill_null(value=False), Code(c), n) for c in codes
            ]
    for name in ("refunded", "discount"):
        if name in found:
            found[name] = found[name].abs()
    if "quantity" in columns.roles:
        found["quantity"] = (
            columns.roles["quantity"].str.extract(r"^(-?\d+)(?:\.0+)?$", 1).cast(pl.Int64)
        )
    return found, faults


def _words(roles: tuple[str, ...], cells: dict[str, pl.Series], rows: int) -> pl.Series:
    """The texts of several columns in a row, each once."""
    joined = references.joined(roles, (), cells, rows)
    return joined.str.replace_all("|", " ", literal=True) if len(roles) > 1 else joined


def _first_filled(roles: tuple[str, ...], cells: dict[str, pl.Series], rows: int) -> pl.Series:
    """Of several columns, the first one filled in each row."""
    told = pl.Series([""], dtype=pl.String).new_from_index(0, rows)
    for role in reversed([role for role in roles if role in cells]):
        told = cells[role].zip_with(cells[role] != "", told)
    return told


def _channel(columns: Columns) -> pl.Expr:
    channel = columns.roles.get("channel")
    if channel is None:
        return pl.lit(columns.profile.channel)
    from recon_engine.intake.channels import channel_of  # noqa: PLC0415

    words = channel.unique()
    return pl.lit(
        channel.replace_strict(words, [channel_of(w) for w in words], return_dtype=pl.String)
    )


def _types(columns: Columns, money: amounts.Money) -> pl.Series:
    profile, rows = columns.profile, columns.rows
    side = side_of(money.amount)
    told = rules.first_told(profile.rules, "type", columns.roles, side, rows)
    if money.side is not None:
        neutral = money.side == ""
        told = rules.first_told(
            profile.rules, "type", columns.roles, side.set(neutral, "neutral"), rows
        )
    default_ = (
        pl.DataFrame({"s": side})
        .select(
            pl.when(pl.col("s") == "out")
            .then(pl.lit(profile.type_out))
            .otherwise(pl.lit(profile.type_in))
        )
        .to_series()
    )
    if profile.kind is Kind.ORDER:
        default_ = pl.Series([Type.SALE.value]).new_from_index(0, rows)
    return told.zip_with(told != "", default_)


def side_of(amount: pl.Series) -> pl.Series:
    """``in``, ``out``, or "" where nothing moved."""
    return pl.DataFrame({"a": amount}).select(
        pl.when(pl.col("a") > 0).then(pl.lit("in")).when(pl.col("a") < 0).then(pl.lit("out"))
        .otherwise(pl.lit(""))
    ).to_series()  # fmt: skip


def _groups(columns: Columns, dates: Dates) -> pl.Series:
    """The payout each row belongs to: an id, or the day it was paid."""
    profile, roles = columns.profile, columns.roles
    if profile.group == "date":
        group = dates.days.dt.to_string("%Y-%m-%d")
    elif profile.group == "group_date" and "group_date" in roles:
        group = read_dates(roles["group_date"]).days.dt.to_string("%Y-%m-%d")
    else:
        nothing = pl.Series([""], dtype=pl.String).new_from_index(0, columns.rows)
        group = roles.get(profile.group, nothing)
    if profile.group_when:
        holds = rules.holds(profile.group_when, roles, None, columns.rows)
        group = group.set(~holds, "")
    return group.fill_null("")


def _faults(
    columns: Columns, money: amounts.Money, dates: Dates, rows: pl.DataFrame
) -> list[Fault]:
    """Everything wrong with each row, likeliest cause first."""
    found = columns.found.columns
    cells = columns.roles["date"]
    absent = dates.days.is_null() & (cells == "")
    unread = dates.days.is_null() & (cells != "")
    faults = [Fault(unread, Code.DATE_NOT_READ, found["date"])]
    faults += [
        Fault(mask, code, n) for mask, code, n in money.faults if code != Code.AMOUNT_MISSING
    ]
    if columns.profile.kind is not Kind.ORDER:  # an order's lines repeat neither
        faults.append(Fault(absent, Code.DATE_MISSING, found["date"]))
        faults += [Fault(m, c, n) for m, c, n in money.faults if c == Code.AMOUNT_MISSING]
    unknown = rows["currency"] == ""
    faults.append(Fault(unknown, Code.CURRENCY_UNKNOWN, found.get("currency", found.get("amount"))))
    faults.append(Fault(columns.body.overflow.is_not_null(), Code.ROW_NOT_UNDERSTOOD))
    for role in dict.fromkeys((*columns.profile.reference, *columns.profile.key)):
        if role in columns.roles:
            lost = columns.roles[role].str.contains(references.LOST)
            faults.append(Fault(lost, Code.ID_LOST_DIGITS, found[role]))
    return [fault for fault in faults if fault.mask.any()]


def _finished(
    columns: Columns, rows: pl.DataFrame, money: amounts.Money, left: pl.Series,
    faults: list[Fault], file: str,
) -> Reading:  # fmt: skip
    """Parts the rows: left out, refused, taken."""
    data = left == ""
    if columns.profile.kind is Kind.ORDER:
        rows, more = _with_orders(columns, rows, data)
        faults = [*faults, *more]
    rejects, refused = _rejects(columns, rows, faults, data, file)
    taken = data & ~refused
    kept = rows.filter(taken)
    key = _key(columns, kept, taken)
    if columns.profile.kind is Kind.ORDER:
        kept = orders.merged(kept)
    records = with_ids(as_records(kept), key)
    sides = _stated_sides(money)
    reasons = left.filter((left != "") & (left != Left.BLANK)).value_counts()
    excluded = dict(zip(reasons.to_series(0), reasons.to_series(1), strict=True))
    balances = rows["balance"] if "balance" in rows.columns else None
    return Reading(records, rejects, left, money, sides, balances, refused, excluded)


def _key(columns: Columns, kept: pl.DataFrame, taken: pl.Series) -> list[pl.Series]:
    """The natural key of each row; what was read (date, amount) stands for what was written."""
    if columns.profile.kind is Kind.ORDER:  # an order's own ids are its reference
        return []
    roles = columns.roles
    ids = [roles[r].filter(taken) for r in columns.profile.key if r in roles and r not in _READ]
    if not ids or not (ids[0] != "").any():
        return []
    read_ = [kept[r].cast(pl.String).fill_null("") for r in columns.profile.key if r in _READ]
    # Where the id itself is empty the row has no key, whatever else is filled.
    return [series.set(ids[0] == "", "") for series in (*ids, *read_)]


def _stated_sides(money: amounts.Money) -> pl.Series:
    if money.side is not None:
        return money.side.set(money.side == "", "neutral")
    side = side_of(money.amount)
    return side.set(side == "", "neutral")


def _with_orders(
    columns: Columns, rows: pl.DataFrame, data: pl.Series
) -> tuple[pl.DataFrame, list[Fault]]:
    """Row records with their order's number, and the faults only a whole order can have."""
    roles, found = columns.roles, columns.found.columns
    ids = roles["order_id"]
    continued = (ids == "") & (roles["date"] == "")
    ids = ids.set(continued, None).fill_null(strategy="forward").fill_null("")
    index = orders.order_index(ids, roles.get(columns.profile.start))
    level = columns.found.names[found["amount"]] in columns.profile.order_level
    share = orders.order_amounts(rows["amount"], index, order_level=level)
    quantity = (
        rows["quantity"]
        if "quantity" in rows.columns
        else pl.Series([None], dtype=pl.Int64).new_from_index(0, rows.height)
    )
    lines = orders.items(rows.height, roles.get("sku"), roles.get("title"), quantity)
    rows = rows.with_columns(
        share.alias("amount"),
        quantity.alias("quantity"),
        lines.alias("items"),
        index.alias("order"),
    )
    whole = rows.with_columns(data=data).select(
        undated=(pl.col("date").filter(pl.col("data")).count() == 0).over("order"),
        unpriced=(pl.col("amount").filter(pl.col("data")).count() == 0).over("order"),
    )
    return rows, [
        Fault(ids == "", Code.ID_MISSING, found["order_id"]),
        Fault(whole["undated"], Code.DATE_MISSING, found["date"]),
        Fault(whole["unpriced"], Code.AMOUNT_MISSING, found["amount"]),
    ]


def _rejects(
    columns: Columns, rows: pl.DataFrame, faults: list[Fault], data: pl.Series, file: str
) -> tuple[tuple[Problem, ...], pl.Series]:
    """The first fault of every row that has one; an order with one bad row is refused whole."""
    first: dict[int, Fault] = {}
    for fault in faults:
        for row in (fault.mask & data).arg_true():
            first.setdefault(row, fault)
    if "order" in rows.columns and first:
        bad = rows["order"].gather(list(first)).unique()
        siblings = rows["order"].is_in(bad.implode()) & data
        incomplete = Fault(siblings, Code.ORDER_INCOMPLETE, columns.found.columns["order_id"])
        for row in siblings.arg_true():
            first.setdefault(row, incomplete)
    refused = pl.Series([False] * rows.height, dtype=pl.Boolean)
    if first:
        refused = refused.scatter(list(first), [True] * len(first))
    problems = tuple(_problem(columns, row, first[row], file) for row in sorted(first))
    return problems, refused


def _problem(columns: Columns, row: int, fault: Fault, file: str) -> Problem:
    line = int(columns.body.lines[row])
    sheet = columns.found.table.sheet
    if fault.column is None:
        value = columns.body.overflow[row] or ""
        return Problem(fault.code, Place(file, sheet, line), value)
    value = columns.body.cells[str(fault.column)][row] or ""
    return Problem(
        fault.code, Place(file, sheet, line, columns.caption(fault.column)), value.strip()
    )
