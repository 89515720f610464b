"""The rules of ERP tools, written anew: a reference in the text, then amount and partner.

Odoo's default reconciliation models look for an invoice's reference among the words of the label
and take it when the amount agrees within the payment tolerance; then for the one open invoice of
the row's partner with the same amount.  ERPNext matches on the reference number, then ranks by
party and amount.  Where two invoices fit they leave the row to a person.
"""

import pandas as pd

FRAMES = "pandas"
TOLERANCE = 0.003  # payment tolerance of a reference match, as one would set it for wire fees


def run(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Reference and amount, then partner and amount, each only where exactly one invoice fits."""
    by_reference = _by_reference(left, right)
    left = left[~left["id"].isin(by_reference["left_id"])]
    right = right[~right["id"].isin(by_reference["right_id"])]
    return pd.concat([by_reference, _by_partner(left, right)], ignore_index=True)


def _by_reference(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    words = (right["reference"] + " " + right["text"]).str.split().explode()
    rows = right.loc[words.index, ["id", "amount", "currency"]].assign(word=words)
    orders = left[(left["reference"] != "") & (left["amount"] > 0)]
    both = rows.merge(
        orders[["id", "net", "currency", "reference"]],
        left_on=["word", "currency"], right_on=["reference", "currency"],
        suffixes=("_right", "_left"),
    )  # fmt: skip
    agrees = (both["amount"] - both["net"]).abs() <= both["net"] * TOLERANCE
    return _only(both[agrees].rename(columns={"id_left": "left_id", "id_right": "right_id"}))


def _by_partner(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    rows = right.loc[right["party"] != "", ["id", "amount", "currency", "party"]]
    both = rows.merge(
        left[["id", "net", "currency", "party"]],
        left_on=["amount", "currency", "party"], right_on=["net", "currency", "party"],
        suffixes=("_right", "_left"),
    )  # fmt: skip
    return _only(both.rename(columns={"id_left": "left_id", "id_right": "right_id"}))


def _only(links: pd.DataFrame) -> pd.DataFrame:
    """Links where the bank row has one candidate; the first row takes an order."""
    pairs = links[["left_id", "right_id"]].drop_duplicates()
    single = pairs[~pairs["right_id"].duplicated(keep=False)]
    return single.drop_duplicates("left_id")
