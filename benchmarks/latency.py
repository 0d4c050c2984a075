"""What 50 ms of latency cost the generated part of a run, at the default in-flight limit.

``python benchmarks/latency.py`` runs it without and through a delaying proxy, alternating, and
prints both medians and their ratio; the goal is a ratio below 2.
"""

from __future__ import annotations

import statistics

from generated_part import Rate, bases_of, host_of, passes, reference, through

from conformance.target.target_file import Limits
from tests.run.proxy import delaying

DELAY_MS = 50
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    plain: list[Rate] = []
    delayed: list[Rate] = []
    with reference() as target, delaying(host_of(target), DELAY_MS) as address:
        bases = bases_of(target)
        for _ in range(ROUNDS):
            plain += passes(target, bases, 2)[1:]
            delayed += passes(through(target, address), bases, 2)[1:]
    ratio = _median(delayed) / _median(plain)
    print(f"in flight at most {Limits().in_flight}, {plain[0].requests} requests")
    print(f"without latency  {_median(plain):6.2f} s")
    print(f"with {DELAY_MS} ms       {_median(delayed):6.2f} s")
    print(f"ratio            {ratio:6.2f}")


def _median(rates: list[Rate]) -> float:
    return statistics.median(rate.seconds for rate in rates)


if __name__ == "__main__":
    main()
