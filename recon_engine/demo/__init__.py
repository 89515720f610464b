"""A seeded month of a seller, written as the platforms write it, with its truth.

The month is invented, its files are not: headers, encodings, ids, signs, totals and running
balances are as the platforms' own.  :func:`make_month` is pure and gives the same bytes for the
same arguments; :class:`Truth` says which lines belong together and what was planted.
"""

from recon_engine.demo.compare import CodeTally, Comparison, Tally, against_truth
from recon_engine.demo.month import DemoMonth, make_month, write_month
from recon_engine.demo.truth import Truth

__all__ = [
    "CodeTally",
    "Comparison",
    "DemoMonth",
    "Tally",
    "Truth",
    "against_truth",
    "make_month",
    "write_month",
]
