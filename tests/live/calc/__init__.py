"""An xlwings engine that drives LibreOffice Calc over UNO: the bench for everything live.

The code under test is real xlwings code against a real spreadsheet, only not Excel.  Implemented is
what the add-in uses; anything else raises NotImplementedError, as xlwings' own base classes do.
Values behave as in Excel: dates by number format, text parsed as if typed unless the cell is text.
"""
