"""Every payout is the sum of its terms: proved before anything is written."""

import polars as pl

from recon_engine.errors import Code, ExitCode, Problem, TieoutError
from recon_engine.model.money import to_text


def prove_terms(terms: pl.DataFrame) -> None:
    """Passes where the terms of every payout add up to its net.

    Args:
        terms: TERMS.

    Raises:
        TieoutError: IDENTITY_BROKEN, exit code 3, with every payout that leaves a residual.
    """
    broken = terms.filter((pl.col("term") == "net") & (pl.col("residual") != 0))
    problems = [
        Problem(Code.IDENTITY_BROKEN, value=f"{payout} {to_text(residual, currency)} {currency}")
        for payout, residual, currency in broken.select(
            "payout_id", "residual", "currency"
        ).iter_rows()
    ]
    if problems:
        raise TieoutError(problems, ExitCode.PROOF_FAILED)
