"""Scenarios of instruments, their descriptions, fee distributions and trading limits."""
