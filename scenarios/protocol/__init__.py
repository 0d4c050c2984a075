"""Scenarios about frames, refusals and what holds for every call."""
