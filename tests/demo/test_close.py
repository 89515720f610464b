"""The demo's month, closed on the path that a user's files take, held against its truth."""

from pathlib import Path

import pytest

from recon_engine.demo import against_truth, make_month, write_month
from recon_engine.model.policy import default_policy
from xl_addin.verbs.close import close_files


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_matched_wrongly_and_everything_planted_is_found(
    tmp_path: Path, seed: int
) -> None:
    month = make_month(400, seed)
    write_month(month, tmp_path)
    closed = close_files([tmp_path / "files"], default_policy())
    found = against_truth(closed, month.truth)
    assert (found.orders.wrong, found.orders.missed) == (0, 0)
    assert (found.payouts.wrong, found.payouts.missed) == (0, 0)
    short = {count.reason: count for count in found.exceptions if count.found < count.planted}
    assert short == {}
