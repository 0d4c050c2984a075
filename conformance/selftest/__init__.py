"""Proof that the suite can fail: each seeded fault of the reference, and the clauses it breaks."""
