"""Accounts section: accounts, their configuration, ledger, holds, limits, badges, reports."""
