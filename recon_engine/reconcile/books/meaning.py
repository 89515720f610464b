"""What entries and movements mean: which kind of account, which platform, sold or returned."""

from collections.abc import Mapping

import polars as pl

from recon_engine.model.books_policy import BooksPolicy

Words = Mapping[str, tuple[str, ...]]
OTHER = "other"  # accounts and movements that no document stands behind
# A credit makes a sale; everything else grows by a debit.
_CREDITED = "sales"


def meant(texts: pl.Series, words: Words, default: str = OTHER) -> pl.Series:
    """The first group whose words each text holds; a number must begin one of its words.

    Args:
        texts: accounts, or memos, as the books write them.
        words: groups and how they are told.
        default: where no group speaks.
    """
    said = texts.unique()
    found = [_group(text.lower(), words, default) for text in said]
    return texts.replace_strict(said, found, return_dtype=pl.String)


def _group(text: str, words: Words, default: str) -> str:
    return next((name for name, said in words.items() if _holds(text, said)), default)


def _holds(text: str, said: tuple[str, ...]) -> bool:
    parts = text.split()
    return any(
        any(part.startswith(word) for part in parts) if word.isdigit() else word.lower() in text
        for word in said
    )


def entries(records: pl.DataFrame, policy: BooksPolicy) -> pl.DataFrame:
    """Ledger entries with ``line, value, platform, voucher``.

    ``value`` is positive as is usual for the line: a credit for sales, a debit for all others.

    Args:
        records: RECORDS of the kind ``ledger_entry``.
        policy: what accounts and platforms are called.
    """
    account = pl.col("fee_type").fill_null("")
    known = records.with_columns(account=account, said=_joined("fee_type", "party", "text"))
    line = meant(known["account"], policy.accounts).alias("line")
    platform = meant(known["said"], policy.platforms, "").alias("platform")
    number = pl.col("reference").str.split("|").list.first()
    return known.with_columns(line, platform).with_columns(
        value=pl.when(pl.col("line") == _CREDITED).then(-pl.col("amount")).otherwise("amount"),
        voucher=pl.concat_str(
            "source_file", "source_sheet", pl.col("date").cast(pl.String).fill_null(""), number,
            separator="\n",
        ),
    )  # fmt: skip


def _joined(*columns: str) -> pl.Expr:
    return pl.concat_str([pl.col(name).fill_null("") for name in columns], separator=" ")


def movements(records: pl.DataFrame, policy: BooksPolicy) -> pl.DataFrame:
    """Stock movements with ``line`` (sold, returned, other) and ``value``: pieces as is usual.

    Some lists write what leaves as a negative number and some as a positive one: in each file what
    was sold leaves, and what was returned comes in.

    Args:
        records: RECORDS of the kind ``stock_movement``.
        policy: what movements are called.
    """
    said = records.select(pl.coalesce("fee_type", "text", pl.lit(""))).to_series()
    line = meant(said, policy.movements).alias("line")
    pieces = pl.col("quantity").fill_null(0)
    sum_ = pieces.sum().over("source_file", "source_sheet", "line")
    return records.with_columns(line).with_columns(
        value=pl.when(sum_ < 0).then(-pieces).otherwise(pieces)
    )
