"""Sending a recorded conversation again and judging it again."""
