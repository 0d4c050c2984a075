"""Scenarios of the Digitizer."""
