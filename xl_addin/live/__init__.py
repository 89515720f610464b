"""The workbook that is open in Excel: read and written in blocks, and given back if need be."""
