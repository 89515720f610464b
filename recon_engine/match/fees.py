"""What an item brings after the fee that a named rule says its channel keeps back."""

from collections.abc import Sequence

import polars as pl

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
