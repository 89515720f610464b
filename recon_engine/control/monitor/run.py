"""All checks over one close, the findings with most money at stake first."""

from collections.abc import Callable

from recon_engine.control.monitor.clusters import clusters, refunds_rose
from recon_engine.control.monitor.copies import copies
from recon_engine.control.monitor.days import days
from recon_engine.control.monitor.facts import Facts
from recon_engine.control.monitor.fees import fees
from recon_engine.control.monitor.gaps import missing_days, payouts_missing
from recon_engine.control.monitor.lateness import lateness
from recon_engine.control.monitor.shares import concentration, losing_products
from recon_engine.model.findings import Finding, Level
from recon_engine.model.money import exponent
from recon_engine.model.results import Close

CHECKS: tuple[Callable[[Facts], list[Finding]], ...] = (
    fees,
    clusters,
    refunds_rose,
    lateness,
    payouts_missing,
    missing_days,
    copies,
    days,
    concentration,
    losing_products,
)
_MOST_DECIMALS = 4  # of any currency; brings amounts to one scale for sorting


def findings(close: Close, facts: Facts | None = None) -> tuple[Finding, ...]:
    """What is unlike itself, its peers or its contract; none where nothing is unusual.

    Args:
        close: a finished close.
        facts: of that close, where they have been gathered already.
    """
    facts = facts or Facts(close)
    found = [finding for check in CHECKS for finding in check(facts)]
    return tuple(sorted(found, key=_weight))


def _weight(finding: Finding) -> tuple[bool, int, str]:
    """Good news last; then by money, as if all currencies were worth the same."""
    scale = 10 ** (_MOST_DECIMALS - exponent(finding.currency))
    return finding.level is Level.NOTICE, -finding.at_stake * scale, finding.id
