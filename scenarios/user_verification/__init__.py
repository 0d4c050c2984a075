"""Scenarios of the user verification section."""
