"""People: Chinese and Latin names, and what a bank statement makes of them."""

import numpy as np
import polars as pl
from pypinyin import lazy_pinyin

FAMILIES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"  # noqa: E501
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力志永健世广义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"  # noqa: E501
FIRST = (
    "James", "Mary", "Robert", "Linda", "John", "Susan", "Michael", "Karen", "David", "Lisa",
    "William", "Nancy", "Richard", "Betty", "Joseph", "Sandra", "Thomas", "Ashley", "Carlos",
    "Emily", "Daniel", "Donna", "Matthew", "Michelle", "Anthony", "Carol", "Mark", "Amanda",
    "Paul", "Melissa", "Steven", "Laura", "Andrew", "Sarah", "Kenneth", "Anna", "Joshua",
    "Olga", "Kevin", "Ingrid", "Brian", "Sofia", "George", "Elena", "Timothy", "Marta",
    "Ronald", "Chiara", "Jason", "Yuki", "Edward", "Priya", "Jeffrey", "Fatima", "Ryan",
    "Hannah", "Jacob", "Julia", "Gary", "Nadia", "Nicholas", "Petra", "Eric", "Bianca",
    "Jonathan", "Alice",
)  # fmt: skip
STEMS = (
    "Ander", "Robert", "Jack", "Wil", "Thomp", "John", "Harri", "Nel", "Morri", "Edward",
    "Richard", "Wat", "Stephen", "Hud", "Gib", "Ham", "Star", "Bar", "Cal", "Dal", "Elling",
    "Fair", "Gar", "Hol", "Kirk", "Lang", "Mar", "New", "Old", "Pem", "Ros", "Shel", "Tal",
    "Wood",
)  # fmt: skip
ENDS = (
    "son", "ton", "ley", "field", "ford", "man", "well", "worth", "land", "ham", "by", "more",
    "wick", "ridge", "stone", "sen",
)  # fmt: skip

CHINESE_FORMS = ("masked", "pinyin", "mistyped")
LATIN_FORMS = ("reversed", "truncated", "mistyped", "initial")
TRUNCATED_LENGTH = 10


def people(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Names of ``n`` buyers, two in three Chinese: chinese, family, given, and both in pinyin."""
    chinese = rng.random(n) < 0.65
    families, given = list(FAMILIES), list(dict.fromkeys(GIVEN))
    family = _skewed(rng, n, len(families))
    one, two = _skewed(rng, n, len(given)), _skewed(rng, n, len(given))
    double = rng.random(n) < 0.8
    latin_last = np.array([stem + end for stem in STEMS for end in ENDS])
    cn_given = np.char.add(np.array(given)[one], np.where(double, np.array(given)[two], ""))
    sounds = np.array(lazy_pinyin(given))
    py_given = np.char.add(sounds[one], np.where(double, sounds[two], ""))
    first = np.array(FIRST)[_skewed(rng, n, len(FIRST))]
    last = latin_last[rng.integers(0, len(latin_last), n)]
    return pl.DataFrame({
        "chinese": chinese,
        "family": np.where(chinese, np.array(families)[family], last),
        "given": np.where(chinese, cn_given, first),
        "family_sound": np.where(chinese, np.array(lazy_pinyin(families))[family], ""),
        "given_sound": np.where(chinese, py_given, ""),
    })  # fmt: skip


def full() -> pl.Expr:
    """The name in full, as its country writes it; empty where there is none."""
    latin = (pl.col("given") + " " + pl.col("family")).str.strip_chars()
    return pl.when("chinese").then(pl.col("family") + pl.col("given")).otherwise(latin)


def masked() -> pl.Expr:
    """王* for two characters, 张*丰 for three, J*** for the rest of the world."""
    tail = pl.when(pl.col("given").str.len_chars() > 1).then(pl.col("given").str.slice(-1))
    chinese = pl.col("family") + "*" + tail.otherwise(pl.lit(""))
    latin = pl.col("given").str.slice(0, 1) + "*** " + pl.col("family")
    known = pl.when("chinese").then(chinese).otherwise(latin)
    return pl.when(pl.col("family") == "").then(pl.lit("")).otherwise(known)


def damaged(rng: np.random.Generator, n: int) -> pl.Expr:
    """A name as a bank that knows no better writes it; forms drawn for ``n`` rows."""
    chinese = pl.Series(rng.choice(CHINESE_FORMS, n, p=[0.45, 0.35, 0.20]))
    latin = pl.Series(rng.choice(LATIN_FORMS, n))
    form = pl.when("chinese").then(chinese).otherwise(latin)
    return (
        pl.when(pl.col("family") == "").then(pl.lit(""))
        .when(form == "masked").then(masked())
        .when(form == "pinyin").then(_pinyin(rng, n))
        .when(form == "reversed").then(pl.col("family") + ", " + pl.col("given"))
        .when(form == "truncated").then(full().str.slice(0, TRUNCATED_LENGTH).str.to_uppercase())
        .when(form == "initial").then(pl.col("given").str.slice(0, 1) + ". " + pl.col("family"))
        .otherwise(_mistyped(rng, n))
    )  # fmt: skip


def _pinyin(rng: np.random.Generator, n: int) -> pl.Expr:
    """WANG XIAOMING, Xiaoming Wang or wangxiaoming."""
    style = pl.Series(rng.choice(3, n, p=[0.5, 0.3, 0.2]))
    family, given = pl.col("family_sound"), pl.col("given_sound")
    return (
        pl.when(style == 0).then(family.str.to_uppercase() + " " + given.str.to_uppercase())
        .when(style == 1).then(given.str.to_titlecase() + " " + family.str.to_titlecase())
        .otherwise(family + given)
    )  # fmt: skip


def _mistyped(rng: np.random.Generator, n: int) -> pl.Expr:
    """The last character of the family name gone in Latin, of the given name wrong in Chinese."""
    wrong = pl.Series(np.array(list(GIVEN))[rng.integers(0, len(GIVEN), n)])
    chinese = pl.col("family") + pl.col("given").str.slice(0, pl.col("given").str.len_chars() - 1)
    middle = pl.col("family").str.len_chars() // 2
    latin = pl.col("family").str.slice(0, middle) + pl.col("family").str.slice(middle + 1)
    return pl.when("chinese").then(chinese + wrong).otherwise(pl.col("given") + " " + latin)


def _skewed(
    rng: np.random.Generator, n: int, count: int
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Indices below ``count``, the low ones more often."""
    return (rng.random(n) ** 1.6 * count).astype(np.intp)
