"""The script a good analyst writes in pandas: id, payout id, name and amount, nearest in time."""

import pandas as pd

FRAMES = "pandas"
WORD = r"([0-9A-Za-z#][0-9A-Za-z-]{4,})"
NEAR_DAYS = 30  # for the same name and amount
CLOSE_DAYS = 3  # for the same amount alone


def run(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Links by the surest key first; each takes from what the ones before left over."""
    tokens = _tokens(right)
    found = [by_payout(left, tokens)]
    found.append(by_id(_open(left, found, "left_id"), tokens))
    for keys, days in (
        (["net", "currency", "party"], NEAR_DAYS),
        (["net", "currency"], CLOSE_DAYS),
    ):
        rest = _open(left, found, "left_id"), _open(right, found, "right_id")
        found.append(nearest(*rest, keys, days))
    return pd.concat(found, ignore_index=True)


def _tokens(right: pd.DataFrame) -> pd.DataFrame:
    """Every id-like word of a bank row's columns: ``right_id, key``, without dashes."""
    text = right["group"] + " " + right["reference"] + " " + right["text"]
    words = text.str.findall(WORD).explode().dropna()
    frame = pd.DataFrame({"right_id": right["id"].loc[words.index], "key": bare(words)})
    return frame.drop_duplicates()


def bare(ids: pd.Series) -> pd.Series:
    """Ids without dashes and signs, in capitals."""
    return ids.str.replace(r"[#-]", "", regex=True).str.upper()


def by_payout(left: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """All orders of a payout whose id stands on the bank row."""
    grouped = left.loc[left["group"] != "", ["id", "group"]]
    keyed = pd.DataFrame({"left_id": grouped["id"], "key": bare(grouped["group"])})
    return keyed.merge(tokens, on="key")[["left_id", "right_id"]]


def by_id(left: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """Orders whose own id stands on the bank row."""
    known = left[(left["reference"] != "") & (left["amount"] > 0)]
    keyed = pd.DataFrame({"left_id": known["id"], "key": bare(known["reference"])})
    return keyed.merge(tokens, on="key")[["left_id", "right_id"]]


def nearest(left: pd.DataFrame, right: pd.DataFrame, keys: list[str], days: int) -> pd.DataFrame:
    """For each bank row the nearest earlier order with the same keys; each order once."""
    if "party" in keys:
        left, right = left[left["party"] != ""], right[right["party"] != ""]
    orders = left.rename(columns={"id": "left_id"})[["left_id", "date", *keys]].sort_values("date")
    rows = right.assign(right_id=right["id"], net=right["amount"], paid=right["date"])
    near = pd.merge_asof(
        rows[["right_id", "date", "paid", *keys]].sort_values("date"),
        orders.assign(placed=orders["date"]),
        on="date", by=keys, tolerance=pd.Timedelta(days=days),
    )  # fmt: skip
    near = near.dropna(subset="left_id").assign(gap=lambda f: f["paid"] - f["placed"])
    return near.sort_values("gap").drop_duplicates("left_id")[["left_id", "right_id"]]


def _open(items: pd.DataFrame, found: list[pd.DataFrame], column: str) -> pd.DataFrame:
    return items[~items["id"].isin(pd.concat(found)[column])]
