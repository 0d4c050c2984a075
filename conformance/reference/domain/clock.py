"""The exchange's clock: real time plus an offset that a control endpoint can move.

All times in the domain are integers, milliseconds since 1970, UTC. Conversions to the wire's
other two forms (ISO text and .NET ticks) stand here so that they exist once.
"""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
# 100 ns units between 0001-01-01 and 1970-01-01.
TICKS_AT_EPOCH = 621_355_968_000_000_000
UNSET_ISO = "0001-01-01T00:00:00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wall_clock_ms() -> int:
    """Milliseconds since 1970 by the machine's clock."""
    return time.time_ns() // 1_000_000


class Clock:
    """Milliseconds since 1970; never runs backwards, can be moved forward."""

    def __init__(self, source: Callable[[], int] = wall_clock_ms) -> None:
        self._source = source
        self._offset_ms = 0
        self._last_ms = 0

    def now(self) -> int:
        """The current time in milliseconds since 1970."""
        self._last_ms = max(self._last_ms, self._source() + self._offset_ms)
        return self._last_ms

    def set_back(self, milliseconds: int) -> None:
        """Begin in the past; only before anybody asked for the time."""
        if self._last_ms:
            raise ValueError("the clock runs already")
        self._offset_ms -= milliseconds

    def advance(self, milliseconds: int) -> int:
        """Move the clock forward and return the new time."""
        if milliseconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset_ms += milliseconds
        return self.now()


def day_start(ms: int) -> int:
    """Start of the trading day (midnight UTC) that contains ``ms``."""
    return ms - ms % DAY_MS


def month_later(ms: int, months: int) -> int:
    """The same day and time so many months later; a day the month lacks becomes its last."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    later = moment.replace(year=year, month=month + 1, day=day)
    return (later - _EPOCH) // timedelta(milliseconds=1)


def iso(ms: int | None, *, suffix: str = "Z") -> str:
    """ISO text with milliseconds; ``None`` is the documented unset date."""
    if ms is None:
        return UNSET_ISO
    moment = (_EPOCH + timedelta(milliseconds=ms)).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds") + suffix


def ticks(ms: int) -> int:
    """.NET ticks: 100 ns units since 0001-01-01. Beyond 2**53, so it must stay an integer."""
    return ms * 10_000 + TICKS_AT_EPOCH


def parse_iso(text: str) -> int:
    """Milliseconds since 1970 of an ISO date or date-time; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int((moment - _EPOCH) / timedelta(milliseconds=1))
