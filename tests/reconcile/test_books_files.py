"""Own books from their files: a ledger with numbers and names, and a list of movements."""

from pathlib import Path

from recon_engine.close import close_month
from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy, read_policy
from recon_engine.model.results import Close
from tests.reconcile.books import told

ORDERS = """Order ID,Date,Amount,Quantity,SKU
A2610010001,2026-10-01,113.00,1,A-1
A2610010002,2026-10-02,226.00,2,A-1
A2610010003,2026-10-05,50.00,1,B-2
"""
LEDGER = """日期,凭证号,摘要,科目编码,科目名称,借方金额,贷方金额,业务单号
2026-10-01,记-1,确认收入,1122,应收账款,113.00,,A2610010001
2026-10-01,记-1,确认收入,6001,主营业务收入,,100.00,
2026-10-01,记-1,确认收入,222101,应交税费-销项税额,,13.00,
2026-10-02,记-2,确认收入 A2610010002,6001,主营业务收入,,200.00,
2026-10-02,记-2,确认收入,222101,应交税费-销项税额,,26.00,
2026-10-02,记-2,确认收入,1122,应收账款,226.00,,
2026-11-03,记-9,补记 A2610010003,6001,主营业务收入,,50.00,
"""
STOCK = """单据日期,单据编号,出入库类型,商品编码,变动数量,仓库,关联单号
2026-10-02,CK1,销售出库,A-1,-1,主仓,A2610010001
2026-10-03,CK2,销售出库,A-1,-1,主仓,A2610010002
2026-10-03,RK1,采购入库,A-1,50,主仓,
"""


def month(folder: Path, settings: str = "") -> Close:
    """The three files closed."""
    for name, text in (("orders", ORDERS), ("序时账", LEDGER), ("出入库", STOCK)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    policy = read_policy(settings, "policy.toml", default_policy())
    return close_month(read_files([folder], policy), policy)


def test_a_month_of_three_files(tmp_path: Path) -> None:
    closed = month(tmp_path)
    assert closed.problems == ()
    assert sorted(told(closed).values()) == [
        ("posting_other_period", 5000), ("stock_differs", 11300), ("stock_missing", 5000),
    ]  # fmt: skip
    status = closed.books.postings["status"].to_list()
    assert sorted(status) == ["agreed", "agreed", "other_period"]


def test_what_an_account_means_is_a_setting(tmp_path: Path) -> None:
    closed = month(tmp_path, '[books.accounts]\nother = ["销项"]\n')
    differing = closed.books.postings.filter(closed.books.postings["status"] == "differs")
    assert differing["difference"].to_list() == [1300, 2600]
