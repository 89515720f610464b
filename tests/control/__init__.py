"""Tests of monitoring and of the cash forecast."""
