"""How often a kiosk may ask: a token bucket each, so that a stolen one cannot try out numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limiter:
    """Buckets by kiosk, in this process. Only enrolled kiosks get one, so their number is bounded.

    Where strangers are counted, `most` bounds it: who has not come for the longest time is forgotten.
    """

    def __init__(self, per_minute: float, burst: int, most: int | None = None) -> None:
        self._most = most
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._buckets: dict[bytes, _Bucket] = {}

    def wait(self, kiosk: bytes, now: float, cost: float = 1.0) -> int:
        """Take `cost`; 0 if it was there, else the whole seconds until it will be."""
        bucket = self._bucket(kiosk, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens >= cost:
            bucket.tokens -= cost
            return 0
        return max(1, math.ceil((cost - bucket.tokens) / self._rate))

    def _bucket(self, kiosk: bytes, now: float) -> _Bucket:
        if self._most is None:
            return self._buckets.setdefault(kiosk, _Bucket(self._burst, now))
        bucket = self._buckets.pop(kiosk, None) or _Bucket(self._burst, now)
        self._buckets[kiosk] = bucket  # the last one now
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]
        return bucket
