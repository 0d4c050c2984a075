"""Calls of uncertain provenance: user groups, and the rest of the trade permissions."""
