"""A few planted and a few clean months; the bench measures hundreds."""

import pytest

from bench.anomalies import PLANTS, planted_month
from bench.seller import clean_month, close_of
from recon_engine.control.monitor.run import findings

FIRST = 42  # seeds of the tuning, on which all kinds are found: a check that nothing is lost


@pytest.mark.parametrize("kind", range(len(PLANTS)), ids=lambda n: PLANTS[n].__name__)
def test_what_is_planted_is_found(kind: int):
    month, truth, name = planted_month(FIRST + kind)
    assert name == PLANTS[kind].__name__
    told = findings(close_of(month))
    assert any(truth.is_told_by(found) for found in told)


@pytest.mark.parametrize("seed", range(4))
def test_a_clean_month_has_one_alarm_at_most(seed: int):
    assert len(findings(close_of(clean_month(seed)))) <= 1
