"""Report: everything that follows from the matches, written anew."""

from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.matching import closed_again


def refresh_reports(desk: Desk) -> Said:
    """Runs the month as it stands: the same matches, and all reports from them."""
    told = closed_again(desk)
    return Said("said.refreshed", told.params, told.problems)
