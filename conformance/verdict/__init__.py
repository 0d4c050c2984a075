"""Verdicts: what each clause's outcomes add up to, and what the whole run is worth.

Pure arithmetic over outcomes and the frozen list of required clauses; it sends nothing.
"""
