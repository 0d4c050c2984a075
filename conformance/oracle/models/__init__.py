"""Executable models: what an exchange must come to, written from the pages as plainly as possible.

They know nothing of the wire. A state machine drives target and model side by side and compares.
"""
