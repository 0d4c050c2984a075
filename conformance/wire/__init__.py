"""How a call travels: frame codec, WebSocket client, HTTP client, transcript of what went by.

Knows nothing of contracts beyond names, and judges nothing.
"""
