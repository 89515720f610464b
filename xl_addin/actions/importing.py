"""Import: files are recognised, read, proved and laid into their sheets; matching comes later."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from recon_engine.close import close_month, laid_out
from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import joined, read_files
from recon_engine.intake.mapping_rows import rows_of_proposal, with_mapping
from recon_engine.messages import text
from recon_engine.model.results import Intake, Proposal
from workbook_templates.readback import read_tables
from xl_addin.actions.desk import Desk, Said
from xl_addin.periods import for_undated

_UNREAD = frozenset({Code.LAYOUT_UNKNOWN, Code.LAYOUT_AMBIGUOUS})


def import_files(desk: Desk) -> Said | None:
    """Reads the files that the person chooses."""
    paths = desk.dialogs.files(desk.say("ask.files"))
    return _import(desk, paths) if paths else None


def import_folder(desk: Desk) -> Said | None:
    """Reads everything in the folder that the person chooses."""
    folder = desk.dialogs.folder(desk.say("ask.folder"))
    return _import(desk, [folder]) if folder else None


def reimport(desk: Desk) -> Said | None:
    """Reads the files of this workbook once more, from where they were.

    Raises:
        TieoutError: FILE_MISSING, for every file that is not there any more; nothing is changed.
    """
    known = desk.known_files()
    if not known:
        raise error(Code.NO_FILES, Place(desk.book.source.file))
    gone = [Problem(Code.FILE_MISSING, Place(path.name)) for path in known if not path.exists()]
    if gone:
        raise error(Code.FILE_MISSING, Place(", ".join(p.place.file for p in gone)))
    intake = read_files(known, desk.state.policy, desk.progress, desk.mappings())
    return _laid(desk, intake, intake)


def mapping(desk: Desk) -> Said | None:
    """Asks what the columns of an unknown file are, keeps the answer, and reads the file.

    What the person does not confirm is laid on the sheet Mappings to be put right there.
    """
    paths = desk.dialogs.files(desk.say("ask.mapping_file"))
    if not paths:
        return None
    read = read_files(paths[:1], desk.state.policy, desk.progress, desk.mappings())
    if not read.proposals:
        return Said("said.mapping_known", {"file": paths[0].name}, read.problems)
    (proposal, *_) = read.proposals
    agreed = desk.dialogs.agrees(_question(desk, proposal))
    told = rows_of_proposal(paths[0].stem, proposal, confirmed=agreed)
    kept = replace(desk.state.kept, mappings=with_mapping(desk.state.kept.mappings, told))
    desk.state = replace(desk.state, kept=kept)
    if agreed:
        return _import(desk, paths[:1])
    _show(desk)
    desk.book.source.place("Mappings").sheet.activate()
    return Said("said.mapping_draft", {"file": paths[0].name})


def _question(desk: Desk, proposal: Proposal) -> str:
    """Each column with what it seems to be."""
    lines = [
        desk.say("ask.mapping_line", column=guess.column, confidence=guess.confidence,
                 role=text(f"intake.role.{guess.role}", desk.language) if guess.role else "?")
        for guess in proposal.columns
    ]  # fmt: skip
    return desk.say("ask.mapping", file=proposal.file, lines="\n".join(lines))


def _import(desk: Desk, paths: Sequence[Path]) -> Said:
    new = read_files(paths, desk.state.policy, desk.progress, desk.mappings())
    said = _laid(desk, joined(desk.state.intake, new), new)
    desk.remember_files(paths)
    return said


def _laid(desk: Desk, intake: Intake, new: Intake) -> Said:
    """Lays everything that was read into the sheets, and says what it was."""
    _lay(desk, intake)
    told = (*new.problems, *(p for report in new.files for p in report.rejects))
    key = "said.imported_unknown" if any(p.code in _UNREAD for p in told) else "said.imported"
    rows = sum(report.records for report in new.files)
    figures = {"files": len(new.files), "records": f"{rows:,}", "rejects": len(told)}
    return Said(key, figures, told)


def _show(desk: Desk) -> None:
    """Writes the sheets as they are, matched where they were."""
    found = read_tables(desk.book.source, {"Exceptions": ("exception_id",)}).tables["Exceptions"]
    if found.is_empty():
        _lay(desk, desk.state.intake)
        return
    state = desk.state
    closed = close_month(state.intake, state.policy, state.period, desk.progress, state.kept)
    desk.write(closed, state.typed)


def _lay(desk: Desk, intake: Intake) -> None:
    """Writes the sheets; matches and exceptions wait for Match."""
    state = desk.state
    begun = not (state.intake.records.is_empty() and state.kept.carried.is_empty())
    period = state.period if begun else for_undated(intake)
    closed = laid_out(intake, state.policy, period, state.kept)
    desk.write(closed, state.typed)
