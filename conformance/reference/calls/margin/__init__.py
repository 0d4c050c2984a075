"""Margin section: margin quotes and the state of a margin account."""
