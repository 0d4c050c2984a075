"""Conformance suite for the AlphaPoint Exchange API."""

__version__ = "0.1.0"
