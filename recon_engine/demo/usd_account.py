"""The USD account's statement of the month as a SWIFT MT940 message."""

from recon_engine.demo.deposits import Movement
from recon_engine.demo.sales import END, START

NAME = "usd_account.sta"
ACCOUNT = "EXAMCNSHXXX/120914003258"
OPENING = 1_284_516  # cents
_TEXT_LENGTH_MAX = 65  # characters of one line of a :86: field


def usd_statement(movements: list[Movement]) -> bytes:
    """The message: opening balance, a :61: and a :86: for each movement, closing balance."""
    lines = [
        ":20:STMT20261031",
        f":25:{ACCOUNT}",
        ":28C:10/1",
        f":60F:C{START:%y%m%d}USD{_comma(OPENING)}",
    ]
    for n, movement in enumerate(movements, 1):
        mark = "C" if movement.amount > 0 else "D"
        day = f"{movement.date:%y%m%d}{movement.date:%m%d}"
        lines.append(f":61:{day}{mark}{_comma(abs(movement.amount))}NTRFNONREF//B2610{n:05d}")
        lines.append(f":86:{usd_text(movement)[:_TEXT_LENGTH_MAX]}")
    closing = OPENING + sum(movement.amount for movement in movements)
    mark = "C" if closing >= 0 else "D"
    lines += [f":62F:{mark}{END:%y%m%d}USD{_comma(abs(closing))}", "-", ""]
    return "\r\n".join(lines).encode("ascii")


def usd_text(movement: Movement) -> str:
    """What the bank says of a movement."""
    return f"{movement.party} {movement.note}".strip()


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
