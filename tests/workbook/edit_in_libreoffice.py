"""Edits a workbook in LibreOffice as a person would; run by the Python that has ``uno``.

``python3 edit_in_libreoffice.py IN.xlsx OUT.xlsx EDITS.json PROFILE_FOLDER``.  An edit is a list:
``["text", sheet, cell, text]``, ``["number", sheet, cell, 1]``, ``["formula", sheet, cell, =…]``,
``["note", sheet, cell, text]``, ``["sheet", name]``, ``["merge", sheet, range]``,
``["width", sheet, column, hundredths of mm]``, ``["fill", sheet, cell, colour]``.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

_TRIES, _PAUSE_SECONDS = 240, 0.25


def prop(name: str, value: object) -> Any:
    """A named value."""
    return PropertyValue(name, 0, value, 0)


def desktop(pipe: str) -> Any:
    """The office behind a pipe, as soon as it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(_TRIES):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(_PAUSE_SECONDS)
            continue
        return context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
    raise SystemExit("the office did not answer")


def edit(book: Any, kind: str, sheet: str, *rest: Any) -> None:
    """Does one edit."""
    if kind == "sheet":
        book.Sheets.insertNewByName(sheet, book.Sheets.Count)
        return
    page = book.Sheets.getByName(sheet)
    if kind in ("text", "number", "formula"):
        cell, value = page.getCellRangeByName(rest[0]), rest[1]
        if kind == "text":
            cell.setString(value)
        elif kind == "number":
            cell.setValue(value)
        else:
            cell.setFormula(value)
    elif kind == "note":
        address = page.getCellRangeByName(rest[0]).CellAddress
        page.Annotations.insertNew(address, rest[1])
    elif kind == "merge":
        page.getCellRangeByName(rest[0]).merge(True)
    elif kind == "width":
        page.Columns.getByName(rest[0]).Width = rest[1]
    elif kind == "fill":
        page.getCellRangeByName(rest[0]).CellBackColor = rest[1]


def main() -> None:
    """Opens, edits, saves, closes."""
    source, target, edits, profile = (Path(name) for name in sys.argv[1:5])
    pipe = f"tieout{profile.name}{os.getpid()}"  # an office left over listens behind another
    office = subprocess.Popen([
        "soffice", "--headless", "--norestore", "--nologo",
        f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;",
    ])  # fmt: skip
    try:
        found = desktop(pipe)
        book = found.loadComponentFromURL(source.as_uri(), "_blank", 0, (prop("Hidden", True),))
        for kind, sheet, *rest in json.loads(edits.read_text(encoding="utf-8")):
            edit(book, kind, sheet, *rest)
        book.storeToURL(target.as_uri(), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
        found.terminate()
        office.wait(60)
    finally:
        if office.poll() is None:
            office.kill()


if __name__ == "__main__":
    main()
