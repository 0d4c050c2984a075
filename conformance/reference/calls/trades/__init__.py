"""Trades section: executions, transactions, trade reports, ticker history."""
