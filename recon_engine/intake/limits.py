"""Caps that hold before anything is unpacked or parsed: a file may not exhaust the machine."""

FILE_BYTES_MAX = 1 << 30
UNPACKED_BYTES_MAX = 4 << 30
# A CSV of a million alike rows packs about 1:60.  Only what is large *and* packs far tighter than
# any real export is refused.
RATIO_MAX = 250
RATIO_FREE_BYTES = 64 << 20
ARCHIVE_FILES_MAX = 2_000
ARCHIVE_DEPTH_MAX = 2
ROWS_MAX = 5_000_000
CELLS_MAX = 60_000_000
COLUMNS_MAX = 16_384
WHOLE_SHEET_BYTES_MAX = 8 << 20  # of XML; a longer sheet is read in pieces
HEADER_ROWS_MAX = 60  # how far down a header row is looked for
GUESSED_COLUMNS_MAX = 200  # of an unknown layout; each is looked at on its own
