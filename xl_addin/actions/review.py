"""Review: from exception to exception, decisions taken up, actions taken back."""

from itertools import chain

from recon_engine.messages import text
from workbook_templates import words
from workbook_templates.apply import decided, named
from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.matching import outcome
from xl_addin.actions.relog import relogged
from xl_addin.actions.rows import chosen, keys_of, rows_of
from xl_addin.live.patch import Patch, SheetPatch, TablePatch

EXCEPTIONS = "Exceptions"


def next_exception(desk: Desk) -> Said | None:
    """Goes to the next exception without a decision, round and round."""
    return _step(desk, forwards=True)


def previous_exception(desk: Desk) -> Said | None:
    """Goes to the exception before."""
    return _step(desk, forwards=False)


def _step(desk: Desk, *, forwards: bool) -> Said | None:
    source = desk.book.source
    place = source.place(EXCEPTIONS)
    open_rows = [row for row, cells in rows_of(source, EXCEPTIONS) if not cells["decision"]]
    if not open_rows:
        return Said("said.no_exception")
    selection = desk.app.selection
    here = selection.row if selection is not None and _on(selection, place.sheet) else 0
    after = [row for row in open_rows if row > here]
    before = [row for row in open_rows if row < here]
    wanted = chain(after, open_rows) if forwards else chain(before[::-1], open_rows[::-1])
    row = next(iter(wanted))
    caption = next(
        c for c, key in keys_of(EXCEPTIONS, source.language).items() if key == "decision"
    )
    place.sheet.activate()
    place.sheet.range((row, place.column(caption))).select()
    return None


def _on(selection: object, sheet: object) -> bool:
    return bool(getattr(selection, "sheet", None) == sheet)


def apply_decisions(desk: Desk) -> Said:
    """Takes up what was typed, matches again, and writes what follows."""
    state = desk.state
    closed, problems, left = decided(state, desk.by, desk.now(), desk.progress)
    desk.write(closed, left)
    told = [named(problem, desk.book.source.file, state.language) for problem in problems]
    new = closed.kept.decisions.height - state.kept.decisions.height
    figures = {"decisions": new, "refused": len(told), "exceptions": closed.exceptions.height}
    problems = (*state.problems, *told, *outcome(desk, closed).problems)
    return Said("said.applied", figures, problems)


def bulk_accept(desk: Desk) -> Said | None:
    """Writes Accept into the Decision cells of all proposals with the selected one's rule."""
    source = desk.book.source
    rows = chosen(desk, EXCEPTIONS, "Matches")
    rules = {row["match_id"]: row["rule"] for _, row in rows_of(source, "Matches")}
    wanted = {rules.get(group) for group in rows.column("match_id") if group} - {None}
    proposed = words.word("match_status", "proposed", source.language)
    groups = {
        row["match_id"]
        for _, row in rows_of(source, "Matches")
        if row["status"] == proposed and row["rule"] in wanted
    }
    if not groups:
        return Said("said.no_proposal")
    rule = ", ".join(sorted(str(rule) for rule in wanted))
    if not desk.dialogs.agrees(desk.say("ask.bulk_accept", count=len(groups), rule=rule)):
        return None
    desk.book.put(_accepting(desk, groups), desk.action)
    return Said("said.accepted", {"count": len(groups)})


def _accepting(desk: Desk, groups: set[str]) -> Patch:
    """The Decision column of Matches with Accept where nothing stands yet."""
    source = desk.book.source
    captions = {key: caption for caption, key in keys_of("Matches", source.language).items()}
    current, place = source.current("Matches"), source.place("Matches")
    accept = words.word("decision", "accept", source.language)
    cells = [
        accept if group in groups and not decision else decision
        for group, decision in zip(
            current.column(captions["match_id"]), current.column(captions["decision"]), strict=True
        )
    ]
    table = TablePatch(
        "Matches", place.header, place.rows, {captions["decision"]: cells},
        formats={captions["decision"]: "@"},
    )  # fmt: skip
    return Patch([SheetPatch("matches", str(place.sheet.name), [table])])


def undo(desk: Desk) -> Said:
    """Takes the last action of Tieout back."""
    name = desk.book.recovered or desk.book.undo(relogged(desk))
    return Said("said.undone", {"action": text(f"ribbon.action.{name}", desk.language)})


def learned_rules(desk: Desk) -> Said:
    """Shows the rules; those that wait for a person are counted."""
    place = desk.book.source.place("LearnedRules")
    place.sheet.visible = True
    place.sheet.activate()
    proposed = words.word("rule_state", "proposed", desk.book.language)
    rows = [cells for _, cells in rows_of(desk.book.source, "LearnedRules")]
    waiting = sum(cells["state"] == proposed for cells in rows)
    return Said("said.rules", {"rules": len(rows), "waiting": waiting})
