"""A close without personal data, for whatever leaves the house.

The close itself is masked, before any report, sheet or chart is made of it: nothing that is made
afterwards can hold what is no longer there.  Figures, dates, ids of orders and payouts, platforms
and stores stay, so every report adds up as before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import polars as pl

from recon_engine.errors import Place, Problem
from recon_engine.match.sounds import sounds
from recon_engine.messages import Language, areas, catalogue
from recon_engine.model.books import Books
from recon_engine.model.goods import Goods
from recon_engine.model.kept import Kept
from recon_engine.model.policy import Policy
from recon_engine.model.results import Check, Close, FileReport, StatedBalance
from recon_engine.report.custom import all_problems
from recon_engine.report.follow_up import STATES
from recon_engine.trust.columns import Mask, mask_of
from recon_engine.trust.leaks import Hidden
from recon_engine.trust.masking import Masker
from recon_engine.trust.pseudonyms import key_of

_RUNS = r"\d{7,}"
_KEPT = ("history", "follow_up", "custom", "budget")  # what reports ask of it
_IDS = ("reference", "group")


@dataclass(frozen=True, slots=True)
class MaskedClose:
    """A close that may leave the house, and what must not be found in anything made of it."""

    close: Close
    hidden: Hidden


def masked_close(close: Close, key: bytes = b"") -> MaskedClose:
    """A close in which nobody is to be known.

    Args:
        close: a finished close; untouched.
        key: of the pseudonyms.  If not given it is made of the close, so that the same close has
            the same ones and the next month others.
    """
    frames = _frames(close)
    kept = replace(close.kept, custom=_sound(close))
    frames |= {f"kept.{name}": getattr(kept, name) for name in _KEPT}
    frames |= {f"goods.{one.name}": getattr(close.goods, one.name) for one in fields(Goods)}
    frames |= {f"books.{one.name}": getattr(close.books, one.name) for one in fields(Books)}
    masker = _masker(close, frames.values(), key or own_key(close))
    texts = masker.texts(_texts(close, frames.values()))
    words = _Words(masker, MappingProxyType(dict(texts.shown)))
    made = {name: words.frame(frame) for name, frame in frames.items()}
    own: dict[str, Any] = {name: frame for name, frame in made.items() if "." not in name}
    masked = replace(
        close,
        **own,
        files=tuple(words.file(report) for report in close.files),
        problems=tuple(words.problem(problem) for problem in close.problems),
        policy=replace(close.policy, owner=""),
        kept=replace(
            Kept(), budget=made["kept.budget"], history=made["kept.history"],
            follow_up=_chosen(made["kept.follow_up"]), custom=words.custom(kept.custom),
        ),
        goods=Goods(**{one.name: made[f"goods.{one.name}"] for one in fields(Goods)}),
        books=Books(**{one.name: made[f"books.{one.name}"] for one in fields(Books)}),
        outcomes=close.outcomes.clear(), originals=close.originals.clear(), results="",
    )  # fmt: skip
    values = masker.hidden | texts.hidden | _staff(close)
    return MaskedClose(masked, Hidden(values, _public_texts(masked)))


def _sound(close: Close) -> pl.DataFrame:
    """The reports that a person defined, but for those with words in them that nobody knows."""
    wrong = {problem.place.row for problem in all_problems(close)}
    rows = pl.int_range(1, pl.len() + 1)
    return close.kept.custom.filter(~rows.is_in(sorted(wrong)))


def _chosen(follow_up: pl.DataFrame) -> pl.DataFrame:
    """How follow-up stands where it was chosen from the list; what was typed instead goes."""
    chosen = pl.col("follow_up").is_in(STATES)
    return follow_up.with_columns(pl.when(chosen).then("follow_up").otherwise(pl.lit("")))


def _staff(close: Close) -> frozenset[str]:
    """Who works on the close: names of users and of those who follow something up."""
    named = [
        close.kept.decisions["user"], close.kept.decisions["owner"], close.handled["owner"],
        close.adjustments["user"], close.exceptions["handled_owner"],
    ]  # fmt: skip
    told = pl.concat(named).drop_nulls().unique().to_list()
    return frozenset({*told, close.policy.owner} - {""})


def own_key(close: Close) -> bytes:
    """A key that only who has the files and the whole close can make."""
    told = close.records.select("record_id", "party", "text").sort("record_id")
    return key_of(*(report.sha256 for report in close.files), told.write_csv())


def _frames(close: Close) -> dict[str, pl.DataFrame]:
    """Every frame of a close by the name of its field."""
    every = {one.name: getattr(close, one.name) for one in fields(close)}
    aside = ("outcomes", "originals")
    return {
        name: value
        for name, value in every.items()
        if isinstance(value, pl.DataFrame) and name not in aside
    }


def _values(frames: Iterable[pl.DataFrame], mask: Mask) -> set[str]:
    """Every text in the columns that are masked in one way."""
    found: set[str] = set()
    for frame in frames:
        for key, kind in frame.schema.items():
            if kind == pl.String() and mask_of(key) is mask:
                found.update(frame[key].drop_nulls().unique().to_list())
    return found - {""}


def _masker(close: Close, frames: Iterable[pl.DataFrame], key: bytes) -> Masker:
    frames = list(frames)
    ids = pl.concat(
        frame[name].drop_nulls() for frame in frames for name in _IDS if name in frame.columns
    )
    numbers = ids.str.extract_all(_RUNS).explode().drop_nulls().unique()
    balances = {b.account for report in close.files for b in report.balances}
    parties = _values(frames, Mask.PARTY)
    filtered = close.kept.custom.filter(pl.col("filter") == "party")["equals"].to_list()
    return Masker(
        key, sorted(parties | set(filtered) - {""}),
        sorted(_values(frames, Mask.ACCOUNT) | balances - {""}),
        frozenset(numbers.to_list()), public_names(close.policy), sounds,
    )  # fmt: skip


def public_names(policy: Policy) -> frozenset[str]:
    """Platforms, wallets and banks by every name that they are known by, in small letters."""
    said = [
        word
        for language in Language
        for key, word in catalogue("report", language).items()
        if key.startswith("channel.")
    ]
    told = [name for names in policy.channels.bank_names.values() for name in names]
    return frozenset(name.casefold() for name in (*said, *told) if len(name) > 1)


def _texts(close: Close, frames: Iterable[pl.DataFrame]) -> set[str]:
    """Every free text of a close, those of its files included."""
    problems = [*close.problems, *(p for r in close.files for p in (*r.rejects, *r.notes))]
    told: set[str] = {text for report in close.files for text in (report.file,
                      *(check.detail for check in report.checks))}  # fmt: skip
    for problem in problems:
        told.update(_said(problem))
    asked = set(close.kept.custom["equals"])
    return (told | asked | _values(frames, Mask.TEXT)) - {""}


def _said(problem: Problem) -> Iterator[str]:
    """The texts of a problem that come from a file, besides the cell itself."""
    yield from (problem.place.file, problem.place.sheet, problem.place.column)
    yield from (str(value) for value in problem.params.values() if not isinstance(value, int))


@dataclass(frozen=True, slots=True)
class _Words:
    """A masker with the free texts that it has looked through."""

    masker: Masker
    shown: MappingProxyType[str, str]

    def text(self, text: str) -> str:
        return self.shown.get(text, text)

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with every column of text as it is decided."""
        texts = [key for key, kind in frame.schema.items() if kind == pl.String()]
        return frame.with_columns(self._column(frame[key], mask_of(key)) for key in texts)

    def _column(self, values: pl.Series, mask: Mask) -> pl.Series:
        if mask in (Mask.KEEP, Mask.MADE):
            return values
        if mask is Mask.DROP:
            nothing = pl.when(pl.col(values.name).is_null()).then(None).otherwise(pl.lit(""))
            return values.to_frame().select(nothing.alias(values.name)).to_series()
        say = {
            Mask.PARTY: self.masker.party, Mask.ACCOUNT: self.masker.account,
            Mask.IDENT: self.masker.ident, Mask.TEXT: self.text,
        }[mask]  # fmt: skip
        old = values.drop_nulls().unique()
        old = old.filter(old.is_in(list(self.shown))) if mask is Mask.TEXT else old
        new = pl.Series([say(value) for value in old], dtype=pl.String)
        return values.replace(old, new) if old.len() else values

    def file(self, report: FileReport) -> FileReport:
        """A file by its name and proofs; no fingerprint, by which its content could be guessed."""
        return replace(
            report, file=self.text(report.file), sha256="",
            rejects=tuple(map(self.problem, report.rejects)),
            notes=tuple(map(self.problem, report.notes)),
            checks=tuple(map(self._check, report.checks)),
            balances=tuple(map(self._balance, report.balances)),
        )  # fmt: skip

    def _check(self, check: Check) -> Check:
        return replace(check, detail=self.text(check.detail))

    def _balance(self, balance: StatedBalance) -> StatedBalance:
        return replace(balance, account=self.masker.account(balance.account))

    def problem(self, problem: Problem) -> Problem:
        """A problem by its place and figures; the cell it is about may hold anything."""
        place = problem.place
        params: dict[str, Any] = {
            name: value if isinstance(value, int) else self.text(str(value))
            for name, value in problem.params.items()
        }
        return replace(
            problem,
            place=Place(self.text(place.file), self.text(place.sheet), place.row,
                        self.text(place.column)),
            value="…" if problem.value else "",
            params=MappingProxyType(params),
        )  # fmt: skip

    def custom(self, custom: pl.DataFrame) -> pl.DataFrame:
        """Reports that a person defined; one on a single buyer asks for that buyer's pseudonym."""
        says = {"party": self.masker.party, "account": self.masker.account}
        equals = [
            says.get(key, self.text)(value)
            for key, value in custom.select("filter", "equals").iter_rows()
        ]
        return self.frame(custom).with_columns(equals=pl.Series(equals, dtype=pl.String))


def _public_texts(masked: Close) -> tuple[str, ...]:
    """What stands in a report anyway: our own words, the company, platforms and stores."""
    ours = {word for area in areas() for language in Language
            for word in catalogue(area, language).values()}  # fmt: skip
    stores = _values(_frames(masked).values(), Mask.ACCOUNT)
    channels = set(masked.records["channel"].unique().to_list())
    return tuple(sorted(ours | stores | channels | {masked.company}))
