"""What must hold: replies against their documented shape, refusals, unchanged state, models.

An oracle raises :class:`~conformance.oracle.finding.Finding` with what was required and what came;
it does not decide what a finding means for the verdict.
"""
