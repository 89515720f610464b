"""Calc in the place of Excel: what xlwings leaves out, asked over UNO."""

from tests.live.calc.engine import NAME
from tests.live.calc.wire import WIRE
from xl_addin.live.host import HOSTS


class Calc:
    """See xl_addin.live.host.Host.  Tests set what a person would do."""

    excel = True
    escape = False
    locked: frozenset[str] = frozenset()

    def is_excel(self, app):
        return self.excel

    def protected(self, sheet):
        return sheet.name in self.locked or sheet.impl.held.isProtected()

    def read_only(self, book):
        return book.impl.read_only

    def filtered(self, table):
        return bool(table.impl.held.getFilterDescriptor().getFilterFields())

    def show_all(self, table):
        table.impl.held.getFilterDescriptor().setFilterFields(())
        table.impl.held.refresh()

    def filled(self, cells):
        from com.sun.star.sheet.GeneralFunction import COUNT  # noqa: PLC0415 - only beside Calc

        WIRE.call("count")
        return int(cells.impl.held.computeFunction(COUNT))

    def freeze(self, sheet, rows, columns):
        sheet.activate()
        sheet.book.impl.document.CurrentController.freezeAtPosition(columns, rows)

    def cancelled(self, app):
        return self.escape


CALC = Calc()


def register() -> None:
    HOSTS[NAME] = lambda: CALC
