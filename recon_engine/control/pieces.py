"""The identity in pieces: opening + new - cleared - written off - set aside = open, of each kind.

Money says little of goods: a parcel has no amount.  So their pieces are proved as money is, against
the pieces that the records held before anything was reconciled.
"""

import polars as pl

from recon_engine.errors import Code, ExitCode, Problem, TieoutError

_POSITIONS = ("cleared", "written_off", "open", "excluded", "reference")


def pieces_identity(records: pl.DataFrame) -> pl.DataFrame:
    """``kind, currency, opening, new, all``, the positions and ``difference``, in pieces.

    Args:
        records: placed records; where ``quantity`` is null nothing was told.
    """
    pieces = pl.col("quantity").fill_null(0)
    carried = pl.col("carried") if "carried" in records.columns else pl.lit(value=False)
    sums = [pieces.filter(pl.col("place") == name).sum().alias(name) for name in _POSITIONS]
    return (
        records.group_by("kind", "currency")
        .agg(
            pieces.filter(carried).sum().alias("opening"),
            pieces.filter(~carried).sum().alias("new"),
            pieces.sum().alias("all"),
            *sums,
        )
        .with_columns(difference=pl.col("opening") + pl.col("new") - pl.sum_horizontal(_POSITIONS))
        .sort("kind", "currency")
    )


def prove_pieces(before: pl.DataFrame, placed: pl.DataFrame) -> None:
    """Stops the run unless no piece is gone and each is in one place.

    Args:
        before: the records that the close began with.
        placed: the same after everything.

    Raises:
        TieoutError: IDENTITY_BROKEN, exit code 3, with every kind that differs.
    """
    held = dict(before.group_by("kind").agg(pl.col("quantity").sum()).iter_rows())
    table = pieces_identity(placed)
    found = dict(placed.group_by("kind").agg(pl.col("quantity").sum()).iter_rows())
    differing = set(table.filter(pl.col("difference") != 0)["kind"])
    differing |= {kind for kind in {*held, *found} if held.get(kind, 0) != found.get(kind, 0)}
    if differing:
        problems = [Problem(Code.IDENTITY_BROKEN, value=kind) for kind in sorted(differing)]
        raise TieoutError(problems, ExitCode.PROOF_FAILED)
