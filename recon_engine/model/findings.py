"""What monitoring found in the data: a code, its figures and its evidence; words come when shown.

A finding's figures are named by what they are, and the name's ending says how to show them:
``_ppm`` a rate, ``_minor`` money in the finding's currency, ``_on`` a day, ``_days`` a span; a text
is a name as the data has it, anything else a count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Code(StrEnum):
    """Every kind of finding; words under ``findings.<code>``."""

    FEE_ABOVE_CONTRACT = "fee_above_contract"  # dearer than the policy's fee rules
    FEE_ROSE = "fee_rose"  # dearer than the same account was before
    FEE_OUTLIERS = "fee_outliers"  # some orders charged far above the others of their size
    REFUND_CLUSTER = "refund_cluster"  # a product, buyer, store or day with too many refunds
    SHORT_PAID_CLUSTER = "short_paid_cluster"
    REFUNDS_ROSE = "refunds_rose"
    PAYS_LATER = "pays_later"  # later than the same account was before
    PAYS_LATER_THAN_PEERS = "pays_later_than_peers"  # than other stores of the platform
    PAYS_AFTER_DUE = "pays_after_due"
    PAYOUT_MISSING = "payout_missing"  # against the account's own rhythm
    MISSING_DAYS = "missing_days"  # days without a row where every other day has many
    DUPLICATE_EXPORT = "duplicate_export"  # the same rows under other ids
    UNUSUAL_DAY_HIGH = "unusual_day_high"
    UNUSUAL_DAY_LOW = "unusual_day_low"
    SALES_FELL = "sales_fell"
    SALES_ROSE = "sales_rose"
    BUYER_CONCENTRATION = "buyer_concentration"
    PRODUCT_CONCENTRATION = "product_concentration"
    OPEN_CONCENTRATION = "open_concentration"  # one order or buyer is most of what is overdue
    PRODUCT_LOSES = "product_loses"  # less than nothing left after refunds, fees and freight


class Level(StrEnum):
    """What a finding is to its reader."""

    CLAIM = "claim"  # money to ask back
    RISK = "risk"
    NOTICE = "notice"  # good to know; perhaps an opportunity


_CLAIMS = frozenset({Code.FEE_ABOVE_CONTRACT, Code.FEE_OUTLIERS, Code.FEE_ROSE,
                     Code.SHORT_PAID_CLUSTER, Code.PAYOUT_MISSING})  # fmt: skip
_NOTICES = frozenset({Code.UNUSUAL_DAY_HIGH, Code.SALES_ROSE})

Figure = int | str | date
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        subject: what within the account it is about: a product, buyer, day or file; "" for all.
        at_stake: unsigned minor units.
        count: how many records it is about; ``records`` may name only the first of them.
        records: ids of the evidence, most money first.
    """

    code: Code
    channel: str
    account: str
    subject: str
    currency: str
    at_stake: int
    count: int
    figures: Figures = field(default_factory=dict)
    records: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same from run to run while it is about the same thing."""
        parts = (self.code, self.channel, self.account, self.subject, self.currency)
        return ":".join(part for part in parts if part)

    @property
    def level(self) -> Level:
        """Money to ask back, a risk, or good to know."""
        if self.code in _CLAIMS:
            return Level.CLAIM
        return Level.NOTICE if self.code in _NOTICES else Level.RISK
