"""splink: the Fellegi-Sunter model, trained on the data itself, on DuckDB.

Each bank row's first id-like word stands against the order's id.  One link an item: a true
many-to-many link is not what splink is for.
"""

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FRAMES = "pandas"
ID = r"(\d{3}-?\d{7}-?\d{7}|\d{6}-?\d{15}|\d{19}|SO-?\d{4}-?\d{7}|#\d{4,})"
LENGTH_SAME = 6  # of an id's head, which a typo elsewhere leaves alone
PROBABILITY_MIN = 0.05  # tuned for F1 on a month of 10,000; one link an item keeps it precise


def run(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Trains, predicts, and keeps for each bank row and each order its best link."""
    database = DuckDBAPI()
    orders = database.register(_orders(left), dataset_display_name="orders")
    rows = database.register(_rows(right), dataset_display_name="rows")
    linker = Linker([orders, rows], _settings(), log_level="ERROR")
    same_key = block_on("key")
    linker.training.estimate_probability_two_random_records_match([same_key], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(same_key)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("net", "currency", "party")
    )
    found = linker.inference.predict(threshold_match_probability=PROBABILITY_MIN)
    return _best(found.as_pandas_dataframe())


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.DamerauLevenshteinAtThresholds("key", [1]),
            cl.ExactMatch("net").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("party", [0.95, 0.88]),
            cl.AbsoluteDateDifferenceAtThresholds(
                "date", input_is_string=False, metrics=["day", "day"], thresholds=[3, 12]
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("key"),
            block_on("net", "currency", "head"),
            block_on("net", "currency", "initial"),
            block_on("net", "currency", "date"),
        ],
    )


def _orders(left: pd.DataFrame) -> pd.DataFrame:
    sales = left[left["amount"] > 0]
    return _side(sales, sales["reference"].str.replace("-", ""), sales["net"])


def _rows(right: pd.DataFrame) -> pd.DataFrame:
    words = (right["reference"] + " " + right["text"]).str.extract(ID, expand=False)
    return _side(right, words.fillna("").str.replace("-", ""), right["amount"])


def _side(items: pd.DataFrame, key: pd.Series, net: pd.Series) -> pd.DataFrame:
    head, party = key.str.slice(0, LENGTH_SAME), items["party"].str.upper()
    return pd.DataFrame({
        "unique_id": items["id"], "currency": items["currency"], "date": items["date"], "net": net,
        "key": key.where(key != "", None), "head": head.where(head != "", None),
        "party": party.where(party != "", None),
        "initial": party.str.slice(0, 1).where(party != "", None),
    })  # fmt: skip


def _best(found: pd.DataFrame) -> pd.DataFrame:
    ordered = found.sort_values(["match_weight", "unique_id_l", "unique_id_r"], ascending=False)
    single = ordered.drop_duplicates("unique_id_r").drop_duplicates("unique_id_l")
    return single.rename(columns={"unique_id_l": "left_id", "unique_id_r": "right_id"})
