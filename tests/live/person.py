"""A person whose answers are written down beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Person:
    """See xl_addin.actions.dialogs.Dialogs."""

    chosen: list[Path] = field(default_factory=list)
    target: Path | None = None
    yes: bool = True
    secrets: list[str | None] = field(default_factory=list)
    name: str = ""
    password: str = ""
    picks: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def files(self, title: str) -> list[Path]:
        self.asked.append(title)
        return self.chosen

    def folder(self, title: str) -> Path | None:
        self.asked.append(title)
        return self.chosen[0] if self.chosen else None

    def save(self, title: str, suggested: Path) -> Path | None:
        self.asked.append(f"{title} {suggested.name}")
        return self.target

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self.yes

    def pick(self, title: str, options: Sequence[str]) -> int | None:
        self.asked.append(title)
        if self.picks:
            return self.picks.pop(0)
        return 0 if options else None

    def secret(self, question: str) -> str | None:
        self.asked.append(question)
        return self.secrets.pop(0) if self.secrets else ""

    def credentials(
        self,
        title: str,
        *,
        twice: bool = False,  # noqa: ARG002 - both times the same
        name: str = "",
    ) -> tuple[str, str] | None:
        self.asked.append(title)
        return (name or self.name, self.password) if self.password else None

    def tell(self, message: str) -> None:
        self.told.append(message)

    def show(self, place: str) -> None:
        self.shown.append(place)
