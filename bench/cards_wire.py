"""Reading a card's NDEF: bytes on a slow line beside nfcpy, and messages decoded beside ndeflib."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager as Context
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.rows import ROUNDS, Row
from drivers.cards import ndef, type4
from drivers.cards.dialogue import run
from drivers.cards.pn532 import Pn532Field
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import Type4Card
from drivers.line import Line, Listener, TappedLine, listen
from kiosk.clock import SystemClock

BAUD = 115_200
BITS = 10
"""Of a byte on the line: start, eight, stop."""
BYTES_MOST = 420
TIMES = 4
"""So many times what ndeflib decodes."""
MESSAGES = 4000
LINK = f"https://karte.example/c?picc_data={'0' * 32}&cmac={'0' * 16}"
"""As long as the link of a card that counts."""
MESSAGE = ndef.encode([ndef.uri_record(LINK)])
CARD = Type4Card(bytes.fromhex("04A1B2C3D4E5F6"), MESSAGE)


class Counted:
    """A listener whose lines are counted, both ways together."""

    def __init__(self, inner: Listener) -> None:
        self._inner = inner
        self.address = inner.address
        self.unplug, self.plug, self.close = inner.unplug, inner.plug, inner.close
        self.bytes = 0

    def accept(self, seconds: float) -> Line | None:
        """As `Listener.accept`."""
        line = self._inner.accept(seconds)
        return TappedLine(line, self._count) if line else None

    def _count(self, direction: str, data: bytes) -> None:
        del direction
        self.bytes += len(data)


def wire() -> list[Row]:
    """From looking into the field to the whole message of a Type 4 card, by either program."""
    ours, theirs = _counted(_by_us), _counted(_by_nfcpy)
    name, peer = f"Type 4 NDEF of {len(MESSAGE)} bytes", "nfcpy"
    return [
        Row("cards", f"{name}, on the line", ours, "bytes", BYTES_MOST, "lower", peer, theirs),
        Row(
            "cards",
            f"{name}, at {BAUD} baud",
            _milliseconds(ours),
            "ms",
            _milliseconds(BYTES_MOST),
            "lower",
            peer,
            _milliseconds(theirs),
        ),
    ]


def _milliseconds(count: float) -> float:
    return round(count * BITS * 1000 / BAUD, 2)


def _counted(opened: Callable[[str], Context[Callable[[], bytes]]]) -> float:
    """Bytes of one reading; opening and closing are not in it, as they are done once."""
    with tempfile.TemporaryDirectory(prefix="bench-wire-") as folder, ExitStack() as stack:
        line = Counted(listen(f"pty://{Path(folder) / 'reader'}"))
        chip = ReaderSimulator(line)
        chip.start()
        stack.callback(chip.stop)
        read = stack.enter_context(opened(line.address))
        chip.hold(CARD)
        line.bytes = 0
        if read() != MESSAGE:
            raise AssertionError("another message was read")
        return float(line.bytes)


@contextmanager
def _by_us(address: str) -> Iterator[Callable[[], bytes]]:
    field = Pn532Field(address, clock=SystemClock())

    def read() -> bytes:
        if field.poll(0) is None:
            raise AssertionError("no card")
        return bytes(run(field, type4.read(), SystemClock()) or b"")

    yield read
    field.close()


@contextmanager
def _by_nfcpy(address: str) -> Iterator[Callable[[], bytes]]:
    """Its own reader of Type 4 tags; the line is given to it, as it opens devices of /dev alone."""
    import nfc.clf.pn532
    import nfc.clf.transport
    import nfc.tag

    frontend, path = nfc.clf.ContactlessFrontend(), address.removeprefix("pty://")
    frontend.device = nfc.clf.pn532.init(nfc.clf.transport.TTY(path))
    frontend.device._path = path  # noqa: SLF001 - its connect() sets it in this way

    def read() -> bytes:
        tag = nfc.tag.activate(frontend, frontend.sense(nfc.clf.RemoteTarget("106A")))
        return bytes(tag.ndef.octets)

    yield read
    frontend.close()


def decoding() -> list[Row]:
    """A link and a text, to what they say: records alone would be of no use to anybody."""
    import ndef as ndeflib

    message = ndef.encode([ndef.uri_record(LINK), ndef.text_record("Guten Tag", "de")])

    def ours() -> None:
        link, text = ndef.decode(message)
        if ndef.uri(link) is None or ndef.text(text) is None:
            raise AssertionError

    def theirs() -> None:
        link, text = ndeflib.message_decoder(message)
        if link.uri is None or text.text is None:
            raise AssertionError

    mine, peer = _rates(ours, theirs)
    name = "NDEF of two records decoded"
    return [Row("cards", name, mine, "1/s", TIMES * peer, "higher", "ndeflib", peer)]


def _rates(*acts: Callable[[], None]) -> list[float]:
    """Calls a second, medians of rounds in turn, so that what disturbs one disturbs the other."""
    rates: list[list[float]] = [[] for _ in acts]
    for _ in range(3 * ROUNDS):
        for act, found in zip(acts, rates, strict=True):
            start = time.perf_counter()
            for _ in range(MESSAGES // 10):
                act()
            found.append(MESSAGES // 10 / (time.perf_counter() - start))
    return [statistics.median(found) for found in rates]
