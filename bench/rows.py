"""A measured number: value, aim, and a peer's number where one runs beside it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One number. `better` is `lower` or `higher`; the peer's is measured in the same run.

    `guard`: a miss fails `./run bench --check`.
    """

    bench: str
    name: str
    value: float
    unit: str
    aim: float
    better: str
    peer: str | None = None
    peer_value: float | None = None
    guard: bool = False

    @property
    def holds(self) -> bool:
        """Whether the aim is met."""
        return self.value <= self.aim if self.better == "lower" else self.value >= self.aim

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if not self.peer_value or not self.value:
            return None
        ratio = self.peer_value / self.value
        return ratio if self.better == "lower" else 1 / ratio

    def as_json(self) -> dict[str, object]:
        found: dict[str, object] = {
            "bench": self.bench,
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "aim": self.aim,
            "better": self.better,
            "holds": self.holds,
        }
        if self.peer and self.peer_value is not None:
            ratio = self.ratio
            found |= {
                "peer": self.peer,
                "peer_value": round(self.peer_value, 4),
                "ratio": round(ratio, 2) if ratio else None,
            }
        return found


def seconds_each(act: Callable[[], object], times: int) -> float:
    """Median over rounds of the mean seconds of one call."""
    act()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append((time.perf_counter() - start) / times)
    return statistics.median(rounds)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
