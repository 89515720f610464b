"""Report: everything that follows from the matches, brought up to date."""

from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.matching import closed_again


def refresh_reports(desk: Desk) -> Said:
    """Runs the month as it stands and writes what differs, on the reports as elsewhere."""
    told = closed_again(desk)
    return Said("said.refreshed", told.params, told.problems)
