"""Instruments section: instruments, attributes, trading limits, distributions."""
