"""Orders and returns ↔ stock movements: did what was sold leave, and what came back come in?

By the order's id where the list of movements names it, else product by product in stretches of
days.  How many pieces an order has is not always told; then a movement that names it is enough.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.model.books import STOCK
from recon_engine.model.goods import Goods
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import MATCHES, MEMBERS, Period
from recon_engine.reconcile.books.meaning import movements
from recon_engine.reconcile.books.pieces_moved import NAME, PREFIX, compared
from recon_engine.reconcile.books.totals import NUMBER, added_up, mostly_numbered
from recon_engine.reconcile.goods.linked import by_number
from recon_engine.reconcile.groups import Decided, Groups, one_sided, together, with_status

ALONE, ALONE_RULE = "other_movements", "not_compared"
SOLD, RETURNED = "sold", "returned"
AGREED = ("agreed", "accepted")
_KEYS = ("line", "sku")
_UNSHIPPED = ("waits", "not_shipped", "cancelled")
_ITEM = r"^(.*?)(?:\s*×\s*(\d+))?$"  # an order's lines in short: "SKU ×2; SKU ×1"
_SIDE = ("record_id", "line", "sku", "channel", "currency", "date", "pieces", "worth", "reference")


@dataclass(frozen=True)
class Stocked:
    """Documents and movements, compared.

    Attributes:
        groups: of the reconciliation, and of movements that no document stands behind.
        table: STOCK and ``candidate``, the documents' ids.
        open_ids: ids of movements that are not cleared.
    """

    groups: Groups
    table: pl.DataFrame
    open_ids: frozenset[str]


def stocked(
    records: pl.DataFrame, goods: Goods, policy: Policy, decided: Decided, period: Period
) -> Stocked:
    """Compares what was sold and came back with what was booked out and in.

    Args:
        records: HELD of all kinds, without what is set aside.
        goods: what was shipped and came back; what was not shipped is not to be booked out.
        policy: what movements are called; days to ship.
        decided: what a person put together and took apart.
        period: its last day is the one that orders wait until.
    """
    moved = movements(records.filter(pl.col("kind") == Kind.STOCK_MOVEMENT), policy.books)
    if moved.is_empty():
        return Stocked(together([]), pl.DataFrame(schema={**STOCK, "candidate": pl.String()}),
                       frozenset())  # fmt: skip
    documents = _documents(records, goods, period)
    meant = moved.filter(pl.col("line").is_in(documents["line"].implode()))
    own = decided.groups.of(NAME)
    ids = pl.col("reference")
    heads = documents.with_columns(**{name: pl.lit("") for name in ("group", "text", "party")})
    links = by_number(
        (own.without(heads), ids), (own.without(meant), ids), policy, decided, (NAME, PREFIX)
    )
    groups = together([own, links])
    of_group = groups.members.select("record_id", "match_id")
    sides = pl.concat(
        [
            _sided(documents.join(of_group, on="record_id", how="left"), "left"),
            _sided(
                meant.with_columns(pieces="value", worth=pl.lit(0, pl.Int64)).join(
                    of_group, on="record_id", how="left"
                ),
                "right",
            ),
        ]
    )
    by_id = sides.filter(pl.col("match_id").is_not_null()).with_columns(
        unit="match_id", basis=pl.lit("number"), agrees=pl.lit(value=False)
    )
    rest = _rest(sides, by_id, policy, decided)
    table = compared(
        pl.concat([by_id, rest]),
        frozenset(own.matches["match_id"]),
        policy.goods.days_to_ship,
        period.end,
    )
    return _told(groups, own, pl.concat([by_id, rest]), table, moved)


def _documents(records: pl.DataFrame, goods: Goods, period: Period) -> pl.DataFrame:
    """Orders that were to leave, and returns that came."""
    unsent = goods.shipping.filter(pl.col("status").is_in(_UNSHIPPED))["shipping_id"]
    fresh = (pl.col("date") >= period.start) & ~pl.col("carried")
    orders = records.filter(
        (pl.col("kind") == Kind.ORDER)
        & (pl.col("type") != Type.CANCELLED)
        & ~pl.col("record_id").is_in(unsent.implode())
        & fresh
    ).with_columns(line=pl.lit(SOLD), pieces="quantity", worth="amount", sku=pl.lit(""))
    came = goods.returned.filter(pl.col("arrived") == "yes").with_columns(
        pl.col("date").fill_null(pl.col("arrived_on")),
        record_id="returned_id", line=pl.lit(RETURNED), worth=pl.col("refund").abs(),
        sku=pl.lit(""),
    )  # fmt: skip
    returns = records.filter(pl.col("kind") == Kind.RETURN).select("record_id", "items")
    held = came.join(returns, on="record_id", how="left")
    columns = (*_SIDE, "items")
    return pl.concat([orders.select(columns), held.select(columns)])


def _sided(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    items = pl.col("items") if "items" in rows.columns else pl.lit(None, pl.String)
    return rows.select(
        *(pl.col(name) for name in _SIDE), "match_id", items=items, side=pl.lit(side)
    ).with_columns(pl.col("sku").fill_null(""))


def _rest(
    sides: pl.DataFrame, by_id: pl.DataFrame, policy: Policy, decided: Decided
) -> pl.DataFrame:
    """What no number brought together: product by product, or document by document."""
    documents = sides.filter(pl.col("side") == "left")
    linked = mostly_numbered(documents, "match_id", ("line",))["line"]
    free = sides.filter(pl.col("match_id").is_null())
    left, right = (free.filter(pl.col("side") == side) for side in ("left", "right"))
    apart = pl.col("record_id").is_in(
        pl.concat([decided.bans["left_id"], decided.bans["right_id"]]).implode()
    )
    known = right.filter(pl.col("sku") != "").select("line", "sku").unique()
    each = _products(left)
    lines = each.join(known, on=["line", "sku"], how="semi")["line"].unique()
    told = pl.col("line").is_in(lines.implode()) & (pl.col("sku") != "") & ~apart
    parts = each.filter(told)
    theirs = right.filter(told)
    single = parts.filter(pl.col("line").is_in(linked.implode())).select(_KEYS).unique()
    added = added_up(
        parts.with_columns(value="pieces"), theirs.with_columns(value="pieces"), _KEYS,
        policy.books.days_to_post, single,
    ).members  # fmt: skip
    joined = pl.concat([parts, theirs]).join(added, on=["record_id", *_KEYS, "side"], how="inner")
    # Where movements name orders, an order that none names was not booked out, with or without
    # its products.
    judged = pl.col("line").is_in(linked.implode()) | apart
    alone = pl.concat([left, right]).filter(judged).join(
        joined.select("record_id", "line"), on=["record_id", "line"], how="anti"
    ).with_columns(
        unit=pl.format("rest:{}:{}", "line", "record_id"),
        basis=pl.lit(NUMBER),
        agrees=pl.lit(value=False),
    )  # fmt: skip
    columns = by_id.columns
    return pl.concat([joined.select(columns), alone.select(columns)])


def _products(documents: pl.DataFrame) -> pl.DataFrame:
    """A row a document and product, with its share of the pieces and of what they cost."""
    named = documents.with_columns(item=pl.col("items").fill_null("").str.split("; ")).explode(
        "item"
    )
    read = named.with_columns(
        sku=pl.col("item").str.extract(_ITEM, 1).str.strip_chars(),
        pieces=pl.col("item").str.extract(_ITEM, 2).cast(pl.Int64).fill_null(1),
    ).filter(pl.col("sku") != "")
    columns = [
        name
        for name in documents.columns
        if name not in ("pieces", "worth", "record_id", "line", "sku")
    ]
    summed = read.group_by("record_id", "line", "sku").agg(
        *(pl.col(name).first() for name in columns),
        pl.col("pieces").sum(),
        pl.col("worth").first(),
    )
    all_ = pl.col("pieces").sum().over("record_id", "line")
    return summed.with_columns(worth=pl.col("worth") * pl.col("pieces") // all_).select(
        documents.columns
    )


def _told(
    groups: Groups, own: Groups, sides: pl.DataFrame, table: pl.DataFrame, moved: pl.DataFrame
) -> Stocked:
    """STOCK, the groups with what they hold, and what stays open."""
    placed = sides.join(table.select("unit", "line", "status"), on=["unit", "line"])
    right = placed.filter(pl.col("side") == "right")
    differing = right.filter(~pl.col("status").is_in(AGREED))["record_id"]
    whole = together([_by_number(groups, own, table), _by_total(placed, table)])
    none = (pl.col("entries") == 0) | (pl.col("status") == "no_document")
    match = pl.when(none).then(pl.lit("")).otherwise(pl.coalesce("match_id", "own_match"))
    columns = [pl.col(name).cast(dtype) for name, dtype in STOCK.items()]
    listed = table.with_columns(match_id=match).select(*columns, "candidate")
    taken = pl.concat([whole.members["record_id"], right["record_id"]])
    others = moved.filter(~pl.col("record_id").is_in(taken.implode()))
    every = together([whole, one_sided(others, "right", ALONE, ALONE_RULE, "OM")])
    open_ids = frozenset([*differing, *whole.proposed("right")])
    return Stocked(every, listed.sort("date", "stock_id", nulls_last=True), open_ids)


def _by_number(groups: Groups, own: Groups, table: pl.DataFrame) -> Groups:
    """The groups with what was sold on both sides; where pieces differ, proposed."""
    told = table.filter(pl.col("match_id").is_not_null()).group_by("match_id").agg(
        unit_currency=pl.col("currency").min(),
        worth=pl.col("worth").sum(),
        off=pl.col("amount").sum(),
        differs=(~pl.col("status").is_in(AGREED)).any(),
    )  # fmt: skip
    ours = ~pl.col("match_id").is_in(own.matches["match_id"].implode())
    joined = groups.matches.join(told, on="match_id", how="left", maintain_order="left")
    differs = ours & pl.col("differs").fill_null(value=False)
    matches = joined.with_columns(
        currency=pl.when(ours).then(pl.col("unit_currency").fill_null("")).otherwise("currency"),
        left_amount=pl.when(ours).then(pl.col("worth").fill_null(0)).otherwise("left_amount"),
        right_amount=pl.when(ours)
        .then((pl.col("worth") - pl.col("off")).fill_null(0))
        .otherwise("right_amount"),
        status=pl.when(differs).then(pl.lit("proposed")).otherwise("status"),
        rule=pl.when(differs).then(pl.lit("stock_differs")).otherwise("rule"),
        evidence=pl.when(ours)
        .then(pl.format("ids=1;lefts={};rights={}", "left_count", "right_count"))
        .otherwise("evidence"),
    ).with_columns(difference=pl.col("left_amount") - pl.col("right_amount"))
    return with_status(Groups(matches.select(list(MATCHES)), groups.members))


def _by_total(placed: pl.DataFrame, table: pl.DataFrame) -> Groups:
    """A group for each total of which both sides are known, or whose movements cancel."""
    units = table.filter(
        pl.col("match_id").is_null()
        & (pl.col("entries") > 0)
        & ~pl.col("status").is_in(["no_document", "missing", "waits"])
    )
    agreed = pl.col("status") == "agreed"
    rule = pl.when(agreed & (pl.col("documents") == 0)).then(pl.lit("entries_cancel"))
    status = pl.when(agreed).then(pl.lit("confirmed")).otherwise(pl.lit("proposed"))
    right_amount = pl.col("worth") - pl.when(agreed).then(0).otherwise("amount")
    matches = units.select(
        match_id="own_match",
        reconciliation=pl.lit(NAME),
        rule=rule.when(agreed).then(pl.lit("totals")).otherwise(pl.lit("stock_differs")),
        status=status,
        currency="currency",
        left_count="documents",
        right_count="entries",
        left_amount="worth",
        right_amount=right_amount,
        difference=pl.col("worth") - right_amount,
        explained=pl.lit(0, pl.Int64),
        evidence=pl.format("lefts={};rights={}", "documents", "entries"),
    )
    members = placed.join(units.select("unit", "line", "own_match"), on=["unit", "line"]).select(
        "side", "record_id", match_id="own_match", status=status
    )
    return Groups(matches.select(list(MATCHES)), members.select(list(MEMBERS)))
