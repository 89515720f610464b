"""What Undo gives back, kept beside the user's data: a folder a workbook, a file a step.

In files and not in the workbook: a step holds what a hundred thousand rows held before, which would
double the size of a book that is sent to others, and must survive that Excel dies before it saves.
A step is written, and flushed to the disk, before the first cell of an action is.  It is *begun*
until the action is through; who finds a begun step knows that an action was cut off.

A book knows by a token which step it was written by last, and a step which one came before it.  So
the steps of a book are those that led to it as it stands: a book that was closed without saving, an
earlier copy, or a crash of Excel that took the last actions along, is never given back what it did
not lose.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.export.files import write_bytes
from xl_addin.live.patch import Patch, SheetPatch, TablePatch, Zone

STEPS_MAX = 10  # of one workbook; the oldest goes first
_BEGUN, _DONE = ".begun", ".step"
_NONE = "-"  # in the place of a token
_FILE = re.compile(r"\d+ \w+ [\w-]+ \w+\.(begun|step)")
_SPANS = ("runs", "cuts", "gaps")
_FORM, _PLAN = "form.xlsx", "patch.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One action that can be taken back.

    Attributes:
        path: of its file.
        action: its name.
        begun: whether it was cut off.
        token: that the book bears from when it is begun.
        before: the token that the book bore before, "" when it bore none.
    """

    path: Path
    action: str
    begun: bool
    token: str
    before: str


class UndoStore:
    """The steps of one workbook, in order."""

    def __init__(self, folder: Path) -> None:
        """Keeps steps in that folder, which is made when the first one is."""
        self.folder = folder

    def steps(self) -> list[Step]:
        """All steps, of earlier copies of the workbook too, the last one last."""
        if not self.folder.is_dir():
            return []
        kept = [path for path in self.folder.iterdir() if _FILE.fullmatch(path.name)]
        return [_step(path) for path in sorted(kept, key=lambda path: path.stem)]

    def leading_to(self, token: str) -> list[Step]:
        """The steps by which a book came to bear a token, the last one last."""
        known = {step.token: step for step in self.steps()}
        found: list[Step] = []
        while token in known:
            found.append(known.pop(token))
            token = found[-1].before
        return found[::-1]

    def begin(self, action: str, before: Patch, token: str, last: str) -> Step:
        """Keeps what an action is going to change; on the disk when this returns.

        Args:
            action: its name.
            before: what gives it back.
            token: of the new step.
            last: the token that the book bears, "" when it bears none.
        """
        numbers = [int(step.path.stem.partition(" ")[0]) for step in self.steps()]
        name = f"{max(numbers, default=0) + 1:06} {token} {last or _NONE} {action}{_BEGUN}"
        self.folder.mkdir(parents=True, exist_ok=True)
        write_bytes(self.folder / name, packed(before))
        return _step(self.folder / name)

    def finish(self, step: Step) -> None:
        """The action is through; the oldest steps go."""
        step.path.rename(step.path.with_suffix(_DONE))
        for old in self.steps()[:-STEPS_MAX]:
            old.path.unlink()

    def reopen(self, step: Step) -> Step:
        """A step is going to be given back: until that is through it counts as begun."""
        begun = step.path.with_suffix(_BEGUN)
        step.path.rename(begun)
        return _step(begun)

    def drop(self, step: Step) -> None:
        """The step was given back."""
        step.path.unlink()

    def before(self, step: Step) -> Patch:
        """What a step gives back."""
        return unpacked(step.path.read_bytes())


def _step(path: Path) -> Step:
    _, token, before, action = path.stem.split(" ", 3)
    return Step(path, action, path.suffix == _BEGUN, token, "" if before == _NONE else before)


def packed(patch: Patch) -> bytes:
    """A patch as a file: its plan as JSON, long columns as Arrow beside it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        sheets = [_told(sheet) for sheet in patch.sheets]
        for n, sheet in enumerate(sheets):
            for m, table in enumerate(sheet["tables"]):
                for part in ("values", "formulas"):
                    table[part] = _set_aside(package, f"{n}-{m}-{part}", table[part])
        plan = {"sheets": sheets, "calculation": patch.calculation}
        package.writestr(_PLAN, json.dumps(plan, ensure_ascii=False))
        package.writestr(_FORM, patch.form)
    return stream.getvalue()


def _told(part: SheetPatch | TablePatch | Zone) -> dict[str, Any]:
    """A part of a patch by its fields; cells are not copied."""
    said = {field.name: getattr(part, field.name) for field in fields(part)}
    for name in {"tables", "zones"} & set(said):
        said[name] = [_told(each) for each in said[name]]
    return said


def _set_aside(
    package: zipfile.ZipFile, name: str, columns: Mapping[str, list[Any]]
) -> dict[str, Any]:
    """Columns of one kind go into an Arrow file; mixed ones stay in the JSON."""
    series, mixed = [], {}
    for number, (caption, cells) in enumerate(columns.items()):
        try:
            series.append((caption, pl.Series(str(number), cells, strict=True)))
        except TypeError:
            mixed[caption] = cells
    if series:
        frame = io.BytesIO()
        pl.DataFrame([one for _, one in series]).write_ipc(frame, compression="zstd")
        package.writestr(f"{name}.arrow", frame.getvalue())
    return {"arrow": [caption for caption, _ in series], "mixed": mixed}


def unpacked(data: bytes) -> Patch:
    """The patch again."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        plan = json.loads(package.read(_PLAN))
        for n, sheet in enumerate(plan["sheets"]):
            for m, table in enumerate(sheet["tables"]):
                for part in ("values", "formulas"):
                    table[part] = _put_back(package, f"{n}-{m}-{part}", table[part])
        form = package.read(_FORM)
    return Patch([_sheet(sheet) for sheet in plan["sheets"]], form, plan["calculation"])


def _put_back(package: zipfile.ZipFile, name: str, told: dict[str, Any]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = dict(told["mixed"])
    if told["arrow"]:
        frame = pl.read_ipc(io.BytesIO(package.read(f"{name}.arrow")))
        for caption, series in zip(told["arrow"], frame, strict=True):
            columns[caption] = series.to_list()
    return columns


def _sheet(told: dict[str, Any]) -> SheetPatch:
    tables = [_table(table) for table in told.pop("tables")]
    zones = [_zone(zone) for zone in told.pop("zones")]
    frozen = told.pop("frozen")
    return SheetPatch(tables=tables, zones=zones, frozen=tuple(frozen) if frozen else None, **told)


def _table(told: dict[str, Any]) -> TablePatch:
    odd = [(str(c), int(first), int(last), str(code)) for c, first, last, code in
           told.pop("odd_formats")]  # fmt: skip
    runs, cuts, gaps = ([(int(f), int(last)) for f, last in told.pop(part)] for part in _SPANS)
    return TablePatch(odd_formats=odd, runs=runs, cuts=cuts, gaps=gaps, **told)


def _zone(told: dict[str, Any]) -> Zone:
    heights = {int(row): float(points) for row, points in told.pop("heights").items()}
    runs = [(int(row), int(column), cells) for row, column, cells in told.pop("formulas")]
    return Zone(heights=heights, formulas=runs, **told)
