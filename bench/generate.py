"""Makes a month with a known truth: seeded, vectorised, a million orders in seconds.

What the orders and the bank know of each other is decided scenario by scenario (transfers,
payouts); then order ids, bank texts, unrelated rows and rows booked twice are laid over it.  An
ablation takes a kind of evidence away after everything was drawn, so that the rest is the same.
"""

import polars as pl

from bench import bank, ids, names, transfers
from bench.case import START, Case
from bench.payouts import SHORT, Stores, payouts, stores
from bench.transfers import FX_PPM
from bench.world import (
    CONVERTED,
    PROCESSED,
    SHARES,
    UNPAID_SHARE,
    Part,
    World,
    world,
)
from recon_engine.model.results import ITEMS

ABLATIONS = ("no_names", "no_payout_ids", "no_fees", "no_references")
LARGE_PAYOUTS = "large_payouts"  # no evidence less, but fewer stores, each with longer payouts
VARIANTS = (*ABLATIONS, LARGE_PAYOUTS)
STRANGERS = 5_000  # people who are no buyers and send money all the same


def make(orders: int, seed: int, noise: int, ablation: str = "") -> Case:
    """A month of so many orders.

    Args:
        orders: how many; refunds come on top.
        seed: the same seed gives the same case.
        noise: 0, 1 or 2: how dirty texts, names and ids are.
        ablation: one of ``ABLATIONS``, the evidence that is missing, or ``LARGE_PAYOUTS``; empty:
            the usual month.
    """
    if ablation and ablation not in VARIANTS:
        raise ValueError(ablation)
    w = world(orders, seed, noise)
    large = ablation == LARGE_PAYOUTS
    with_id, without_id = (stores(w, with_id=known, large=large) for known in (True, False))
    left, right = _joined(_parts(w, with_id, without_id))
    left = ids.order_ids(w.rng, left)
    left = left.with_columns(id=left["id"].gather(left["refers"]))
    people = names.people(w.rng, w.buyers + STRANGERS)
    if ablation == "no_references":
        left = left.with_columns(id=pl.lit(""))
    if ablation == "no_payout_ids":
        left = left.with_columns(payout=pl.lit(""))
        right = right.with_columns(payout=pl.lit(""))
    if ablation == "no_names":
        people = people.with_columns(pl.lit("").alias(c) for c in people.columns[1:])
    table, rows = _left_table(w, left, people), _bank(w, left, right, people)
    return _case(table, rows, right, _policy(ablation, with_id, without_id))


def _parts(w: World, with_id: Stores, without_id: Stores) -> list[Part]:
    """Every scenario with its share of the orders."""
    count = {name: int(share * w.orders) for name, share in SHARES.items()}
    unpaid = int(UNPAID_SHARE * w.orders)
    return [
        transfers.direct(w, w.orders - unpaid - sum(count.values())),
        transfers.direct_fee(w, count["direct_fee"]),
        transfers.bank_fee(w, count["bank_fee"]),
        transfers.fx(w, count["fx"]),
        transfers.several_orders(w, count["several_orders"]),
        transfers.instalments(w, count["instalments"]),
        transfers.n_to_m(w, count["n_to_m"]),
        payouts(w, count["payout_with_id"], with_id, with_id=True),
        payouts(w, count["payout_without_id"], without_id, with_id=False),
        transfers.unpaid(w, unpaid),
    ]


def _joined(parts: list[Part]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All parts under one count of keys and groups."""
    lefts, rights, keys, groups = [], [], 0, 0
    for part in parts:
        lefts.append(
            part.left.with_columns(pl.col("key", "refers") + keys, pl.col("group") + groups)
        )
        named = pl.when(pl.col("names") >= 0).then(pl.col("names") + keys).otherwise(-1)
        rights.append(part.right.with_columns(pl.col("group") + groups, names=named))
        keys += len(part.left)
        groups += len(part.left)  # never fewer than its groups
    return pl.concat(lefts), pl.concat(rights, how="vertical_relaxed")


def _bank(w: World, left: pl.DataFrame, right: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The bank's rows in the order it shows them; a row booked twice follows its original."""
    transfer = pl.col("store") == ""
    rows = pl.concat([
        bank.transfers(w, right.filter(transfer), left, people),
        bank.deposits(w, right.filter(~transfer)),
    ], how="diagonal_relaxed")  # fmt: skip
    others = [bank.noise(w, rows, left, people), bank.duplicates(w, rows)]
    every = pl.concat([rows, *others], how="diagonal_relaxed")
    drawn = pl.Series("drawn", w.rng.random(len(every)))
    copy = (pl.col("kind") == "duplicate").alias("copy")
    return _numbered(every.with_columns(drawn, copy).sort("day", "copy", "drawn"), "B")


def _left_table(w: World, left: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The seller's table, in the order of its days; ``key`` and ``item`` (its id) beside it."""
    n = len(left)
    hidden = pl.Series(w.rng.random(n) < w.level.name_masked)
    shown = pl.when(hidden).then(names.masked()).otherwise(names.full())
    party = people[left["buyer"].to_numpy()].select(party=shown)
    drawn = pl.Series("drawn", w.rng.random(n))
    text = pl.when(pl.col("amount") < 0).then(pl.lit("refund")).otherwise(pl.lit(""))
    table = left.with_columns(drawn, party.to_series(), text=text).sort("day", "drawn")
    return _numbered(table, "L").with_columns(
        reference="id", payout_id="payout", bank_channel="channel"
    )


def _numbered(rows: pl.DataFrame, letter: str) -> pl.DataFrame:
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)
    return rows.with_columns(item=letter + number)


def _case(table: pl.DataFrame, rows: pl.DataFrame, right: pl.DataFrame, policy: str) -> Case:
    settled = rows.filter(pl.col("kind") == "settles")
    sums = right.group_by("group", maintain_order=True).agg(
        pl.col("scenario").first(), pl.col("told").sum(), pl.col("untold").sum()
    )
    short = (pl.col("scenario") == "payout_without_id") & (pl.col("untold") > 0)
    sums = sums.with_columns(scenario=pl.when(short).then(pl.lit(SHORT)).otherwise("scenario"))
    truth = (
        table.drop_nulls("group")
        .select("group", left_id="item")
        .join(settled.select("group", right_id="item"), on="group")
        .join(sums.select("group", "scenario"), on="group")
    )
    return Case(
        left=_items(table), right=_items(rows),
        truth=truth.select("left_id", "right_id", "scenario", "group").sort("left_id", "right_id"),
        kinds=rows.select("kind", right_id="item"), groups=sums.sort("group"), policy=policy,
    )  # fmt: skip


def _items(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of ``results.ITEMS``."""
    day = pl.lit(START) + pl.duration(days=pl.col("day"))
    named = rows.select(
        "amount", "currency", "reference", "text", "party", id="item", date=day,
        group="payout_id", channel="bank_channel",
    )  # fmt: skip
    return named.select(pl.col(name).cast(dtype) for name, dtype in ITEMS.items())


def _policy(ablation: str, *known: Stores) -> str:
    """The fee rules and the stores' names at the bank, in the product's policy format."""
    lines = []
    channels = [*PROCESSED, *(c for s in known for c in s.channels if c.rate_ppm)]
    for c in channels if ablation != "no_fees" else []:
        lines += [
            "[[fees]]", f'name = "{c.name} fee"', f'channel = "{c.name}"',
            f"rate_ppm = {c.rate_ppm}", f"fixed_minor = {c.fixed_minor}",
            f'currency = "{c.currency}"', "",
        ]  # fmt: skip
    for c in CONVERTED if ablation != "no_fees" else []:
        lines += [
            "[[fees]]", f'name = "{c.name} spread"', f'channel = "{c.name}"',
            f"spread_ppm = {FX_PPM}", f'currency = "{c.currency}"', "",
        ]  # fmt: skip
    lines.append("[channels.bank_names]")
    for s in known:
        lines += [f'{c.name} = ["{t}"]' for c, t in zip(s.channels, s.titles, strict=True)]
    return "\n".join(lines) + "\n"
