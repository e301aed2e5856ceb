"""What `--check` judges of cards: CPU of decoding and verifying, each beside a yardstick of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import ndef as ndeflib
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bench import baseline
from bench.cards_service import Stage
from bench.cards_wire import MESSAGE
from bench.rows import Row
from drivers.cards import ndef

ROUNDS = 40
SLICE_SECONDS = 0.005
"""Of one part in one round: short, so that what disturbs the machine hits all parts alike."""


def cpu() -> list[Row]:
    """Guarded rows: microseconds each, the best of many short rounds in turn."""
    stage = Stage()
    found: dict[str, Callable[[], object]] = {
        "an NDEF message decoded": lambda: ndef.decode(MESSAGE),
        "a SUN by AES verified": stage.turns(stage.aes),
        "a SUN by LRP verified": stage.turns(stage.lrp),
    }
    yardsticks = {"ndeflib": lambda: list(ndeflib.message_decoder(MESSAGE)), "AES block": _block}
    taken = _best([*found.values(), *yardsticks.values()])
    decoder, block = taken[len(found) :]
    return [
        _row(name, cost, *(("ndeflib", decoder) if "NDEF" in name else ("AES block", block)))
        for name, cost in zip(found, taken, strict=False)
    ]


def _row(what: str, cost: float, peer: str, yardstick: float) -> Row:
    name = f"CPU of {what}"
    most = baseline.most(name, yardstick)
    return Row("cards", name, cost, "us", most, "lower", peer, yardstick, guard=True)


def _block() -> bytes:
    key = bytes(16)
    return Cipher(algorithms.AES(key), modes.CBC(key)).encryptor().update(key)


def _best(acts: list[Callable[[], object]]) -> list[float]:
    """Microseconds of CPU of one call."""
    counts = [_count(act) for act in acts]
    best = [float("inf")] * len(acts)
    for _ in range(ROUNDS):
        for at, (act, count) in enumerate(zip(acts, counts, strict=True)):
            start = time.process_time()
            for _ in range(count):
                act()
            best[at] = min(best[at], (time.process_time() - start) / count * 1e6)
    return best


def _count(act: Callable[[], object]) -> int:
    """So many calls fill a slice."""
    act()
    start = time.process_time()
    act()
    return max(1, round(SLICE_SECONDS / max(time.process_time() - start, 1e-6)))
