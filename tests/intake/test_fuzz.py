"""A few hundred damaged files: no crash, every row accounted for.  The long run is bench.fuzz."""

from pathlib import Path

from bench.fuzz import Tally, run


def test_damaged_files_are_read_exactly_or_refused(tmp_path: Path) -> None:
    tally = Tally()
    run(files=400, seed=7, tally=tally, folder=tmp_path)
    assert tally.faults == []
    assert tally.read > 100
    assert len(tally.refused) > 5
