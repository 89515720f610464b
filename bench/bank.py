"""What the bank writes: the texts of transfers and payouts, unrelated rows, rows booked twice.

Every function takes rows with ``group, kind, day, amount, currency, …`` and adds the columns of
the table that the bank exports: ``reference, payout_id, text, party, bank_channel``.
"""

import numpy as np
import polars as pl

from bench import ids, names
from bench.case import DAYS, DUPLICATE, NOISE, SETTLES
from bench.world import Bools, World

FIELD_LENGTH = 35  # a list of ids is cut to what a bank's text field holds
IN_REFERENCE = 0.12  # an undamaged id that stands in the reference column
SERIAL = 0.30  # a text that starts with the bank's own serial number
NAME_IN_TEXT = 0.25  # instead of the party column
CHANNEL_KNOWN = 0.60  # a payout's store stands in the channel column, not only in the text
GROUP_KNOWN = 0.50  # a payout's id stands in the group column, not only in the text
PHRASES_CN = ("转账", "货款", "付款 订单", "网银转账", "跨行汇款 订单号", "")
PHRASES_LATIN = ("payment", "order", "INV", "wire transfer", "purchase order no.", "")
NOISE_TEXTS = (
    "工资", "房租", "利息", "供应商退款", "退货退款", "水电费", "往来款", "转账", "interest",
    "supplier refund", "rent", "card settlement", "deposit", "transfer", "refund freight",
)  # fmt: skip
PAYERS = {"CNY": "支付宝(中国)网络技术有限公司", "USD": "MARKETPLACE PAYMENTS INC"}


def transfers(
    w: World, rows: pl.DataFrame, orders: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Texts of the transfers of buyers."""
    n = len(rows)
    said = _said(w, rows, orders)
    in_reference = pl.Series(w.rng.random(n) < IN_REFERENCE) & said["whole"]
    name = _names(w, rows, people)
    in_text = w.rng.random(n) < NAME_IN_TEXT
    chinese = people["chinese"].gather(rows["buyer"])
    space = pl.when(pl.Series(w.rng.random(n) < 0.7)).then(pl.lit(" ")).otherwise(pl.lit(""))
    label = _phrase(w, chinese) + pl.when(chinese).then(space).otherwise(pl.lit(" "))
    frame = rows.select(
        reference=pl.when(in_reference).then(said["said"]).otherwise(pl.lit("")),
        name=name, serial=_serials(w, n),
        said=pl.when(in_reference).then(pl.lit("")).otherwise(said["said"]),
        in_text=pl.Series(in_text),
    ).with_columns(label=label)  # fmt: skip
    own = pl.when("in_text").then("name").otherwise(pl.lit(""))
    text = _squeezed(pl.col("serial") + " " + pl.col("label") + pl.col("said") + " " + own)
    written = frame.select(
        "reference", text=text, payout_id=pl.lit(""), bank_channel=pl.lit(""),
        party=pl.when("in_text").then(pl.lit("")).otherwise("name"),
    )  # fmt: skip
    return pl.concat([rows.with_columns(kind=pl.lit(SETTLES)), written], how="horizontal")


def _said(w: World, rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The ids that each transfer names: ``said``, and ``whole``: one id, not damaged."""
    n = len(rows)
    shown = pl.Series(w.rng.random(n) < w.level.id_shown)
    damage: Bools = w.rng.random(n) < w.level.id_damaged
    one = orders.select("id", "style")[rows["names"].to_numpy()].select(
        said=ids.damaged(w.rng, damage)
    )
    listed = orders.drop_nulls("group").filter(pl.col("group").is_in(_listing(rows).implode()))
    lists = listed.group_by("group", maintain_order=True).agg(list=pl.col("id").str.join(" "))
    every = rows.select("group").join(lists, on="group", how="left", maintain_order="left")
    cut = pl.when(pl.Series(damage)).then(pl.col("list").str.slice(0, FIELD_LENGTH))
    listed_ids = every.select(all=cut.otherwise("list"))["all"]
    told = pl.when(rows["names_all"]).then(listed_ids).otherwise(one["said"])
    return rows.select(
        said=pl.when(shown).then(told).otherwise(pl.lit("")),
        whole=shown & ~pl.Series(damage) & ~rows["names_all"],
    )


def _listing(rows: pl.DataFrame) -> pl.Series:
    return rows.filter("names_all")["group"]


def _names(w: World, rows: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """The payer as the bank writes it."""
    n = len(rows)
    missing = pl.Series(w.rng.random(n) < w.level.name_missing)
    damage = pl.Series(w.rng.random(n) < w.level.name_damaged)
    written = pl.when(damage).then(names.damaged(w.rng, n)).otherwise(names.full())
    shown = pl.when(missing).then(pl.lit("")).otherwise(written)
    return people[rows["buyer"].to_numpy()].select(name=shown)["name"]


def _phrase(w: World, chinese: pl.Series) -> pl.Expr:
    n = len(chinese)
    cn, latin = w.rng.choice(PHRASES_CN, n), w.rng.choice(PHRASES_LATIN, n)
    return pl.when(chinese).then(pl.Series(cn)).otherwise(pl.Series(latin))


def _serials(w: World, n: int) -> pl.Series:
    """The bank's own serial number in front of some texts: an id that is no order's."""
    number = pl.Series(w.rng.integers(10**11, 10**12, n)).cast(pl.String)
    has = pl.Series(w.rng.random(n) < SERIAL)
    return pl.select(pl.when(has).then("TRX" + number).otherwise(pl.lit(""))).to_series()


def _squeezed(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r" {2,}", " ").str.strip_chars()


def deposits(w: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Texts of the payouts of platforms."""
    n = len(rows)
    damage = pl.Series(w.rng.random(n) < w.level.payout_id_damaged) & (rows["payout"] != "")
    how = pl.Series(w.rng.choice(3, n, p=[0.3, 0.4, 0.3]))
    bare = pl.col("payout").str.replace_all("-", "")
    hurt = (
        pl.when(how == 0).then(bare)
        .when(how == 1).then(ids.typo(w.rng, n, "payout"))
        .otherwise(bare.str.slice(-6))
    )  # fmt: skip
    grouped = pl.Series(w.rng.random(n) < GROUP_KNOWN) & ~damage
    without_id = rows["scenario"] == "payout_without_id"
    nameless = pl.Series(w.rng.random(n) < w.level.store_missing) & without_id
    known = pl.Series(w.rng.random(n) < CHANNEL_KNOWN) & ~nameless
    verb = pl.when(pl.col("currency") == "CNY").then(pl.lit(" 提现 ")).otherwise(pl.lit(" payout "))
    shown = pl.when(damage).then(hurt).when(grouped).then(pl.lit("")).otherwise("payout")
    title = pl.when(nameless).then(pl.lit("")).otherwise("store")
    return rows.with_columns(
        kind=pl.lit(SETTLES), reference=pl.lit(""),
        payout_id=pl.when(grouped).then("payout").otherwise(pl.lit("")),
        text=_squeezed(title + verb + shown),
        party=pl.col("currency").replace_strict(PAYERS),
        bank_channel=pl.when(known).then("channel").otherwise(pl.lit("")),
    )  # fmt: skip


def noise(w: World, rows: pl.DataFrame, orders: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Bank rows that settle nothing; half have the amount of some order, all have a stranger."""
    n = round(len(rows) * w.level.noise_rows)
    sales = orders.filter(pl.col("amount") > 0)
    like = sales[w.rng.integers(0, len(sales), n)]
    free = (np.exp(w.rng.normal(4.6, 1.2, n)) * 100).astype(np.int64) + 1
    same = w.rng.random(n) < 0.5
    out = np.where(w.rng.random(n) < 0.25, -1, 1)
    amount = np.where(same, like["amount"].to_numpy(), free * out)
    stranger = people[w.rng.integers(w.buyers, len(people), n)].select(name=names.full())
    texts = pl.Series(w.rng.choice(NOISE_TEXTS, n))
    bare = pl.Series(w.rng.random(n) < 0.4)
    return pl.DataFrame({
        "kind": [NOISE] * n, "day": w.rng.integers(0, DAYS + 5, n), "amount": amount,
        "currency": like["currency"], "reference": [""] * n, "payout_id": [""] * n,
        "text": pl.select(_squeezed(pl.lit(_serials(w, n)) + " " + texts)).to_series(),
        "party": pl.select(pl.when(bare).then(pl.lit("")).otherwise(stranger["name"])).to_series(),
        "bank_channel": [""] * n,
    })  # fmt: skip


def duplicates(w: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Transfers booked twice: the same text and amount, the same day or one or two days later."""
    transfer = rows.filter(pl.col("store") == "")
    n = round(len(rows) * w.level.duplicate_rows)
    twice = transfer[np.sort(w.rng.permutation(len(transfer))[:n])]
    later = w.rng.choice(3, len(twice), p=[0.6, 0.3, 0.1])
    return twice.with_columns(
        kind=pl.lit(DUPLICATE), day=pl.col("day") + later, group=pl.lit(None, pl.Int64)
    )
