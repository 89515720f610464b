"""Policy: every tolerance, window, limit, rate and due day, in one place, with its unit.

A policy is TOML: any subset of what :func:`default_policy` holds.  Unknown keys and wrong values
are all reported at once.  Nothing in the matcher or the reports carries a number of its own.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, get_type_hints

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.model.books_policy import BooksPolicy
from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.monitor_policy import MonitorPolicy
from recon_engine.model.unit import unit


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A named fee that a channel keeps back: rate × base + fixed, within a rounding allowance."""

    name: str
    channel: str = unit("", "channel", "the channel it applies to; empty: any")
    rate_ppm: int = unit(0, "parts per million of the amount", "proportional part of the fee")
    fixed_minor: int = unit(0, "minor units", "fixed part of the fee")
    rounding_minor: int = unit(1, "minor units", "allowance for the platform's own rounding")
    currency: str = unit("", "ISO currency", "the currency it applies to; empty: any")
    spread_ppm: int = unit(
        0,
        "parts per million of the amount",
        "a difference up to this, either way, is the bank's FX",
    )


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """What the matcher may consider and when it may be sure."""

    window_days_before: int = unit(3, "days", "a payment may be dated this long before its item")
    window_days_after: int = unit(45, "days", "a payment may follow its item by this long")
    payout_days_before: int = unit(1, "days", "a deposit may be dated this long before the payout")
    payout_days_after: int = unit(7, "days", "a deposit may follow its payout by this long")
    reference_length_min: int = unit(6, "characters", "shortest id that is looked for in free text")
    short_reference_length_min: int = unit(
        4,
        "characters",
        "shorter ids in free text are not looked at even with an amount beside them",
    )
    tail_length_min: int = unit(6, "characters", "shortest tail of an id that counts as a hint")
    chance_ppm_max: int = unit(
        10_000, "parts per million", "most chance hits a sure match may expect"
    )
    sum_chance_ppm_max: int = unit(
        10_000, "parts per million", "most chance hits that sure sums of one party may expect"
    )
    stranger_ppm: int = unit(
        60_000,
        "parts per million",
        "share of payments that belong to no item at hand, for the gate",
    )
    slip_rarity: int = unit(
        6, "times", "a payer's name is so much more seldom written with a slip, for the gate"
    )
    margin_min: int = unit(
        20, "times", "a sure match is so much less likely by chance than the next"
    )
    group_size_max: int = unit(6, "records", "largest subset that is searched for by amount")
    instalments_max: int = unit(4, "payments", "most payments that clear an order together")
    free_subsets_max: int = unit(
        8, "records", "of one party's rows up to so many every subset is tried; of more, only runs"
    )
    run_days_max: int = unit(10, "days", "orders of one buyer paid together lie within this span")
    copy_days_max: int = unit(2, "days", "a bank row repeated to the word within this is a copy")
    candidates_max: int = unit(40, "records", "largest pool that a subset search looks at")
    budget_steps: int = unit(200_000, "steps", "work one search may do before it says: not proven")
    payout_block_days_max: int = unit(31, "days", "most days that one payout covers")
    payout_left_out_max: int = unit(
        4, "records", "most rows that a payout without an id may leave out of its days"
    )
    payout_brought_max: int = unit(
        3, "records", "most rows that it may bring in from the payout before"
    )
    payout_held_back: int = unit(
        1, "records", "rows that a payout is expected to hold back to the next, for the gate"
    )
    payout_never_ppm: int = unit(
        20_000, "parts per million", "share of rows that no payout ever brings, for the gate"
    )
    payout_solutions_max: int = unit(
        1000, "solutions", "a set of rows is not searched where chance alone would bring more"
    )
    payout_steps_max: int = unit(
        20_000, "sums", "work that one search for left-out rows may do; beyond it: not proven"
    )
    payout_fee_max_minor: int = unit(
        5_000,
        "minor units",
        "a platform may keep back a fee up to this from a payout untold; 0: never",
    )
    payout_fee_step_minor: int = unit(100, "minor units", "such a fee is a whole number of these")
    payout_fee_ppm: int = unit(
        100_000, "parts per million", "share of payouts short by such a fee, for the gate"
    )
    payout_unexplained_ppm: int = unit(
        10_000,
        "parts per million",
        "share of payouts that differ for no reason found, for the gate",
    )
    payout_doubt_ppm_max: int = unit(
        500_000, "parts per million", "most odds against all explanations of a sure payout"
    )
    payout_wrong_ppm_max: int = unit(
        40_000, "parts per million", "most odds that a sure row of such a payout belongs elsewhere"
    )
    wire_fee_max_minor: int = unit(
        5_000, "minor units", "a shortfall up to this may be a bank's fee"
    )
    fx_spread_ppm_max: int = unit(3_000, "parts per million", "a difference up to this may be FX")
    other_business_words: tuple[str, ...] = unit(
        (
            "工资", "薪资", "薪酬", "社保", "公积金", "利息", "结息", "房租", "租金", "水电",
            "电费", "物业费", "贷款", "税款", "缴税", "报销", "手续费", "保险费", "供应商",
            "工資", "薪資", "公積金", "結息", "水電", "電費", "物業費", "貸款", "稅款", "繳稅",
            "報銷", "手續費", "保險費", "供應商",
            "salary", "salaries", "wages", "payroll", "interest", "rent", "utilities",
            "electricity", "insurance", "loan", "tax", "taxes", "supplier", "reimbursement",
        ),
        "texts", "words with which a bank row without an id says that it is no buyer's payment",
    )  # fmt: skip
    reversal_days_max: int = unit(45, "days", "a row may be taken back this long after it")
    reversal_words: tuple[str, ...] = unit(
        (
            "红冲", "冲正", "冲销", "退汇", "退票", "撤销", "作废", "紅沖", "沖正", "沖銷", "退匯",
            "撤銷", "作廢", "reversal", "reversed", "void", "returned payment", "storno",
        ),
        "texts", "words with which a row says that it takes another one back",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DuePolicy:
    """When money is due: days from the order to its settlement, by channel."""

    default_days: int = unit(15, "days", "for channels not named")
    days: Mapping[str, int] = field(
        default_factory=lambda: {
            "tmall": 15, "alipay": 15, "jd": 15, "pinduoduo": 15, "douyin": 15, "wechat": 7,
            "amazon": 21, "shopify": 7, "ebay": 7, "etsy": 7, "shopee": 15, "lazada": 15,
        },
        metadata={"unit": "days", "meaning": "for a channel"},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgeingPolicy:
    """Upper bounds of the ageing buckets, days past due."""

    bounds_days: tuple[int, ...] = unit(
        (30, 60, 90), "days past due", "1-30, 31-60, 61-90, over 90"
    )


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """How channels belong together: a marketplace's orders are settled on a wallet."""

    settled_on: Mapping[str, str] = field(
        default_factory=lambda: {"tmall": "alipay", "taobao": "alipay", "1688": "alipay"},
        metadata={"unit": "channel", "meaning": "orders of the first are settled on the second"},
    )
    charges: tuple[str, ...] = unit(
        ("commission", "fee", "tax", "subsidy", "freight"),
        "settlement types",
        "lines that stand for themselves when no payout holds them: a cost on the account",
    )
    closed_words: tuple[str, ...] = unit(
        ("关闭", "取消", "退款", "關閉", "closed", "cancel", "refund", "void"),
        "texts",
        "an order whose state says so ended outside the settlement",
    )
    payers: Mapping[str, str] = field(
        default_factory=dict,
        metadata={
            "unit": "channel",
            "meaning": "a payer's text pays for it; before bank names",
        },
    )
    bank_names: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "alipay": ("支付宝", "alipay", "支付寶"),
            "wechat": ("财付通", "微信", "tenpay", "wechat", "財付通"),
            "amazon": ("amazon", "amzn", "亚马逊"),
            "shopify": ("shopify",),
            "ebay": ("ebay",),
            "jd": ("网银在线", "京东", "jd"),
            "pinduoduo": ("拼多多", "寻梦"),
            "douyin": ("抖音", "合众易宝", "字节"),
            "paypal": ("paypal",),
            "stripe": ("stripe",),
        },
        metadata={"unit": "texts", "meaning": "how a bank writes the payer of a channel's payouts"},
    )


@dataclass(frozen=True, slots=True)
class WriteOffPolicy:
    """What may be written off without a second pair of eyes."""

    limit_minor: int = unit(1_000, "minor units", "largest difference a preparer may write off")


@dataclass(frozen=True, slots=True)
class LearningPolicy:
    """How much it takes before a rule is proposed."""

    support_min: int = unit(20, "records", "so many must speak for a rule that the data proposes")
    agreeing_percent_min: int = unit(
        95, "percent of records", "share of records that must speak for it"
    )
    rounding_minor: int = unit(1, "minor units", "a fee this far off a rate still speaks for it")
    tries_max: int = unit(20, "rules", "proposed rules that are tried on the open records")


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it."""

    company: str = unit("", "text", "name shown on Home and the PDF's cover")
    owner: str = unit("", "text", "who follows up the exceptions that nobody has taken")
    home_currency: str = unit("CNY", "ISO currency", "for files that name none")
    period_share_percent_min: int = unit(
        60, "percent of records", "a calendar month with this share of the records is the period"
    )
    periods_remembered: int = unit(
        3, "periods", "closed periods whose rows are recognised when an export holds them again"
    )
    match: MatchPolicy = MatchPolicy()
    due: DuePolicy = field(default_factory=DuePolicy)
    ageing: AgeingPolicy = AgeingPolicy()
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)
    write_off: WriteOffPolicy = WriteOffPolicy()
    learning: LearningPolicy = LearningPolicy()
    goods: GoodsPolicy = field(default_factory=GoodsPolicy)
    books: BooksPolicy = field(default_factory=BooksPolicy)
    monitor: MonitorPolicy = field(default_factory=MonitorPolicy)
    fees: tuple[FeeRule, ...] = unit((), "rules", "fees that channels keep back")


def default_policy() -> Policy:
    """The policy of a close for which nobody said anything."""
    return Policy()


def read_policy(text: str, file: str, base: Policy = Policy()) -> Policy:
    """A policy with what the TOML ``text`` changes.

    Args:
        text: TOML.
        file: the file's name, for errors.
        base: what is changed; the default policy if not given.

    Raises:
        TieoutError: with every unknown key and wrong value.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise TieoutError([Problem(Code.POLICY_NOT_READ, Place(file), str(fault))]) from fault
    problems: list[Problem] = []
    policy = _changed(base, tables, "", file, problems)
    if problems:
        raise TieoutError(problems)
    return policy


def settings(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    """Every setting as ``(key, value, unit, meaning)``, for the Settings sheet and the guide."""
    yield from _settings(policy, "")


def _settings(node: Any, prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for f in fields(node):
        value, key = getattr(node, f.name), f"{prefix}{f.name}"
        unit, meaning = f.metadata.get("unit", ""), f.metadata.get("meaning", "")
        if is_dataclass(value):
            yield from _settings(value, f"{key}.")
        elif isinstance(value, Mapping):
            for name, part in value.items():
                yield f"{key}.{name}", _plain(part), unit, meaning
        elif value and isinstance(value, tuple) and is_dataclass(value[0]):
            for name, rule in _named(value):
                yield from _settings(rule, f"{key}.{name}.")
        else:
            yield key, _plain(value), unit, meaning


def _named(rules: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Each rule with a name of its own: the second of a name is ``name#2``."""
    seen: dict[str, int] = {}
    for rule in rules:
        seen[rule.name] = seen.get(rule.name, 0) + 1
        yield rule.name if seen[rule.name] == 1 else f"{rule.name}#{seen[rule.name]}", rule


def _plain(value: object) -> str:
    """A value as one cell shows it; a part that holds a comma stands in quotes."""
    if not isinstance(value, tuple):
        return str(value)
    parts = [str(part) for part in value]
    return ", ".join(f'"{part}"' if "," in part else part for part in parts)


Node = TypeVar("Node")


def _changed(
    node: Node, table: Mapping[str, Any], prefix: str, file: str, problems: list[Problem]
) -> Node:
    """``node`` with the table's values; what does not fit goes to ``problems``."""
    hints = get_type_hints(type(node))
    changes: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if name not in hints:
            problems.append(Problem(Code.POLICY_UNKNOWN_KEY, Place(file, column=key), str(value)))
            continue
        old = getattr(node, name)
        if is_dataclass(old) and isinstance(value, Mapping):
            changes[name] = _changed(old, value, f"{key}.", file, problems)
        elif name == "fees" and isinstance(value, list):
            changes[name] = tuple(
                _changed(FeeRule(name=f"fee {n}"), rule, f"{key}.{n}.", file, problems)
                for n, rule in enumerate(value, 1)
            )
        elif _fits(old, value):
            changes[name] = _shaped(old, value)
        else:
            problems.append(Problem(Code.POLICY_BAD_VALUE, Place(file, column=key), str(value)))
    return replace(node, **changes)  # type: ignore[type-var]


def _fits(old: object, value: object) -> bool:
    """Whether a TOML value has the shape of the setting it would replace."""
    if isinstance(old, Mapping):
        sample = next(iter(old.values()), "")
        return isinstance(value, Mapping) and all(_fits(sample, part) for part in value.values())
    if isinstance(old, tuple):
        sample = old[0] if old else ""
        return isinstance(value, list) and all(_fits(sample, part) for part in value)
    if isinstance(old, int):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, str)


def _shaped(old: object, value: Any) -> Any:
    if isinstance(old, Mapping):
        shaped = {name: tuple(v) if isinstance(v, list) else v for name, v in value.items()}
        return {**old, **shaped}
    return tuple(value) if isinstance(value, list) else value
