"""Feeds: turn what happens in the domain into events for whoever subscribed.

Positions, price levels and Level 1 are compared at the end of a call and told once, as they then
stand; so an event never disagrees with a reading made after it.
"""
