"""The workbook that is open in Excel: found, checked, read, written, and given back."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import xlwings as xw

from recon_engine.errors import Code, Place, Problem, TieoutError, error
from recon_engine.export.replacing import close_file, is_closed
from recon_engine.messages import Language
from recon_engine.model.results import Close
from workbook_templates.drawing import Drawing, draw
from workbook_templates.frames import Frames
from xl_addin.live.capture import capture
from xl_addin.live.forms import close_left
from xl_addin.live.heard import Heard
from xl_addin.live.host import Host, if_there
from xl_addin.live.memory import remembered
from xl_addin.live.patch import Patch
from xl_addin.live.plan import plan
from xl_addin.live.quiet import patiently, quiet, restore
from xl_addin.live.seen import Seen, SeenStore
from xl_addin.live.sheets import sheets_of
from xl_addin.live.source import LiveSource
from xl_addin.live.undo import Step, UndoStore
from xl_addin.live.writer import Tick, apply

ID_NAME = "TieoutBook"  # the name that holds a book's id and the token of its last step
_TOKEN_LENGTH = 12  # of sixteen letters: no two steps of a book are alike
_CHECKED = ("Identity", "ControlTotals")


def _silent(_done: int, _whole: int) -> None:
    pass


def _nothing() -> Patch | None:
    return None


class LiveBook:
    """One open workbook of ours.

    Attributes:
        source: its tables; see TableSource.
        recovered: the action that was found cut off and taken back, "" when there was none.
    """

    def __init__(
        self,
        book: xw.Book,
        host: Host,
        folder: Path,
        new_id: Callable[[], str] | None = None,
        heard: Heard | None = None,
    ) -> None:
        """Takes the book as it is open.

        Args:
            book: of xlwings.
            host: the program it is open in.
            folder: where the steps of all books are kept.
            new_id: makes the id of a book that has none.
            heard: which tables were touched, where the launcher listened; all are read without.

        Raises:
            TieoutError: NOT_A_TIEOUT_WORKBOOK.
        """
        self.book, self.host = book, host
        self._folder, self._new_id = folder, new_id or (lambda: uuid.uuid4().hex)
        # What others change in a book in a cloud at the same time, nobody hears.
        self._heard = None if "://" in str(book.fullname) else heard
        known, _ = self._borne()
        self._seen = self._memory(known).recall(self._heard) if known else {}
        self.source = LiveSource(book, self._seen, host.filled)
        self.recovered = ""

    @property
    def language(self) -> Language:
        """Of its captions and words."""
        return self.source.language

    @property
    def path(self) -> Path | None:
        """Where the book is saved on this machine; none in a cloud or before it was saved."""
        full = str(self.book.fullname)
        here = "://" not in full and ("/" in full or "\\" in full)
        return Path(full) if here else None

    def finish(self) -> bool:
        """Saves the book and marks its file as finished: read-only from now on.

        Returns:
            Whether it is marked; a book in a cloud, or one never saved, stays as it is.
        """
        path = self.path
        if path is None or not path.is_file() or is_closed(path):
            return False
        self.book.save()
        return close_file(path)

    @property
    def steps(self) -> list[Step]:
        """What can be taken back, the last one last."""
        known, token = self._borne()
        return UndoStore(self._folder / known).leading_to(token) if known else []

    def _borne(self) -> tuple[str, str]:
        """The id of the book and the token of the step that wrote it last; "" where it has none."""
        with if_there():
            known, _, token = str(self.book.names[ID_NAME].refers_to).strip('="').partition(" ")
            return known, token
        return "", ""

    def _bear(self, known: str, token: str) -> None:
        self.book.names.add(ID_NAME, f'="{known} {token}"')

    @property
    def identity(self) -> str:
        """The id by which what is kept beside the book is found; given when it is first asked."""
        known, _ = self._borne()
        if not known:
            known = self._new_id()
            self._bear(known, "")
        return known

    def _store(self) -> UndoStore:
        return UndoStore(self._folder / self.identity)

    def _memory(self, known: str) -> SeenStore:
        return SeenStore(self._folder / known / "seen")

    def recover(self) -> None:
        """Takes back what an action left half done that was killed, and lets Excel go."""
        close_left(self.book.app)
        cut_off = [step for step in self.steps if step.begun]
        for step in reversed(cut_off):
            self._give_back(step)
            self.recovered = step.action
        self._let_go()

    def _let_go(self) -> None:
        """Excel draws, warns and calculates as the last step found it.

        Only a program that was killed leaves it without the first two.
        """
        app = self.book.app
        if not app.display_alerts:
            app.display_alerts = True
        if not app.screen_updating:
            steps = self.steps
            usual = self._store().before(steps[-1]).calculation if steps else ""
            restore(app, usual or "automatic")

    def write(
        self,
        close: Close,
        action: str,
        frames: Frames | None = None,
        tick: Tick = _silent,
        *,
        lasting: bool = False,
    ) -> bool:
        """Makes the book show a close; answers whether anything differed.

        Args:
            close: a finished close.
            action: what Undo will name.
            frames: of its tables, where they are not simply those of the close.
            tick: hears how far it is; may raise to stop.
            lasting: neither this nor what was done before can be undone afterwards.

        Raises:
            TieoutError: what keeps the book from being written; it is as it was.
        """
        drawing = draw(close, self.language, frames)
        patch = plan(self.source, drawing)
        written = self._put(patch, action, tick, self._learned(drawing, patch))
        if written and lasting:
            self._bear(self._borne()[0], "")  # no step leads here any more
        return written

    def put(self, patch: Patch, action: str, tick: Tick = _silent) -> bool:
        """Writes a patch so that it is there as a whole or not at all; see :meth:`write`."""
        return self._put(patch, action, tick, self._untouched(patch))

    def _put(self, patch: Patch, action: str, tick: Tick, after: Mapping[str, Seen]) -> bool:
        if not patch.sheets:
            self._keep(after)
            return False
        self._writable(patch)
        store, token = self._store(), self._new_id()[:_TOKEN_LENGTH]
        step = store.begin(action, capture(self.source, patch), token, self._borne()[1])
        self._memory(self.identity).forget()
        try:
            with quiet(self.book.app):
                self._bear(store.folder.name, token)
                apply(self.source, self.host, patch, tick)
        except Exception:
            self._try_back(store, step)
            raise
        store.finish(step)
        self._keep(after)
        return True

    def _untouched(self, patch: Patch) -> dict[str, Seen]:
        """What is known of the tables that a patch leaves alone."""
        written = {table.name for part in patch.sheets for table in part.tables}
        return {name: seen for name, seen in self._seen.items() if name not in written}

    def _learned(self, drawing: Drawing, patch: Patch) -> dict[str, Seen]:
        """What will be known of tables when the book shows a drawing."""
        if self._heard is None:
            return {}
        same, press = self._untouched(patch), self._heard.press
        tables = {t.name: t for sheet in drawing.sheets.values() for t in sheet.tables}
        known = {
            name: (name in same and self.source.seen(name)) or remembered(self.source, table, press)
            for name, table in tables.items()
            if name in self.source.found
        }
        return {name: seen for name, seen in known.items() if seen is not None}

    def _keep(self, tables: Mapping[str, Seen]) -> None:
        """Keeps what is known of tables, after the last cell was written."""
        if self._heard is not None:
            self._seen = dict(tables)
            self._memory(self.identity).keep(self._heard, tables)

    def undo(self, also: Callable[[], Patch | None] = _nothing) -> str:
        """Takes the last action back; answers its name.

        Args:
            also: what is to be written besides, asked when the cells are back.

        Raises:
            TieoutError: NOTHING_TO_UNDO.
        """
        steps = self.steps
        if not steps:
            raise error(Code.NOTHING_TO_UNDO, Place(self.source.file))
        self._give_back(steps[-1], also)
        return steps[-1].action

    def _give_back(self, step: Step, also: Callable[[], Patch | None] = _nothing) -> None:
        store = UndoStore(step.path.parent)
        before = store.before(step)
        self._writable(before)
        usual = before.calculation if step.begun else ""
        begun = step if step.begun else store.reopen(step)
        self._memory(self.identity).forget()
        with quiet(self.book.app, usual=usual):
            self._apply_back(store, step, before, also)
        store.drop(begun)
        self._keep(self._untouched(before))

    def _apply_back(
        self,
        store: UndoStore,
        step: Step,
        before: Patch,
        also: Callable[[], Patch | None] = _nothing,
    ) -> None:
        """The cells first, the token last: until then the step is the book's."""
        apply(self.source, self.host, before, _silent)
        more = also()
        if more is not None:
            apply(self.source, self.host, more, _silent)
        self._bear(store.folder.name, step.before)

    def _try_back(self, store: UndoStore, step: Step) -> None:
        """After a fault: as before, now if Excel answers, else before the next action."""
        with suppress(Exception):
            self.source.forget()
            patiently(lambda: self.book.name)
            before = store.before(step)
            with quiet(self.book.app, usual=before.calculation):
                self._apply_back(store, step, before)
            store.drop(step)

    def _writable(self, patch: Patch) -> None:
        """Refuses before anything is changed.

        Raises:
            TieoutError: SHEET_PROTECTED, with every sheet that is.
        """
        sheets = sheets_of(self.source)
        locked = [
            Problem(Code.SHEET_PROTECTED, Place(self.source.file, str(sheets[part.key].name)))
            for part in patch.sheets
            if self.host.protected(sheets[part.key])
        ]
        if locked:
            raise TieoutError(locked)

    def disproved(self) -> list[Problem]:
        """Positions in which the sheets' own formulas disagree with the engine, after a write."""
        found = []
        for name in _CHECKED:
            grid = self.source.table(name)
            if grid and any(row[-1] == "!" for row in grid.rows):
                found.append(Problem(Code.WORKBOOK_DIFFERS, Place(self.source.file, grid.sheet)))
        return found
