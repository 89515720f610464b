"""A workbook is signed: only what is proved, finished and as a run would make it now."""

from collections.abc import Mapping

from recon_engine.close import close_month
from recon_engine.control.signing import digest_of, logged, may_sign
from recon_engine.errors import Code, ExitCode, Place, TieoutError, error
from recon_engine.model.progress import Progress, silent
from recon_engine.model.results import Close
from recon_engine.trust.audit import WITHDRAW, Act
from workbook_templates.check import check_tables
from workbook_templates.check_signed import results_of
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from workbook_templates.source import TableSource
from workbook_templates.state import State, read_state

# What signing anew puts right by itself.
_PUT_RIGHT = frozenset({Code.SIGN_OFF_VOID, Code.LOG_LACKS})


def signed_close(
    source: TableSource, act: Act, keys: Mapping[str, str], progress: Progress = silent
) -> tuple[Close, State]:
    """The close with an act of signing in its log, and the state that it was made from.

    Args:
        source: the workbook, in a file or open.
        act: one of trust.audit.SIGNING.
        keys: everybody's key by name, by which the seals of the log are proved.
        progress: hears of each step.

    Raises:
        TieoutError: the workbook is not proved, not finished, not as a run would make it now, or
            this person may not sign it; nothing is made then.
    """
    book = read_tables(source, {name: table.keys for name, table in TABLES.items()})
    problems = [p for p in check_tables(book, keys) if p.code not in _PUT_RIGHT]
    if problems:
        raise TieoutError(problems, ExitCode.PROOF_FAILED)
    state = read_state(source)
    closed = close_month(state.intake, state.policy, state.period, progress, state.kept)
    may_sign(closed, act, source.file)
    if act.act != WITHDRAW:
        place = Place(source.file)
        if not state.typed.is_empty():
            raise error(Code.SIGN_OFF_PENDING, place, f"{state.typed.height:,}")
        if (closed.results or digest_of(closed)) != results_of(book):
            raise error(Code.SIGN_OFF_NOT_CURRENT, place)
    return logged(closed, act), state
