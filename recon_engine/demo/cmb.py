"""招商银行: the CNY account's statement as the bank's app exports it."""

from recon_engine.demo.deposits import Movement
from recon_engine.demo.sheet import comma_separated, grouped

NAME = "招商银行流水.csv"
HEADER = ("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要")
OPENING = 18_463_257  # fen


def cmb_statement(movements: list[Movement]) -> bytes:
    """The statement, oldest movement first, with the balance after each."""
    table: list[tuple[str, ...]] = [HEADER]
    balance = OPENING
    for movement in movements:
        balance += movement.amount
        table.append((
            f"{movement.date:%Y-%m-%d}", "CNY", grouped(movement.amount), grouped(balance),
            movement.summary, movement.party, movement.note,
        ))  # fmt: skip
    return comma_separated(table, "\n").encode("utf-8")


def cmb_text(movement: Movement) -> str:
    """The cell that tells a movement from others best."""
    return movement.note or movement.party or movement.summary
