"""Why a target cannot show something: none of these is the target's fault."""

from __future__ import annotations


class Unavailable(Exception):
    """This target cannot show what was asked for; the message is the reason."""


class NotOffered(Exception):
    """The target file names no such service, so nothing is asked of it."""


class LoginFailed(Exception):
    """A persona of the target file could not log in."""
