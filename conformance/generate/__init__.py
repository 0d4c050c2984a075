"""What to send: systematic, random and shrinking requests, made from a call's schema.

Every request starts from one that is known to be answered well (its *base*, with live entities) and
varies it. Whether a variant is valid is not assumed but decided by the compiled schema.
"""
