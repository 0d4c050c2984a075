"""Draws of state machines: by place among what there is, in the order in which it came.

Ids, codes and hashes are the target's and differ from run to run; what is drawn must not, or a
conversation cannot be told again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
WIDE = 119
"""The largest draw of a number that stands for two: a kind, and one of it. Hypothesis prefers the
small ones where a range has more than 128, and then the last kinds would seldom come."""


def drawn(data: st.DataObject, found: Iterable[T]) -> list[T]:
    """One of what was found, by its place; none where there is none."""
    each = list(found)
    return [each[data.draw(st.integers(0, len(each) - 1), "which")]] if each else []


def drawn_by_kind(
    data: st.DataObject, found: Iterable[T], kind: Callable[[T], Hashable], most: int = 1
) -> list[T]:
    """One of what was found for each of so many kinds, every kind as likely as any other.

    Where one kind is found by the dozen and another once, the other would never be drawn. All of
    it is one draw: Hypothesis leaves out a step of few draws, and not one of many.
    """
    groups: dict[Hashable, list[T]] = {}
    for each in found:
        groups.setdefault(kind(each), []).append(each)
    if not groups:
        return []
    which, kinds = data.draw(st.integers(0, WIDE), "which"), list(groups.values())
    place, turn = which % len(kinds), which // len(kinds)
    chosen = (kinds[place:] + kinds[:place])[:most]
    return [group[turn % len(group)] for group in chosen]
