"""Scenarios of products, transfers, account providers and money-laundering checks."""
