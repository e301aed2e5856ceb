"""Our own PN532 driver: its price in bytes, its manners at both ends, and what a technician is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.cards import hostile, type4
from drivers.cards.chip import Chip
from drivers.cards.contactless import NfcpyField
from drivers.cards.dialogue import never, run
from drivers.cards.isodep import ANSWER_MOST
from drivers.cards.pn532 import Pn532Field
from drivers.cards.pn532_frames import ACK, ERROR, TO_HOST, frame
from drivers.cards.pn532_link import Pn532Link
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.tag import CardBroken, CardGone, CardSlow
from drivers.cards.virtual import NtagCard, Type4Card, VirtualCard
from drivers.line import DescriptorLine, connect, listen
from kiosk.clock import SystemClock
from kiosk.errors import DeviceError, RemoteProtocolError, Silent, Unavailable
from tests.drivers.cards.bench import LINK_MESSAGE, UID, HandClock

CLOCK = SystemClock()
WIRE_MOST = 420
"""Bytes both ways for a Type 4 message, from SELECT on; nfcpy spends 1,161."""


class CountingLine:
    """A line that counts what goes over it."""

    def __init__(self, line: DescriptorLine) -> None:
        self._line = line
        self.sent = self.received = 0

    def read(self, seconds: float) -> bytes:
        raise AssertionError("what is read this way cannot be wiped")

    def read_into(self, buffer: bytearray, seconds: float) -> int:
        count = self._line.read_into(buffer, seconds)
        self.received += count
        return count

    def write(self, data: bytes) -> None:
        self.sent += len(data)
        self._line.write(data)

    def close(self) -> None:
        self._line.close()


@dataclass
class Desk:
    """A chip and the driver on it."""

    reader: ReaderSimulator
    field: Pn532Field
    line: CountingLine
    stopping: threading.Event

    def polled(self, card: VirtualCard) -> None:
        self.reader.hold(card)
        assert self.field.poll(0.3) is not None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An opened reader with nothing before it; its chip gives long answers in pieces."""
    reader = ReaderSimulator(listen(f"pty://{tmp_path / 'reader'}"), Chip(buffer=100))
    reader.start()
    lines: list[CountingLine] = []

    def counting(address: str) -> CountingLine:
        lines.append(CountingLine(connect(address)))
        return lines[-1]

    stopping = threading.Event()
    field = Pn532Field(reader.address, clock=CLOCK, connect=counting, stop=stopping.is_set)
    yield Desk(reader, field, lines[0], stopping)
    field.close()
    reader.stop()


def test_a_message_costs_few_bytes(desk: Desk) -> None:
    """A fifth of a second less at the till than with a stack that programs registers."""
    desk.polled(Type4Card(UID, LINK_MESSAGE))
    desk.line.sent = desk.line.received = 0
    assert bytes(run(desk.field, type4.read(), CLOCK) or b"") == LINK_MESSAGE
    assert 0 < desk.line.sent + desk.line.received <= WIRE_MOST


def test_long_commands_and_answers_go_in_pieces(desk: Desk) -> None:
    """MI in the status asks for the rest, and announces more of ours."""
    heard = []

    class Parrot(Type4Card):
        def apdu(self, command: bytes) -> bytes:
            heard.append(len(command))
            return command[:250] + b"\x90\x00"

    desk.polled(Parrot(UID))
    assert desk.field.exchange(bytes(range(250)), 0.5) == bytes(range(250)) + b"\x90\x00"
    assert heard == [250]


def test_an_answer_without_end_is_broken(desk: Desk) -> None:
    """The chip may send as many pieces as it likes."""
    desk.polled(Type4Card(UID))
    pieces = [0]

    def more(code: int, data: bytes = b"", seconds: float = 0.1, **_: object) -> bytearray:
        pieces[0] += 1
        return bytearray(b"\x40" + bytes(100))

    desk.field._link.command = more  # type: ignore[method-assign]
    with pytest.raises(CardBroken):
        desk.field.exchange(b"\x00", 0.5)
    assert pieces[0] <= ANSWER_MOST // 100 + 2


@pytest.mark.parametrize("command", [b"\x00", bytes(300)])
def test_all_pieces_together_get_the_time_of_one_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: bytes
) -> None:
    """A card that announces more for ever, and sends nothing, is waited for once."""
    desk.polled(Type4Card(UID))
    clock, waits = HandClock(), list[float]()

    def more(code: int, data: bytes = b"", seconds: float = 0.1, **_: object) -> bytearray:
        waits.append(seconds)
        clock.now_seconds += 0.2
        return bytearray(b"\x40")

    monkeypatch.setattr(desk.field, "_clock", clock)
    monkeypatch.setattr(desk.field._link, "command", more)
    begun = clock.now_seconds
    with pytest.raises(CardSlow):
        desk.field.exchange(command, 0.5)
    assert clock.now_seconds - begun < 0.5 + 0.2
    assert waits == sorted(waits, reverse=True)


def test_it_leaves_the_field_off_and_the_chip_awake(desk: Desk) -> None:
    """And the next one opens it at once."""
    desk.polled(NtagCard(UID))
    assert desk.reader.view().field
    desk.field.close()
    assert not desk.reader.view().field
    again = Pn532Field(desk.reader.address, clock=CLOCK)
    assert again.poll(0.3) is not None
    again.close()


def test_a_card_is_needed_to_talk_to(desk: Desk) -> None:
    """Before a poll, after a release, and for a card that has a number only."""
    with pytest.raises(CardGone):
        desk.field.exchange(b"\x30\x00", 0.1)
    desk.polled(VirtualCard(UID))
    with pytest.raises(CardBroken):
        desk.field.exchange(b"\x30\x00", 0.1)
    assert desk.field.present(0.05)
    desk.field.release()
    desk.field.release()
    assert not desk.field.present(0.05)


def asked_for_ever(field: Pn532Field) -> None:
    while True:
        field.exchange(b"\x30\x00", 5)


@pytest.mark.parametrize("card", [None, hostile.WaitsForEver(UID), NtagCard(UID)])
def test_a_wish_to_stop_cuts_every_wait(desk: Desk, card: VirtualCard | None) -> None:
    """An empty field, a card that has the chip wait, one that is held."""
    if card:
        desk.polled(card)
    stopped = []

    def stop() -> None:
        stopped.append(time.monotonic())
        desk.stopping.set()

    timer = threading.Timer(0.1, stop)
    timer.start()
    if card is None:
        assert desk.field.poll(5) is None
    else:
        with pytest.raises(CardGone, match="stop"):
            asked_for_ever(desk.field)
    assert time.monotonic() - stopped[0] < 0.1 + 0.1
    timer.join()


def test_a_technician_is_told_what_to_do(desk: Desk, tmp_path: Path) -> None:
    """No such line, and a line on which nobody answers."""
    with pytest.raises(Unavailable, match="No such file"):
        Pn532Field(f"pty://{tmp_path / 'nothing'}", clock=CLOCK)
    desk.reader.fault("silent")
    with pytest.raises(Silent, match="check its power"):
        desk.field.poll(0.1)
    with pytest.raises(Silent, match="HSU"):
        Pn532Field(desk.reader.address, clock=CLOCK)
    desk.stopping.set()
    with pytest.raises(CardGone, match="stop"):
        Pn532Field(desk.reader.address, clock=CLOCK, stop=desk.stopping.is_set)


class Script:
    """A line whose other end answers each write with the next of these; then with the last."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self._waiting = b""
        self.writes: list[bytes] = []

    def read(self, seconds: float) -> bytes:
        raise AssertionError("what is read this way cannot be wiped")

    def read_into(self, buffer: bytearray, seconds: float) -> int:
        if not self._waiting:
            threading.Event().wait(min(seconds, 0.005))
        piece, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        if len(data) > 6 and not data.startswith(b"\x55"):
            self._waiting += self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def close(self) -> None:
        self._waiting = b""


SAM_DONE = ACK + frame(bytes((TO_HOST, 0x15)))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((bytes(range(256)) * 9,), RemoteProtocolError),
        ((ACK + ERROR,), RemoteProtocolError),
        ((ACK + SAM_DONE[6:-2] + b"\x99\x00",), RemoteProtocolError),
        ((SAM_DONE[6:],), Silent),
        ((ACK,), Silent),
        ((b"",), Silent),
        (
            (
                SAM_DONE,
                ACK + frame(b"\xd5\x13"),
                ACK + frame(b"\xd5\x33"),
                ACK + frame(b"\xd5\x33"),
                ACK + frame(b"\xd5\x03\x33\x01\x06\x07"),
            ),
            RemoteProtocolError,
        ),
    ],
)
def test_something_else_on_the_line(answers: tuple[bytes, ...], error: type[DeviceError]) -> None:
    """Noise, a chip that does not know us, damaged frames, an old answer, another chip."""
    with pytest.raises(error):
        Pn532Field("pty:///x", clock=CLOCK, connect=lambda _: Script(*answers))


@pytest.mark.parametrize("listed", ["0101", "0101004400", "010100440007AA", "01"])
def test_a_card_in_a_form_that_there_is_not(desk: Desk, listed: str) -> None:
    """Cut off in the middle of its description."""
    desk.field._link.command = lambda *_, **__: bytearray.fromhex(listed)  # type: ignore[method-assign]
    with pytest.raises(RemoteProtocolError):
        desk.field.poll(0)


def test_an_answer_before_its_acknowledgement_is_an_older_one() -> None:
    """Left over from a command that was given up; the right one comes behind it."""
    old, new = frame(b"\xd5\x03\x00"), frame(b"\xd5\x03\x32\x01\x06\x07")
    link = Pn532Link("pty:///x", CLOCK, lambda _: Script(old + ACK + new), never)
    assert link.command(0x02) == b"\x32\x01\x06\x07"


def test_a_chip_that_another_program_sent_to_sleep_is_woken(desk: Desk) -> None:
    """nfcpy does when it closes."""
    desk.field.close()
    NfcpyField(desk.reader.address, clock=CLOCK).close()
    again = Pn532Field(desk.reader.address, clock=CLOCK)
    assert again.poll(0.05) is None
    again.close()
