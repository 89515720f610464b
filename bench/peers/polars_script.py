"""The pandas script again, in polars."""

import polars as pl

FRAMES = "polars"
WORD = r"[0-9A-Za-z#][0-9A-Za-z-]{4,}"
NEAR_DAYS = 30  # for the same name and amount
CLOSE_DAYS = 3  # for the same amount alone


def run(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Links by the surest key first; each takes from what the ones before left over."""
    tokens = _tokens(right)
    found = [_by_key(left.filter(pl.col("group") != ""), "group", tokens)]
    orders = _open(left, found, "left_id").filter(reference_is_known())
    found.append(_by_key(orders, "reference", tokens))
    for keys, days in (
        (["net", "currency", "party"], NEAR_DAYS),
        (["net", "currency"], CLOSE_DAYS),
    ):
        rest = _open(left, found, "left_id"), _open(right, found, "right_id")
        found.append(nearest(*rest, keys, days))
    return pl.concat(found)


def reference_is_known() -> pl.Expr:
    """Sales with an id; a refund carries the id of its sale."""
    return (pl.col("reference") != "") & (pl.col("amount") > 0)


def _tokens(right: pl.DataFrame) -> pl.DataFrame:
    """Every id-like word of a bank row's columns: ``right_id, key``, without dashes."""
    text = pl.col("group") + " " + pl.col("reference") + " " + pl.col("text")
    words = right.select(right_id="id", key=text.str.extract_all(WORD)).explode("key")
    return words.drop_nulls().with_columns(bare("key")).unique()


def bare(column: str) -> pl.Expr:
    """Ids without dashes and signs, in capitals."""
    return pl.col(column).str.replace_all(r"[#-]", "").str.to_uppercase()


def _by_key(left: pl.DataFrame, column: str, tokens: pl.DataFrame) -> pl.DataFrame:
    keyed = left.select(left_id="id", key=bare(column))
    return keyed.join(tokens, on="key").select("left_id", "right_id")


def nearest(left: pl.DataFrame, right: pl.DataFrame, keys: list[str], days: int) -> pl.DataFrame:
    """For each bank row the nearest earlier order with the same keys; each order once."""
    if "party" in keys:
        left, right = (side.filter(pl.col("party") != "") for side in (left, right))
    orders = left.select("date", *keys, left_id="id", placed="date").sort("date")
    rows = right.with_columns(net="amount").select("date", *keys, right_id="id").sort("date")
    near = rows.join_asof(
        orders, on="date", by=keys, tolerance=f"{days}d", check_sortedness=False
    ).drop_nulls("left_id")
    closest = near.sort(pl.col("date") - pl.col("placed"), "right_id")
    return closest.unique("left_id", keep="first").select("left_id", "right_id")


def _open(items: pl.DataFrame, found: list[pl.DataFrame], column: str) -> pl.DataFrame:
    return items.join(pl.concat(found), left_on="id", right_on=column, how="anti")
