"""ZVT: messages a second, the checksum, what our side adds to a command, and memory that stays flat."""

from __future__ import annotations

import gc
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Row, percentile
from drivers.line import DescriptorLine, connect
from drivers.zvt.blocks import crc
from drivers.zvt.codec import decode, encode
from drivers.zvt.dialogue import Dialogue, Turn
from drivers.zvt.fields import Container, Tag
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.messages import Completion, Message, Positive, StatusEnquiry, StatusInformation
from kiosk.clock import SystemClock

ROUNDS, CALLS = 100, 200
COMMANDS = 2_000
FRAMES, WARM, FED, TOLD = 1_000_000, 20_000, 20, 250_000
APDU_BYTES = 200


def status_information() -> StatusInformation:
    """An approval as terminals send it, with a container: 229 bytes of data."""
    texts = tuple(Tag(0x07, f"Zeile {number} des Kundenbelegs".encode()) for number in range(3))
    tlv = Container.of(
        Tag(0x2F, (Tag(0x1F10, b"\x00\x00\x01"), Tag(0x1F12, b"\x02"))),
        Tag(0x43, bytes.fromhex("A0000003591010028001")),
        Tag(0x44, b"girocard"),
        Tag(0x24, texts),
    )
    return StatusInformation(
        result=0,
        amount=1010,
        currency=978,
        trace=123,
        time=120102,
        date=1121,
        expiry="2912",
        card_sequence=1,
        payment_type=0x70,
        card_number="6725eeeeeeeee4711f",
        terminal_id=52001234,
        merchant_id="455600054321   ",
        authorisation=b"123456\0\0",
        additional_text="Zahlung erfolgt",
        receipt=77,
        turnover=123,
        card_type=5,
        card_name="girocard\0",
        tlv=tlv,
    )


def zvt() -> list[Row]:
    """Every number of the protocol."""
    return [*_codec(), _checksum(), *_commands(), _memory()]


def _best(act: Callable[[], object]) -> float:
    """Seconds of a call in the best of many short rounds: what else runs here is no part of it."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALLS):
            act()
        rounds.append((time.perf_counter() - start) / CALLS)
    return min(rounds)


def _codec() -> list[Row]:
    message = status_information()
    control, data = encode(message)
    decoded = 1 / _best(lambda: decode(control, data))
    encoded = 1 / _best(lambda: encode(message))
    name = f"status information of {len(data)} bytes"
    return [
        Row("zvt", f"decode, {name}", decoded, "1/s", 20_000, "higher"),
        Row("zvt", f"encode, {name}", encoded, "1/s", 40_000, "higher"),
    ]


def _checksum() -> Row:
    data = bytes(range(APDU_BYTES))
    micros = _best(lambda: crc(data)) * 1e6
    return Row("zvt", f"CRC of {APDU_BYTES} bytes", micros, "us", 20, "lower")


# --- a command over loopback ------------------------------------------------------------------------


def _commands() -> list[Row]:
    """From the command's last byte to its acceptance, read and understood by our side."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer, args=(server,), daemon=True)
        answering.start()
        line = _Stamped(connect(f"tcp://127.0.0.1:{server.getsockname()[1]}"))
        dialogue = Dialogue(line, SystemClock())
        took = [_command(dialogue, line) for _ in range(COMMANDS)]
        dialogue.close()
        answering.join(10)
    name = f"command to acceptance, loopback, {COMMANDS} times"
    return [
        Row("zvt", f"{name}, p50", percentile(took, 0.50) * 1000, "ms", 1, "lower"),
        Row("zvt", f"{name}, p99", percentile(took, 0.99) * 1000, "ms", 1, "lower"),
    ]


def _command(dialogue: Dialogue, line: _Stamped) -> float:
    dialogue.command(StatusEnquiry(0))
    accepted = time.perf_counter()
    took = accepted - line.written
    Turn(dialogue, SystemClock()).next()
    dialogue.accept()
    return took


class _Stamped:
    """A line that knows when the last byte left."""

    def __init__(self, line: DescriptorLine) -> None:
        self._line = line
        self.read, self.close = line.read, line.close
        self.written = 0.0

    def write(self, data: bytes) -> None:
        self._line.write(data)
        self.written = time.perf_counter()


def _answer(server: socket.socket) -> None:
    """A terminal that knows nothing but 80 00 00 and 06 0F, and says both at once."""
    answer = _apdu(Positive()) + _apdu(Completion())
    command = _apdu(StatusEnquiry(0))
    peer, _ = server.accept()
    with peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := peer.recv(4096):
            if data.endswith(command):
                peer.sendall(answer)


def _apdu(message: Message) -> bytes:
    return frame(*encode(message))


# --- memory ----------------------------------------------------------------------------------------


def _memory() -> Row:
    """What a million messages in odd segments leave behind, once the first ones have been read."""
    data = _apdu(status_information()) * FED
    pieces = data[:100], data[100:-77], data[-77:]
    deframer = Deframer()

    def read() -> None:
        for piece in pieces:
            for control, content in deframer.feed(piece):
                decode(control, content, strict=False)

    _repeat(read, WARM // FED)
    before = _resident_kb()
    for done in range(0, FRAMES, TOLD):
        print(f"zvt: {done:,} of {FRAMES:,} frames", file=sys.stderr)
        _repeat(read, TOLD // FED)
    name = f"memory grown by {FRAMES:,} frames"
    return Row("zvt", name, _resident_kb() - before, "kB", 64, "lower")


def _repeat(act: Callable[[], None], times: int) -> None:
    for _ in range(times):
        act()


def _resident_kb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024
