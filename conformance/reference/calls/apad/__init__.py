"""The calls of the private shares service (APAD), in a registry of their own."""
