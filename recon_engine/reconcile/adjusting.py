"""The entry that a write-off proposes for the books: which account bears what was let go."""

from collections.abc import Mapping
from typing import Any

from recon_engine.model.records import Kind
from recon_engine.reconcile.standing import Decision

# Where the money was expected, by kind; the other account is an expense or an income.
_EXPECTED = {
    Kind.ORDER.value: "receivables",
    Kind.SETTLEMENT_LINE.value: "platform_clearing",
    "payout": "platform_clearing",
    Kind.STATEMENT_LINE.value: "bank",
    Kind.COURIER_CHARGE.value: "freight_payable",
    Kind.RETURN.value: "returns_clearing",
}
EXPENSE, INCOME = "written_off", "income_other"


def adjustment(decision: Decision, row: Mapping[str, Any], amount: int) -> dict[str, Any]:
    """A row of ADJUSTMENTS.

    Money that was expected and did not come is an expense; money that nobody owed is an income; a
    movement on the bank itself goes the other way round.

    Args:
        decision: the write-off.
        row: the record, part or payout that is let go.
        amount: signed, as it stands on it.
    """
    account = _EXPECTED.get(row["kind"], "platform_clearing")
    lost = (amount > 0) != (row["kind"] == Kind.STATEMENT_LINE)
    debit, credit = (EXPENSE, account) if lost else (account, INCOME)
    return {
        "decision_id": decision.decision_id,
        "record_id": row["record_id"],
        "kind": row["kind"],
        "date": row["date"] or None,
        "channel": row["channel"],
        "reference": row["reference"],
        "currency": row["currency"],
        "amount": amount,
        "debit": debit,
        "credit": credit,
        "note": decision.note,
        "user": decision.user,
        "decided_at": decision.decided_at,
    }
