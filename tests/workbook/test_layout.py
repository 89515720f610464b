"""The layout says everything once: captions and words exist, and can be found again."""

import pytest

from recon_engine.messages import Language, catalogue, has
from recon_engine.model.policy import FeeRule, Policy, settings
from recon_engine.model.reasons import Reason
from recon_engine.model.records import COMMON, EXTRA, Kind, Type
from recon_engine.model.results import EXCEPTIONS, MATCHES, MEMBERS, PAYOUTS, PLACES, RECEIVABLES
from workbook_templates import words
from workbook_templates.layout_book import SHEETS, TABLES, TONES
from workbook_templates.layout_records import TABLE_OF_KIND

LANGUAGES = list(Language)
READ_BACK = {c.words for table in TABLES.values() for c in table.columns if c.words} - {"bucket"}
ENGINE = {
    "Matches": MATCHES,
    "Members": MEMBERS,
    "Exceptions": {k: v for k, v in EXCEPTIONS.items() if k != "code"},
    "Receivables": RECEIVABLES,
    "Payouts": PAYOUTS,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_captions_are_unique_in_a_table(table, language: Language) -> None:
    captions = [caption.lower() for caption in words.captions(table, language)]
    assert len(set(captions)) == len(captions)
    assert not [caption for caption in captions if set(caption) & set("[]#'@")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheet_names_are_what_excel_takes(language: Language) -> None:
    names = [catalogue("workbook", language)[f"sheet.{sheet.key}"] for sheet in SHEETS]
    assert len({name.lower() for name in names}) == len(names)
    assert not [name for name in names if len(name) > 31 or set(name) & set(r"[]:*?/\'")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", sorted(READ_BACK))
def test_a_word_leads_back_to_its_code(table: str, language: Language) -> None:
    for code, word in words.vocabulary(table, language).items():
        assert words.code_of(table, word, language) == code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["settled", "current", "1-30", "31-60", "over-90", "over-120"])
def test_an_ageing_bucket_leads_back_to_its_code(code: str, language: Language) -> None:
    word = words.bucket(code, language)
    assert words.bucket_code(word, language) == code
    assert word != code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", sorted(READ_BACK))
def test_no_word_is_an_operator_or_a_wildcard_in_a_criterion(
    table: str, language: Language
) -> None:
    said = words.vocabulary(table, language).values()
    assert not [word for word in said if word[0] in "=<>" or set(word) & set("*?~")]


def test_every_code_of_the_engine_has_a_word() -> None:
    needed = {
        "kind": [*Kind, "payout"],
        "type": list(Type),
        "place": list(PLACES),
        "reason": list(Reason),
    }
    for table, codes in needed.items():
        assert set(codes) <= set(words.vocabulary(table, Language.EN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_name_cause_and_next_step(language: Language) -> None:
    parts = {f"{reason}.{part}" for reason in Reason for part in ("name", "cause", "next")}
    assert set(catalogue("reasons", language)) == parts


def test_every_status_has_a_tone() -> None:
    for table in set(TONES) - {"bucket"}:
        tones = TONES[table]
        assert set(tones) == set(words.vocabulary(table, Language.EN))


def test_every_setting_says_what_it_means_in_every_language() -> None:
    policy = Policy(fees=(FeeRule(name="any"),))
    keys = {key for key, *_ in settings(policy)}
    without = [key for key in keys if words.setting(key, "", Language.ZH_HANS) == ""]
    assert without == []
    units = {unit for _, _, unit, _ in settings(policy) if unit}
    assert [unit for unit in units if not has(f"workbook.unit.{unit}")] == []


@pytest.mark.parametrize("kind", TABLE_OF_KIND)
def test_a_record_keeps_every_column_it_has(kind: str) -> None:
    keys = set(TABLE_OF_KIND[kind].keys)
    matched = {"match_id"} if kind != Kind.RATE_CARD else set()  # a price matches nothing
    assert ({*COMMON, *EXTRA} - {"kind"}) | {"place"} | matched <= keys


@pytest.mark.parametrize("name", ENGINE)
def test_a_table_keeps_every_column_of_the_engine(name: str) -> None:
    assert set(ENGINE[name]) <= set(TABLES[name].keys)
