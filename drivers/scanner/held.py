"""A card held before a scanner that reads on and on: known again for a moment, and not kept."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from kiosk.vault import wipe

SAME_CARD_SECONDS = 3.0
"""A card read again within this after its last reading was not taken away meanwhile."""
_CHANCE = Path("/dev/urandom")


class HeldCard:
    """Remembers the last card as a hash under a key of its own, which is wiped when the time is over."""

    def __init__(self) -> None:
        self._key = bytearray(32)
        self._hash = b""
        self._seen = float("-inf")

    def again(self, number: bytearray, now: float) -> bool:
        """Whether this is the card that is there already. `now`: monotonic seconds."""
        self.tick(now)
        if self._hash and hmac.compare_digest(self._hashed(number), self._hash):
            self._seen = now
            return True
        with _CHANCE.open("rb", buffering=0) as chance:  # no copy of the key is made on the way
            chance.readinto(self._key)
        self._hash, self._seen = self._hashed(number), now
        return False

    def tick(self, now: float) -> None:
        """Forget a card that was taken away."""
        if self._hash and now - self._seen >= SAME_CARD_SECONDS:
            self.forget()

    def forget(self) -> None:
        """Without the key the hash says nothing any more."""
        wipe(self._key)
        self._hash = b""

    def _hashed(self, number: bytearray) -> bytes:
        return hashlib.blake2b(number, key=self._key, digest_size=32).digest()
