"""One connection to a printer: what it says is sorted, what is asked is asked one at a time."""

from __future__ import annotations

from drivers.line import Line
from drivers.printer.status import (
    CLEARED,
    AutomaticStatus,
    BufferStatus,
    Condition,
    Demultiplexer,
    Flow,
    Message,
    RealTime,
    of_automatic,
    printed_mark,
    with_answer,
)
from kiosk.clock import Clock
from kiosk.ports import Cancel

STATUS_REQUEST = b"\x10\x04"
"""DLE EOT n, n = 1 printer, 2 off-line cause, 3 error cause, 4 roll."""
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 fn 8. Nothing may be sent before its answer."""
RECOVER_AND_CLEAR = b"\x10\x05\x02"
"""DLE ENQ 2, for printers that do not know fn 8. It has no answer."""
BUFFER_STATUS = b"\x1dr1"
"""GS r 49: paper sensor, answered when the buffer is worked off up to here."""
RESET = b"\x1b@"

ANSWER_SECONDS = 0.1
"""For one DLE EOT; all four are answered within three times that or the printer is silent."""
CLEAR_SECONDS = 0.5
PROBE_SECONDS = 0.5
LOOK_SECONDS = 0.02
DRAIN_READS = 16
"""A peer that never stops talking is not listened to for ever."""


def mark_request(mark: bytes) -> bytes:
    """GS ( H fn 48: send back these four bytes when everything before them is on paper."""
    return b"\x1d(H\x06\x00\x30\x30" + mark


PROBE = b"ask?"


class Link:
    """A line to a printer and the printer's condition as last reported."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._sorter = Demultiplexer()
        self._asking = 0
        self._asked_at = 0.0
        self._answers = 0
        self._fresh = Condition()
        self.condition = Condition()
        self.flows = True
        """False between XOFF and XON: the printer wants no more bytes for now."""
        self.unanswered = 0
        """Polls in a row that got no answer at all."""

    def send(self, data: bytes) -> None:
        """Give bytes to the printer. Raises Silent."""
        self._line.write(data)

    def receive(self, seconds: float) -> list[Message]:
        """What the printer says within `seconds`. Keeps `condition`. Raises Silent."""
        messages = self._hear(self._line.read(seconds))
        if self._asking and self._clock.monotonic() - self._asked_at > ANSWER_SECONDS:
            self._ask_next()
        return messages

    # --- condition ------------------------------------------------------------------------------

    def poll(self) -> None:
        """Begin to ask for the condition, unless that is under way."""
        if not self._asking:
            self._answers, self._fresh = 0, Condition(paper_low=self.condition.paper_low)
            self._ask(1)

    @property
    def polling(self) -> bool:
        """Whether answers to `poll` are still awaited."""
        return bool(self._asking)

    def ask_condition(self, stop: Cancel) -> Condition | None:
        """The condition now, or None from a printer that says nothing in 0.4 s, or on `stop`."""
        self._asking = 0
        for _ in range(DRAIN_READS):  # late answers to earlier questions
            if not self._hear(self._line.read(0)):
                break
        self.poll()
        while self._asking and not stop:
            self.receive(LOOK_SECONDS)
        return self.condition if self._answers and not self._asking else None

    def _ask(self, n: int) -> None:
        self._asking, self._asked_at = n, self._clock.monotonic()
        self._line.write(STATUS_REQUEST + bytes((n,)))

    def _ask_next(self) -> None:
        if self._asking < 4:
            self._ask(self._asking + 1)
            return
        self._asking = 0
        if self._answers:
            self.condition, self.unanswered = self._fresh, 0
        else:
            self.unanswered += 1

    def _hear(self, data: bytes) -> list[Message]:
        messages = self._sorter.feed(data)
        for message in messages:
            self._note(message)
        return messages

    def _note(self, message: Message) -> None:
        match message:
            case AutomaticStatus(data):
                self.condition = self._fresh = of_automatic(data)
            case RealTime(byte) if self._asking:
                self._fresh = with_answer(self._fresh, self._asking, byte)
                self._answers += 1
                self._ask_next()
            case Flow(go):
                self.flows = go
            case _:
                pass

    # --- buffers --------------------------------------------------------------------------------

    def clear(self, stop: Cancel) -> tuple[bool, list[Message]]:
        """Drop all the printer holds. Whether it confirmed, and what else it said meanwhile."""
        self._asking = 0
        self._line.write(CLEAR_BUFFERS)
        heard: list[Message] = []
        end = self._clock.monotonic() + CLEAR_SECONDS
        while not stop and self._clock.monotonic() < end:
            heard += self.receive(LOOK_SECONDS)
            if CLEARED in heard:
                return True, heard
        if not stop:
            self._line.write(RECOVER_AND_CLEAR)
        return False, heard

    def knows_marks(self, stop: Cancel) -> bool | None:
        """Whether the printer knows GS ( H; None if it did not work off its buffer in time."""
        # RESET drops the characters that a printer without GS ( H takes the mark for.
        self._line.write(mark_request(PROBE) + RESET + BUFFER_STATUS)
        end = self._clock.monotonic() + PROBE_SECONDS
        worked_off = known = False
        while not stop and not (known and worked_off) and self._clock.monotonic() < end:
            for message in self.receive(LOOK_SECONDS):
                known |= message == printed_mark(PROBE)
                if isinstance(message, BufferStatus) and not worked_off:
                    worked_off = True
                    end = min(end, self._clock.monotonic() + 2 * ANSWER_SECONDS)
        return known or (False if worked_off else None)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()
