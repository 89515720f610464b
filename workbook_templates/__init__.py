"""The workbook as a form: its layout, and rendering a close into a file."""
