"""Payouts that carry no id: which days of a channel a deposit pays, and which rows it left out."""
