"""The record columns of every row of a table, good or not."""

import polars as pl

from recon_engine.errors import Code
from recon_engine.intake import figures, references, rules, weights
from recon_engine.intake.amounts import Money, side_of
from recon_engine.intake.channels import channel_of
from recon_engine.intake.columns import EXTRA_MONEY, Columns
from recon_engine.intake.dates import Dates, read_dates
from recon_engine.intake.faults import Fault
from recon_engine.intake.profile import Profile
from recon_engine.model.records import MONEY_KINDS, Kind, Type

_PARCEL = ("sku", "waybill", "carrier", "zone")


def row_records(columns: Columns, money: Money, dates: Dates) -> tuple[pl.DataFrame, list[Fault]]:
    """The record columns of every row, good or not, and the faults of the columns besides."""
    profile, roles, rows = columns.profile, columns.roles, columns.rows
    extra, faults = _extras(columns)
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
            "fee_type": _what_for(profile, roles, rows),
            **extra,
        }
    ).with_columns(
        kind=pl.lit(profile.kind.value),
        channel=_channel(columns),
        source_file=pl.lit(columns.file),
        source_sheet=pl.lit(columns.sheet),
        source_rows=pl.lit(1, pl.Int64),
    )
    of_order = profile.kind is Kind.ORDER
    parts = {} if of_order else {"gross": money.gross, "fee": money.fee}
    frame = frame.with_columns([s.alias(n) for n, s in parts.items() if s is not None])
    return frame.with_columns(type=_types(columns, money), group=_groups(columns, dates)), faults


def _extras(columns: Columns) -> tuple[dict[str, pl.Series], list[Fault]]:
    found: dict[str, pl.Series] = {}
    faults: list[Fault] = []
    for name in (*EXTRA_MONEY, "balance"):
        n = columns.found.columns.get(name)
        if n is None or (name == "gross" and columns.profile.kind is not Kind.ORDER):
            continue
        read_ = figures.to_minor(columns.cells[n], columns.places, columns.style)
        found[name] = read_["minor"]
        if name != "balance":  # a masked balance proves nothing and spoils nothing
            codes = read_["code"].drop_nulls().unique(maintain_order=True)
            faults += [
                Fault((read_["code"] == c).fill_null(value=False), Code(c), n) for c in codes
            ]
    for name in ("refunded", "discount"):
        if name in found:
            found[name] = found[name].abs()
    return found | _pieces(columns), faults


def _pieces(columns: Columns) -> dict[str, pl.Series]:
    """What and how much: quantity, and for other kinds than orders the parcel and the product."""
    roles = columns.roles
    found: dict[str, pl.Series] = {}
    if "quantity" in roles:
        found["quantity"] = (
            roles["quantity"].str.extract(r"^(-?[0-9]{1,15})(?:\.0+)?$", 1).cast(pl.Int64)
        )
    if columns.profile.kind in MONEY_KINDS:
        return found
    found |= {name: roles[name] for name in _PARCEL if name in roles}
    if "weight" in roles:
        caption, unit = columns.caption_of("weight"), columns.profile.weight_unit
        found["weight_g"] = weights.grams(roles["weight"], caption, unit)
    return found


def _words(roles: tuple[str, ...], cells: dict[str, pl.Series], rows: int) -> pl.Series:
    """The texts of several columns in a row, each once."""
    columns = [cells[role] for role in roles if role in cells]
    if len(columns) == 1:
        return columns[0]
    return references.united(columns, rows).str.replace_all("|", " ", literal=True)


def _what_for(profile: Profile, cells: dict[str, pl.Series], rows: int) -> pl.Series:
    """The source's word for a movement; of an entry, its account by number and by name."""
    if profile.kind is Kind.LEDGER_ENTRY:
        return _words(profile.fee_type, cells, rows)
    return _first_filled(profile.fee_type, cells, rows)


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
    words = channel.unique()
    return pl.lit(
        channel.replace_strict(words, [channel_of(w) for w in words], return_dtype=pl.String)
    )


def _types(columns: Columns, money: Money) -> pl.Series:
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
