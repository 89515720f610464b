"""What a parcel ought to cost: a courier's rate card, by zone, way and slabs of weight.

A card has a price for the first slab and one for each slab after it.  Weight is rounded up to whole
slabs; a parcel that weighs nothing is still one slab.
"""

from dataclasses import dataclass

import polars as pl

from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.records import Type
from recon_engine.reconcile.goods.words import spoken

FORWARD, RETURN = "forward", "return"
_PARTS_OF_CHINA = (
    r"(?:壮族|壯族|回族|维吾尔|維吾爾)?(?:自治区|自治區)$|特别行政区$|特別行政區$|[省市]$"
)

# One row a carrier, zone, way and currency of a rate card.
PRICES: dict[str, pl.DataType] = {
    "carrier": pl.String(),  # "" for a card that names none
    "zone": pl.String(),  # as zone_key has it
    "way": pl.String(),  # FORWARD | RETURN
    "currency": pl.String(),
    "first": pl.Int64(),  # minor units
    "more": pl.Int64(),  # minor units a further slab; null where the card has none
    "slab_g": pl.Int64(),
}


@dataclass(frozen=True)
class Card:
    """All rate cards of a close.

    Attributes:
        prices: PRICES.
        zones: ``pair, zone``: postcodes of both ends, joined by a blank, and their zone.
        weights: ``sku, piece_g``.
    """

    prices: pl.DataFrame
    zones: pl.DataFrame
    weights: pl.DataFrame


def card_of(rates: pl.DataFrame, policy: GoodsPolicy) -> Card:
    """The cards among records of the kind ``rate_card``.

    Where several price the same, the newest counts, of one day the last in the file.
    """
    newest = rates.sort("date", "source_file", "source_row", "record_id", nulls_last=False)
    zones = newest.filter(pl.col("type") == Type.ZONE).select(
        pair=pl.col("reference").str.replace_all("|", " ", literal=True), zone=zone_key("zone")
    )
    weights = newest.filter((pl.col("type") == Type.WEIGHT) & pl.col("weight_g").is_not_null())
    return Card(
        _prices(newest.filter(pl.col("type") == Type.RATE), policy),
        zones.unique("pair", keep="last", maintain_order=True),
        weights.select("sku", piece_g="weight_g").unique("sku", keep="last", maintain_order=True),
    )


def _prices(rates: pl.DataFrame, policy: GoodsPolicy) -> pl.DataFrame:
    part = spoken("rate_part", rates["fee_type"], FORWARD)
    way = spoken("rate_way", rates["fee_type"], FORWARD)
    keys = ["carrier", "zone", "way", "currency"]
    named = rates.with_columns(part.alias("part"), way.alias("way")).with_columns(
        zone_key("zone"), pl.col("carrier").fill_null(""), slab_g=_slab("fee_type", policy)
    )
    first = named.filter(pl.col("part") == "first").unique(keys, keep="last", maintain_order=True)
    more = named.filter(pl.col("part") == "more").unique(keys, keep="last", maintain_order=True)
    return (
        first.select(*keys, "slab_g", first="amount")
        .join(more.select(*keys, more="amount"), on=keys, how="left", maintain_order="left")
        .select(list(PRICES))
    )


def _slab(caption: str, policy: GoodsPolicy) -> pl.Expr:
    """A slab's weight: in the caption itself (首重1kg), else by the setting for its word."""
    told = pl.col(caption).str.extract(r"(?i)(\d{1,3})\s*(?:kg|公斤|千克)", 1).cast(pl.Int64) * 1000
    grams = pl.lit(None, pl.Int64)
    for word, weight in policy.slab_g.items():
        holds = pl.col(caption).str.to_lowercase().str.contains(word.lower(), literal=True)
        grams = pl.when(holds).then(pl.lit(weight, pl.Int64)).otherwise(grams)
    return pl.coalesce(told, grams)


def zone_key(column: str) -> pl.Expr:
    """A zone as it is compared: small letters, a province without its 省 or 自治区."""
    plain = pl.col(column).fill_null("").str.strip_chars().str.to_lowercase()
    return plain.str.replace(_PARTS_OF_CHINA, "").alias(column)


def on_card(zones: pl.Series, known: pl.Series) -> pl.Series:
    """Each zone as the card has it: the same, or the longest one that an address begins with."""
    there = sorted(set(known) - {""}, key=lambda zone: (-len(zone), zone))
    said = zones.unique()
    meant = [next((zone for zone in there if text.startswith(zone)), text) for text in said]
    exact = set(there)
    found = [text if text in exact else one for text, one in zip(said, meant, strict=True)]
    return zones.replace_strict(said, found, return_dtype=pl.String)


def on_carrier(carriers: pl.Series, known: pl.Series) -> pl.Series:
    """Each carrier as the cards have it: 圆通速递 is on the card of 圆通.

    A card that names no carrier is everybody's, and a parcel without one is on the only card.
    """
    there = sorted(set(known) - {""}, key=lambda name: (-len(name), name))
    anybody = "" if "" in set(known) or len(there) != 1 else there[0]
    said = carriers.fill_null("").unique()
    found = [
        next((name for name in there if text and name.lower() in text.lower()), anybody)
        for text in said
    ]
    return carriers.fill_null("").replace_strict(said, found, return_dtype=pl.String)


def priced(parcels: pl.DataFrame, card: Card, way: str) -> pl.DataFrame:
    """``price`` (minor units) and ``price_g`` (grams, whole slabs) of each parcel, in its order.

    Args:
        parcels: ``carrier, zone, currency, weight_g``; carrier and zone as the card has them.
        card: the rates.
        way: FORWARD or RETURN.
    """
    rates = card.prices.filter(pl.col("way") == way).drop("way")
    found = parcels.select("carrier", "zone", "currency", "weight_g").join(
        rates, on=["carrier", "zone", "currency"], how="left", maintain_order="left"
    )
    slab, weight = pl.col("slab_g"), pl.col("weight_g")
    count = pl.max_horizontal((weight + slab - 1) // slab, pl.lit(1, pl.Int64))
    count = pl.when(weight.is_not_null() & slab.is_not_null()).then(count)
    further = pl.when(count == 1).then(pl.lit(0, pl.Int64)).otherwise((count - 1) * pl.col("more"))
    return found.select(price=pl.col("first") + further, price_g=count * slab)
