"""Where a page of the documentation can be read: an address for people, never fetched by us."""

from __future__ import annotations

_PUBLISHED = "https://github.com/alphapoint/slate/blob"
_EDITIONS = {"3.1": "e44366fbf2c4"}
"""The commit at which the pages of an edition were published, by API version."""
_NEVER_PUBLISHED = frozenset({"apad/api_apad_updateuser"})
"""Pages that were only ever seen in rendered form."""


def page_address(version: str, source: str) -> str:
    """The address of the page ``source`` names, as in ``users/api_users_system_createuser``.

    Empty where no published page is known: another edition, or a page that was never published.
    """
    commit = _EDITIONS.get(version)
    if commit is None or source in _NEVER_PUBLISHED:
        return ""
    if source == "index":
        return f"{_PUBLISHED}/{commit}/source/index.html.md"
    section, _, name = source.rpartition("/")
    return f"{_PUBLISHED}/{commit}/source/includes/{section}/_{name}.md" if section else ""
