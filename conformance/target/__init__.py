"""Who is tested: target file, connections, logins, limits, the write fence, what a run leaves open.

Knows the contract's facts about calls (effect, scope) and how calls travel, but not what a right
answer looks like.
"""
