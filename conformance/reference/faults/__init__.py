"""Defects that need no fork in the code they break: they stand between a call and its handler.

They are for the suite's self-test only; :mod:`conformance.reference.defects` says what a defect is.
"""
