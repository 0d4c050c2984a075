"""Funds that enter and leave: deposits, withdrawals, their tickets, providers and fees."""
