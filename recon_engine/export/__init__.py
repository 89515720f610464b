"""Report data to PDF, CSV and JSON."""
