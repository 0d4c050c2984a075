"""Scenarios of the private shares service."""
