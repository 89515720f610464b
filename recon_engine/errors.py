"""Every error code, and the two shapes in which trouble travels.

A :class:`Problem` is data: what (code), where (place), and the figures needed to say it.
It travels beside results as a reject or a warning.  A :class:`TieoutError` is raised only
when nothing useful can go on; it carries all problems found, not the first.
Words for a code live in ``messages/*/errors.toml``: ``what`` and ``remedy`` in each language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any


class ExitCode(IntEnum):
    """What the command line answers to the program that called it."""

    DONE = 0
    BAD_INPUT = 2
    PROOF_FAILED = 3


class Code(StrEnum):
    """Every code that a person can meet.  The value is the key of its words."""

    # files and containers
    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_DAMAGED = "file_damaged"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_TOO_LARGE = "file_too_large"
    FILE_KIND_UNKNOWN = "file_kind_unknown"
    ENCODING_UNKNOWN = "encoding_unknown"
    TEXT_REPAIRED = "text_repaired"
    TEXT_DECODED_TWICE = "text_decoded_twice"
    FILE_UNSAFE = "file_unsafe"
    FILE_TWICE = "file_twice"
    NO_FILES = "no_files"
    # layouts
    LAYOUT_UNKNOWN = "layout_unknown"
    LAYOUT_AMBIGUOUS = "layout_ambiguous"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_TWICE = "column_twice"
    COLUMN_GONE = "column_gone"
    COLUMN_RENAMED = "column_renamed"
    BILL_OF_OTHERS = "bill_of_others"
    SHEET_ASIDE = "sheet_aside"
    SIGN_UNDECIDED = "sign_undecided"
    MAPPING_NOT_READ = "mapping_not_read"
    NO_ROWS = "no_rows"
    INVESTMENT_ONLY = "investment_only"
    NO_STATEMENT = "no_statement"
    ROWS_HIDDEN = "rows_hidden"
    SHEET_HIDDEN = "sheet_hidden"
    DATE_ORDER_UNDECIDED = "date_order_undecided"
    # cells
    AMOUNT_NOT_A_NUMBER = "amount_not_a_number"
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_TOO_PRECISE = "amount_too_precise"
    AMOUNT_TOO_LARGE = "amount_too_large"
    AMOUNT_BOTH_SIDES = "amount_both_sides"
    DIRECTION_UNKNOWN = "direction_unknown"
    DATE_NOT_READ = "date_not_read"
    DATE_MISSING = "date_missing"
    CURRENCY_UNKNOWN = "currency_unknown"
    ID_LOST_DIGITS = "id_lost_digits"
    ID_MISSING = "id_missing"
    ID_TWICE = "id_twice"
    ROW_NOT_UNDERSTOOD = "row_not_understood"
    ORDER_INCOMPLETE = "order_incomplete"
    ROWS_SEEN = "rows_seen"
    ROWS_TOLD_FULLER = "rows_told_fuller"
    OVERLAP_DIFFERS = "overlap_differs"
    # proofs on a file
    ROWS_NOT_ACCOUNTED = "rows_not_accounted"
    TOTAL_DIFFERS = "total_differs"
    BALANCE_CHAIN_BROKEN = "balance_chain_broken"
    # policy, decisions, command line
    POLICY_NOT_READ = "policy_not_read"
    POLICY_UNKNOWN_KEY = "policy_unknown_key"
    POLICY_BAD_VALUE = "policy_bad_value"
    CURRENCY_MIXED = "currency_mixed"
    DECISIONS_CONTRADICT = "decisions_contradict"
    CUSTOM_LIST_UNKNOWN = "custom_list_unknown"
    CUSTOM_FIELD_UNKNOWN = "custom_field_unknown"
    CUSTOM_TOO_WIDE = "custom_too_wide"
    DECISION_MISSING = "decision_missing"
    DECISION_UNKNOWN = "decision_unknown"
    DECISION_RECORD_UNKNOWN = "decision_record_unknown"
    DECISION_REFERENCE_AMBIGUOUS = "decision_reference_ambiguous"
    DECISION_SUMS_DIFFER = "decision_sums_differ"
    DECISION_OVER_LIMIT = "decision_over_limit"
    DECISION_ROLE = "decision_role"
    DECISION_TWICE = "decision_twice"
    DECISION_NOTHING_THERE = "decision_nothing_there"
    DECISION_NOT_FOR_ITEM = "decision_not_for_item"
    DECISION_VALUE = "decision_value"
    DECISION_VANISHED = "decision_vanished"
    DECISION_CHANGED = "decision_changed"
    DECISION_HELD = "decision_held"
    RULE_NOT_READ = "rule_not_read"
    ROWS_OF_EARLIER_PERIOD = "rows_of_earlier_period"
    RECORD_DIFFERS_FROM_CARRIED = "record_differs_from_carried"
    USAGE = "usage"
    NOT_YET = "not_yet"
    MACHINE_UNFIT = "machine_unfit"
    # control
    IDENTITY_BROKEN = "identity_broken"
    PLACE_BROKEN = "place_broken"
    WORKBOOK_DIFFERS = "workbook_differs"
    # an edited workbook
    TABLE_MISSING = "table_missing"
    TABLE_COLUMN_MISSING = "table_column_missing"
    ROW_WITHOUT_ID = "row_without_id"
    RECORD_EDITED = "record_edited"
    PERIOD_NOT_READ = "period_not_read"
    PERIOD_UNKNOWN = "period_unknown"
    PERIOD_ASSUMED = "period_assumed"
    PREVIOUS_IS_LATER = "previous_is_later"
    OWN_SHEET_REFUSED = "own_sheet_refused"
    SHEET_RENAMED = "sheet_renamed"
    OWN_COLUMN_REFUSED = "own_column_refused"
    OWN_COLUMN_FORMULA = "own_column_formula"
    OWN_CELLS = "own_cells"
    # people, log and sign-off
    USERS_NONE = "users_none"
    USERS_BUSY = "users_busy"
    USERS_DAMAGED = "users_damaged"
    USER_NAME = "user_name"
    USER_EXISTS = "user_exists"
    USER_UNKNOWN = "user_unknown"
    PASSWORD_SHORT = "password_short"  # noqa: S105 - the name of an error
    PASSWORDS_DIFFER = "passwords_differ"
    LAST_ADMINISTRATOR = "last_administrator"
    SIGN_IN_WRONG = "sign_in_wrong"
    SIGN_IN_WAIT = "sign_in_wait"
    SIGN_IN_DISABLED = "sign_in_disabled"
    NOT_SIGNED_IN = "not_signed_in"
    SESSION_ENDED = "session_ended"
    ROLE_LACKING = "role_lacking"
    PERIOD_LOCKED = "period_locked"
    SIGN_OFF_PENDING = "sign_off_pending"
    SIGN_OFF_NOT_CURRENT = "sign_off_not_current"
    SIGN_OFF_NOT_PREPARED = "sign_off_not_prepared"
    SIGN_OFF_OWN_WORK = "sign_off_own_work"
    SIGN_OFF_NONE = "sign_off_none"
    SIGN_OFF_VOID = "sign_off_void"
    LOG_BROKEN = "log_broken"
    LOG_CUT = "log_cut"
    LOG_LACKS = "log_lacks"
    SEAL_WRONG = "seal_wrong"
    SEAL_UNKNOWN = "seal_unknown"
    # writing
    TARGET_LOCKED = "target_locked"
    TARGET_OPEN = "target_open"
    TARGET_CLOSED = "target_closed"
    WRITTEN_DIFFERS = "written_differs"
    PERSONAL_DATA_LEFT = "personal_data_left"
    PASSWORD_EMPTY = "password_empty"  # noqa: S105 - the key of its words
    KEY_EMPTY = "key_empty"
    SHEET_NOT_SHARED = "sheet_not_shared"
    PART_NOT_THERE = "part_not_there"
    NOTHING_TO_SHARE = "nothing_to_share"
    TARGET_IS_INPUT = "target_is_input"
    NOT_A_TIEOUT_WORKBOOK = "not_a_tieout_workbook"
    TOO_MANY_ROWS = "too_many_rows"
    # the open workbook
    HOST_NOT_EXCEL = "host_not_excel"
    EXCEL_BUSY = "excel_busy"
    EXCEL_REFUSED = "excel_refused"
    BOOK_CLOSED = "book_closed"
    BOOK_MISSING = "book_missing"
    SHEET_MISSING = "sheet_missing"
    SHEET_PROTECTED = "sheet_protected"
    NOTHING_SELECTED = "nothing_selected"
    NOTHING_TO_UNDO = "nothing_to_undo"
    CANCELLED = "cancelled"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the inputs: file name (never a path), sheet, 1-based row, column caption."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, as data.

    Attributes:
        code: what.
        place: where.
        value: the offending text, as it stood in the file.
        params: figures and names the sentence needs; plain text and integers.
    """

    code: Code
    place: Place = Place()
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class TieoutError(Exception):
    """Nothing useful can go on; carries every problem found and the exit code to answer."""

    def __init__(
        self, problems: Iterable[Problem], exit_code: ExitCode = ExitCode.BAD_INPUT
    ) -> None:
        self.problems = tuple(problems)
        self.exit_code = exit_code
        super().__init__("; ".join(f"{p.code} {p.place.file}".strip() for p in self.problems))


def error(
    code: Code,
    place: Place = Place(),
    value: str = "",
    *,
    exit_code: ExitCode = ExitCode.BAD_INPUT,
    **params: Any,
) -> TieoutError:
    """A :class:`TieoutError` of a single problem."""
    return TieoutError([Problem(code, place, value, MappingProxyType(params))], exit_code)
