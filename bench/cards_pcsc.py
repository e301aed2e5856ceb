"""PC/SC: what our driver adds to pyscard's bare call, on the same virtual reader and card.

As a process, it measures and prints JSON: the daemon's library looks for its socket once in a process,
and the card answers from another one, so that it takes no time of the interpreter that is measured.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.cards_tap import child
from bench.cards_wire import CARD, MESSAGE
from bench.rows import Row
from drivers.cards import type4
from drivers.cards.daemon import IsolatedDaemon
from drivers.cards.dialogue import run
from drivers.cards.field import Carrier
from drivers.cards.guarded import Guarded
from drivers.cards.pcsc import PcscCalls
from drivers.cards.pcscd import SOCKET_VARIABLE
from drivers.cards.vpcd import VirtualSlot
from kiosk.clock import SystemClock
from kiosk.errors import Unavailable
from kiosk.vault import wipe

MOST_PERCENT = 20
PROCESSES, ROUNDS, READINGS = 3, 50, 10
SECONDS, MINUTE = 1.0, 60.0
HAND_OVER_US = 100
"""Once a card, to the thread that can be given up and back: two threads are woken for it."""


def pcsc() -> list[Row]:
    """Nothing where this machine has no such daemon; it is said on standard error."""
    with tempfile.TemporaryDirectory(prefix="b-pcsc-") as folder:
        try:
            daemon = IsolatedDaemon(Path(folder) / "d", SystemClock())
            daemon.start()
        except Unavailable as error:
            print(f"cards: PC/SC was not measured: {error}", file=sys.stderr)
            return []
        slot = VirtualSlot(daemon.door)
        try:
            slot.hold(CARD)
            place = {SOCKET_VARIABLE: daemon.socket}
            runs = [child("bench.cards_pcsc", **place) for _ in range(PROCESSES)]
        finally:
            slot.remove()
            daemon.stop()
    # The middle one: which processor wakes which one is chance, and stays so for a process's life.
    told = sorted(runs, key=lambda run: run["adapter"] / run["bare"])[PROCESSES // 2]
    bare, peer = told["bare"], "pyscard"
    over = 100 * (told["adapter"] / bare - 1)
    most, twice = bare * (1 + MOST_PERCENT / 100), bare * 2
    return [
        Row("cards", "PC/SC APDU, adapter", told["adapter"], "us", most, "lower", peer, bare),
        Row("cards", "PC/SC adapter over pyscard", over, "%", MOST_PERCENT, "lower"),
        Row("cards", "PC/SC conversation handed over", told["over"], "us", HAND_OVER_US, "lower"),
        Row("cards", "PC/SC APDU, all of it", told["whole"], "us", twice, "lower", peer, bare),
    ]


class Heard:
    """A carrier that keeps what was asked."""

    def __init__(self, inner: Carrier) -> None:
        self._inner = inner
        self.asked: list[bytes] = []

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        """As `Carrier.exchange`."""
        self.asked.append(data)
        return self._inner.exchange(data, seconds)

    def present(self, seconds: float) -> bool:
        """As `Carrier.present`."""
        return self._inner.present(seconds)


def main() -> None:
    """The same conversation by the bare call and by the driver, in turn and on the same thread."""
    clock = SystemClock()
    guarded = Guarded(lambda: PcscCalls("pcsc:"))
    guarded.open()
    if guarded.poll(3.0) is None:
        raise SystemExit("no card came")
    heard = guarded.carry_out(lambda inner: _conversation(inner, clock), SECONDS)
    bare = _bare(guarded.name, heard)

    def adapter(inner: Carrier) -> None:
        for apdu in heard:
            wipe(inner.exchange(apdu, SECONDS))

    def whole(inner: Carrier) -> None:
        run(inner, type4.read(), clock)

    def nothing(inner: Carrier) -> None:
        del inner

    # On the reader's own thread, as all of a card's APDUs are; then from outside, hand-over and all.
    calls = guarded.carry_out(lambda inner: _in_turn(bare, partial(adapter, inner)), MINUTE)
    outside = _in_turn(*(partial(guarded.carry_out, each, SECONDS) for each in (whole, nothing)))
    count = len(heard)
    told = dict(zip(("bare", "adapter"), (_middle(each) / count for each in calls), strict=True))
    told |= {"whole": _middle(outside[0]) / count, "over": _middle(outside[1])}
    print(json.dumps(told))
    guarded.close()


def _conversation(inner: Carrier, clock: SystemClock) -> list[bytes]:
    """The APDUs that read the card's message."""
    listener = Heard(inner)
    if bytes(run(listener, type4.read(), clock) or b"") != MESSAGE:
        raise SystemExit("another message was read")
    return listener.asked


def _bare(reader: str, apdus: list[bytes]) -> Callable[[], None]:
    """The same APDUs by pyscard's call alone."""
    from smartcard import scard

    _, context = scard.SCardEstablishContext(0)
    _, handle, protocol = scard.SCardConnect(context, reader, 2, 3)
    lists = [list(each) for each in apdus]

    def bare() -> None:
        for apdu in lists:
            scard.SCardTransmit(handle, protocol, apdu)

    return bare


def _in_turn(*acts: Callable[[], object]) -> list[list[float]]:
    """Seconds of one call, for each round."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for act, found in zip(acts, taken, strict=True):
            start = time.perf_counter()
            for _ in range(READINGS):
                act()
            found.append((time.perf_counter() - start) / READINGS)
    return taken


def _middle(seconds: list[float]) -> float:
    """Microseconds. No best round: the wakes of others are chance, and not the driver's."""
    return statistics.median(seconds) * 1e6


if __name__ == "__main__":
    main()
