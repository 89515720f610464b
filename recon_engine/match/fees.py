"""What an item brings after the fee that a named rule says its channel keeps back."""

from collections.abc import Sequence

import polars as pl

from recon_engine.match.arrays import Rows
from recon_engine.model.policy import FeeRule

_MILLION = 1_000_000


def after_fees(amount: str, rules: Sequence[FeeRule]) -> pl.Expr:
    """An amount less the fee of the first rule that applies to it, minor units.

    The proportional part is rounded half away from zero.  A negative amount (a refund) gets the
    proportional part back, and no fixed part.

    Args:
        amount: the column that holds it; ``channel`` and ``currency`` stand beside it.
        rules: the named rules, in order.
    """
    if not rules:
        return pl.col(amount)
    value = pl.col(amount)
    rate = _of_rule([r.rate_ppm for r in rules], rules)
    fixed = pl.when(value > 0).then(_of_rule([r.fixed_minor for r in rules], rules)).otherwise(0)
    size = (value.abs() * rate + _MILLION // 2) // _MILLION
    return value - pl.when(value < 0).then(-size).otherwise(size) - fixed


def _of_rule(values: Sequence[int], rules: Sequence[FeeRule]) -> pl.Expr:
    """The value of the first rule that applies to a row's channel and currency, else 0.

    A month knows dozens of stores; looking a row's store up is one step, however many there are.
    """
    exact, by_channel, by_currency = {}, {}, {}
    for value, rule in reversed(list(zip(values, rules, strict=True))):
        if rule.channel and rule.currency:
            exact[f"{rule.channel}|{rule.currency}"] = value
        elif rule.channel:
            by_channel[rule.channel] = value
        else:
            by_currency[rule.currency] = value
    key = pl.concat_str("channel", pl.lit("|"), "currency")
    found = [
        column.replace_strict(known, default=None, return_dtype=pl.Int64)
        for column, known in (
            (key, exact),
            (pl.col("channel"), by_channel),
            (pl.col("currency"), by_currency),
        )
        if known
    ]
    return pl.coalesce(*found, pl.lit(by_currency.get("", 0), pl.Int64))


def spread(items: pl.DataFrame, rules: Sequence[FeeRule]) -> Rows:
    """By row of ``items``: the share that a named rule lets it differ by, parts per million."""
    share = _of_rule([r.spread_ppm for r in rules], rules)
    return items.select(share.alias("share")).to_series().to_numpy()


def gross_range(paid: pl.DataFrame, rules: Sequence[FeeRule]) -> pl.DataFrame:
    """Adds ``low`` and ``high``: the totals that bring ``amount`` once their fee is taken off.

    A fee below 100 % leaves each amount at least one total, and the totals stand side by side.

    Args:
        paid: ``amount, channel, currency``, amounts positive.
        rules: the named rules, in order.
    """
    if not rules:
        return paid.with_columns(low="amount", high="amount")
    kept = (_MILLION - _of_rule([r.rate_ppm for r in rules], rules)).clip(1)
    fixed = _of_rule([r.fixed_minor for r in rules], rules)
    about = (pl.col("amount") + fixed) * _MILLION // kept
    reach = _MILLION // kept + 1  # totals that share one amount lie this close to the estimate
    tried = (
        paid.with_row_index("place")
        .with_columns(wanted="amount", amount=pl.int_ranges(about - reach, about + reach + 1))
        .explode("amount")
    )
    brought = (
        tried.filter(after_fees("amount", rules) == pl.col("wanted"))
        .group_by("place")
        .agg(low=pl.col("amount").min(), high=pl.col("amount").max())
    )
    ranged = paid.with_row_index("place").join(
        brought, on="place", how="left", maintain_order="left"
    )
    return ranged.with_columns(
        pl.col("low").fill_null(pl.col("amount")), pl.col("high").fill_null(pl.col("amount"))
    ).drop("place")
