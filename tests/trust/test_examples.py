"""What is shown of personal data, example by example: a table that a person can read."""

import pytest

from recon_engine.match.sounds import sounds
from recon_engine.trust import numbers, persons
from recon_engine.trust.masking import Masker

PARTIES = ("张三丰", "欧阳修", "李四", "John O'Neill", "Anna-Maria Smith", "杨洋涵6214830123",
           "J*** Anderson", "王五百货商行", "王五")  # fmt: skip
ACCOUNTS = ("6222 0212 3456 7890 128", "1900000109", "seller@shop.cn", "旗舰店")
MASKER = Masker(
    b"key", PARTIES, ACCOUNTS, frozenset({"13512345678", "4310006878084078998"}),
    frozenset({"amazon", "支付宝"}), sounds,
)  # fmt: skip


@pytest.mark.parametrize(("name", "shown"), [
    ("张三丰", "张*"),
    ("张三", "张*"),
    ("欧阳修远", "欧*"),
    ("阿卜杜拉·买买提", "阿*"),
    ("陈先生", "陈*"),
    ("赵磊英7696", "赵*"),
    ("杨洋涵6214830123", "杨*"),
    ("胡** (138****0074)", "胡*"),
    ("山田太郎", "山*"),
    ("김철수", "김*"),
    ("John O'Neill", "J*** O***"),
    ("JOHN SMITH", "J*** S***"),
    ("Anna-Maria Smith", "A*** M*** S***"),
    ("J*** Anderson", "J*** A***"),
    ("oUpF8u1023ecbca03d", "o***"),
    ("tb_8372", "t***"),
    ("Tony 陈", "T*** 陈*"),
    ("13800138000", "138****8000"),
    ("anna@example.com", "a***@example.com"),
    ("6214830123456", "****3456"),
    ("--", "***"),
    ("", ""),
])  # fmt: skip
def test_a_person_shows_a_first_character_or_initials(name: str, shown: str) -> None:
    assert persons.party(name) == shown
    assert persons.party(shown) == shown


@pytest.mark.parametrize(("party", "is_firm"), [
    ("示例电商有限公司", True),
    ("支付宝(中国)网络技术有限公司2155001234", True),
    ("财付通支付科技有限公司", True),
    ("示例家居制品厂1202020", True),
    ("示例百货商行", True),
    ("中国工商银行上海分行", True),
    ("AMAZON PAYMENTS INC", True),
    ("Amazon.com", True),
    ("Northwind Trading GmbH", True),
    ("支付宝", True),
    ("张三丰", False),
    ("王厂", False),
    ("李京东", False),
    ("Anna Banks", False),
    ("Co Nguyen", False),
    ("oUpF8u1023", False),
])  # fmt: skip
def test_a_firm_is_told_from_a_person(party: str, is_firm: bool) -> None:
    assert persons.is_firm(party, MASKER.public) == is_firm


@pytest.mark.parametrize(("phone", "shown"), [
    ("13800138000", "138****8000"),
    ("138 0013 8000", "138****8000"),
    ("+86 138-0013-8000", "+86 138****8000"),
    ("8613800138000", "+86 138****8000"),
    ("010-62345678", "010****5678"),
    ("0912345678", "0912***678"),
    ("0912-345-678", "0912***678"),
    ("+886 912 345 678", "+886 91****678"),
    ("9123 4567", "91***567"),
    ("+852 9123 4567", "+852 91***567"),
    ("(415) 555-0132", "415***0132"),
    ("+1 415-555-0132", "+1 415***0132"),
    ("415.555.0132", "415***0132"),
    ("+44 20 7946 0958", "+442*****0958"),
])  # fmt: skip
def test_a_phone_keeps_its_area_and_its_end(phone: str, shown: str) -> None:
    assert numbers.is_phone(phone)
    assert numbers.phone(phone) == shown
    assert numbers.phone(shown) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("网银转账 张三丰 货款", "网银转账 张* 货款"),
    ("转账张三丰货款", "转账张*货款"),
    ("转账 6214830123", "转账 ****0123"),
    ("转入 62220212345678901282 他行", "转入 62220212345678901282 他行"),
    ("转入 6222021234567890128 他行", "转入 ****0128 他行"),
    ("ZHANG SANFENG transfer", "张* transfer"),
    ("from Zhang San Feng", "from 张*"),
    ("ACH O'NEILL JOHN 8F3K2", "ACH J*** O*** 8F3K2"),
    ("O'NEILL J. ref 1", "J*** O***. ref 1"),
    ("O'NEILLS BAR", "O'NEILLS BAR"),
    ("J*** Anderson paid", "J*** A*** paid"),
    ("手机13812345678", "手机138****5678"),
    ("手机１３８１２３４５６７８", "手机138****5678"),
    ("电话：9123 4567", "电话：91***567"),
    ("call (415) 555-0132 now", "call 415***0132 now"),
    ("to 6222021234567890128", "to ****0128"),
    ("card 4111 1111 1111 1111", "card ****1111"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN ****3000"),
    ("身份证 11010519491231002X", "身份证 ****002X"),
    ("账号：20885012345670156", "账号：****0156"),
    ("微信支付商户结算 1900000109 20261016", "微信支付商户结算 ****0109 20261016"),
    ("联系 john.smith@gmail.com", "联系 j***@gmail.com"),
    ("浙江省杭州市西湖区文三路 90 号 2 号楼 301室", "浙江省杭州市***"),
    ("ship to 123 Main St, Apt 4", "ship to ***"),
    ("户名：赵六", "户名：赵*"),
    ("payer: Maria Gomez, thanks", "payer: M*** G***, thanks"),
    # What a partner needs stays.
    ("订单 13512345678", "订单 13512345678"),
    ("收费 天猫佣金(类目){4310006878084078998}", "收费 天猫佣金(类目){4310006878084078998}"),
    ("114-2938471-0000007 2026-10-16 12:30:00", "114-2938471-0000007 2026-10-16 12:30:00"),
    ("AMAZON PAYMENTS INC SETTLEMENT 62578223125", "AMAZON PAYMENTS INC SETTLEMENT 62578223125"),
    ("MP20261008193847000119 1,234.56", "MP20261008193847000119 1,234.56"),
    ("户名：示例电商有限公司", "户名：示例电商有限公司"),
    ("结息 活期存款利息", "结息 活期存款利息"),
])  # fmt: skip
def test_free_text_keeps_all_but_what_is_personal(text: str, shown: str) -> None:
    assert MASKER.texts([text]).shown.get(text, text) == shown
    assert MASKER.texts([shown]).shown == {}


@pytest.mark.parametrize(("account", "shown"), [
    ("6222 0212 3456 7890 128", "****0128"),
    ("1900000109", "****0109"),
    ("seller@shop.cn", "s***@shop.cn"),
    ("EXAMCNSHXXX/120914003258", "****3258"),
    ("6222 **** 0123", "****0123"),
    ("旗舰店", "旗舰店"),
    ("", ""),
])  # fmt: skip
def test_an_account_shows_its_last_four_and_a_store_its_name(account: str, shown: str) -> None:
    assert MASKER.account(account) == shown
    assert MASKER.account(shown) == shown


def test_firms_keep_their_name_but_not_their_account_nor_their_owner() -> None:
    parties = ("支付宝(中国)网络技术有限公司2155001234", *PARTIES)
    masker = Masker(b"key", parties)
    assert masker.party(parties[0]) == "支付宝(中国)网络技术有限公司****1234"
    assert masker.party("王五百货商行") == "王*百货商行"


def test_accounts_that_end_alike_stay_apart() -> None:
    masker = Masker(b"key", accounts=("622200010123", "955800010123", "955800010124"))
    one, other, third = map(masker.account, ("622200010123", "955800010123", "955800010124"))
    assert one != other
    assert one.startswith("****0123 #")
    assert masker.account(one) == one
    assert third == "****0124"


def test_a_day_beside_a_party_is_no_account() -> None:
    masker = Masker(b"key", ("批量代发20261015",))
    assert masker.texts(["结算 20261015"]).shown == {}
    assert masker.hidden == {"批量代发"}


def test_a_name_with_the_digits_of_an_order_is_a_name_all_the_same() -> None:
    masker = Masker(b"key", ("tb1234567",), ids=frozenset({"1234567"}))
    assert masker.texts(["order 1234567 of tb1234567"]).shown == {
        "order 1234567 of tb1234567": "order 1234567 of t***"
    }
