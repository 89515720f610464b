"""A recognised table → records, rejects, exclusions and proofs.

The order of the steps: which rows are no data, what each moved, when, and what for; then faults
become rejects, and the rest becomes records.
"""

from dataclasses import dataclass, field

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import amounts, orders, rules, signs
from recon_engine.intake.columns import Columns
from recon_engine.intake.dates import Dates, Order, read_dates, read_times, with_years
from recon_engine.intake.faults import Fault, faults_of, rejects_of
from recon_engine.intake.identity import with_ids
from recon_engine.intake.netted import netted
from recon_engine.intake.profile import Mode
from recon_engine.intake.row_records import row_records
from recon_engine.intake.rows import Left, unlike_data
from recon_engine.model.records import Kind, as_records

_READ = ("date", "time", "amount")


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


def read(columns: Columns) -> Reading:
    """Reads one table.

    Raises:
        TieoutError: NO_ROWS, DATE_ORDER_UNDECIDED, SIGN_UNDECIDED, LAYOUT_AMBIGUOUS.
    """
    read_figures = amounts.Figures(
        columns.cells,
        columns.found.names,
        dict(columns.found.columns),
        columns.places,
        columns.style,
    )
    money = netted(columns, amounts.read_money(columns.profile.money, columns.mode, read_figures))
    dates = _dates(columns)
    left = _left(columns, money, dates)
    signs.settled(columns, money, left == "")
    if (left == Left.BLANK).all():
        raise error(Code.NO_ROWS, Place(columns.file, columns.sheet))
    faults = _moved(columns, money)
    rows, more = row_records(columns, money, dates)
    faults = [*faults_of(columns, money, dates, rows), *faults, *more]
    return _finished(columns, rows, money, left, faults)


def _dates(columns: Columns) -> Dates:
    roles = columns.roles
    if "date" not in roles:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, columns.rows)
        return Dates(nothing.cast(pl.Date), nothing)
    cells = with_years(roles["date"], "\n".join(columns.preamble))
    dates = read_dates(cells, Order(columns.profile.date_order))
    if dates.undecided:
        dates = _decided_elsewhere(columns, dates)
    if dates.undecided:
        place = Place(columns.file, columns.sheet, 0, columns.caption_of("date"))
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
    sides = amounts.stated_sides(money)
    told = rules.first_told(columns.profile.rules, "exclude", columns.roles, sides, columns.rows)
    suspects = dates.days.is_null().arg_true()  # totals, notes and footers have no date
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
    """Signs that rules give by words; rows that neither a word nor a rule gives one."""
    sides = amounts.stated_sides(money)
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


def _finished(
    columns: Columns, rows: pl.DataFrame, money: amounts.Money, left: pl.Series,
    faults: list[Fault],
) -> Reading:  # fmt: skip
    """Parts the rows: left out, refused, taken."""
    data = left == ""
    if columns.profile.kind is Kind.ORDER:
        rows, more = _with_orders(columns, rows, data)
        faults = [*faults, *more]
    rejects, refused = rejects_of(columns, rows, faults, data)
    taken = data & ~refused
    kept = rows.filter(taken)
    if columns.profile.kind is Kind.ORDER:
        kept = orders.merged(kept)
        key = [kept["order_key"]]
    else:
        key = _key(columns, kept, taken)
    records = with_ids(as_records(kept), key)
    sides = amounts.stated_sides(money)
    reasons = left.filter((left != "") & (left != Left.BLANK)).value_counts()
    excluded = dict(zip(reasons.to_series(0), reasons.to_series(1), strict=True))
    balances = rows["balance"] if "balance" in rows.columns else None
    return Reading(records, rejects, left, money, sides, balances, refused, excluded)


def _key(columns: Columns, kept: pl.DataFrame, taken: pl.Series) -> list[pl.Series]:
    """The natural key of each row; what was read (date, amount) stands for what was written."""
    roles = columns.roles
    ids = [roles[r].filter(taken) for r in columns.profile.key if r in roles and r not in _READ]
    if not ids or not (ids[0] != "").any():
        return []
    read_ = [kept[r].cast(pl.String).fill_null("") for r in columns.profile.key if r in _READ]
    # Where the id itself is empty the row has no key, whatever else is filled.
    return [series.set(ids[0] == "", "") for series in (*ids, *read_)]


def _with_orders(
    columns: Columns, rows: pl.DataFrame, data: pl.Series
) -> tuple[pl.DataFrame, list[Fault]]:
    """Row records with their order's number, and the faults only a whole order can have."""
    roles, found = columns.roles, columns.found.columns
    ids = roles["order_id"]
    continued = (ids == "") & (roles["date"] == "")
    ids = ids.set(continued, None).fill_null(strategy="forward").fill_null("")
    start = roles.get(columns.profile.start)
    index = orders.order_index(ids, start)
    order_key = ids if start is None else ids + "|" + start
    priced = found.get("amount", found["order_id"])
    level = columns.found.names[priced] in columns.profile.order_level
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
        order_key.alias("order_key"),
    )
    whole = rows.with_columns(data=data).select(
        undated=(pl.col("date").filter(pl.col("data")).count() == 0).over("order"),
        unpriced=(pl.col("amount").filter(pl.col("data")).count() == 0).over("order"),
    )
    return rows, [
        Fault(ids == "", Code.ID_MISSING, found["order_id"]),
        Fault(whole["undated"], Code.DATE_MISSING, found["date"]),
        Fault(whole["unpriced"], Code.AMOUNT_MISSING, priced),
    ]
