"""Scenarios of the calls about executions, statements and price history."""
