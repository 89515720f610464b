"""What a person added to a workbook of ours, carried over into the next one."""
