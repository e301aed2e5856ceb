"""One connection to a printer: what it says is sorted, what is asked is asked one at a time."""

from __future__ import annotations

from dataclasses import replace

from drivers.line import Line
from drivers.printer.profiles import Clear
from drivers.printer.status import (
    CLEARED,
    AutomaticStatus,
    Block,
    BufferStatus,
    Condition,
    Demultiplexer,
    Flow,
    Message,
    RealTime,
    of_automatic,
    plausible,
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
"""DLE ENQ 2: ends an error whose cause is gone and drops all. It has no answer."""
BUFFER_STATUS = b"\x1dr1"
"""GS r 49: paper sensor, answered when the buffer is worked off up to here."""
RESET = b"\x1b@"

ANSWER_SECONDS = 0.1
"""For one DLE EOT; all four are answered within three times that or the printer is silent."""
ASK_SECONDS = 2.0
"""For two rounds of questions that agree."""
TORN_SECONDS = 0.3
"""Of silence in the middle of an answer: the rest does not come."""
CLEAR_SECONDS = 0.5
IDENTITY_SECONDS = 0.2
PROBE_SECONDS = 0.5
LOOK_SECONDS = 0.02
DRAIN_READS = 16
"""A peer that never stops talking is not listened to for ever."""


def mark_request(mark: bytes) -> bytes:
    """GS ( H fn 48: send back these four bytes when everything before them is on paper."""
    return b"\x1d(H\x06\x00\x30\x30" + mark


PROBE = b"ask?"
_IDENTITY = b"\x1dI"
_WHICH = b"BCD"
"""GS I 66 maker, 67 model, 68 serial number."""
_IDENTITY_HEADER = 0x5F
_LONGEST_NAME = 40


class Link:
    """A line to a printer and the printer's condition as last reported.

    A condition counts when two rounds of questions agree on it. What the printer tells unasked is a
    reason to ask: a stray byte must not send staff to a cover that is closed.
    """

    def __init__(self, line: Line, clock: Clock, *, flow_control: bool = False) -> None:
        """`flow_control`: XON and XOFF are heeded; where a line holds back by itself they are noise."""
        self._line = line
        self._clock = clock
        self._flow_control = flow_control
        self._sorter = Demultiplexer()
        self._sorter.names = False
        self._heard_at = 0.0
        self._asking = 0
        self._asked_at = 0.0
        self._answered: set[int] = set()
        self._fresh = Condition()
        self._doubted: Condition | None = None
        """What one round told otherwise than the condition."""
        self._told: Condition | None = None
        """The last automatic status."""
        self._once_more = False
        self.condition = Condition()
        self.flows = True
        """False between XOFF and XON: the printer wants no more bytes for now. True when cleared."""
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
            self._answered.clear()
            self._fresh = Condition(paper_low=self.condition.paper_low)
            self._ask(1)

    @property
    def polling(self) -> bool:
        """Whether answers to `poll` are still awaited."""
        return bool(self._asking)

    def ask_condition(self, stop: Cancel) -> Condition | None:
        """The condition now, or None from a printer that says nothing in 0.4 s, or on `stop`."""
        self._asking, self._doubted, self._once_more = 0, None, False
        for _ in range(DRAIN_READS):  # late answers to earlier questions
            if not self._hear(self._line.read(0)):
                break
        asked = self.unanswered
        self.poll()
        end = self._clock.monotonic() + ASK_SECONDS
        while self._asking and not stop and self._clock.monotonic() < end:
            self.receive(LOOK_SECONDS)
        if stop or self.unanswered > asked:
            return None
        return self._last_word()

    def _last_word(self) -> Condition:
        """What counts where no two rounds agreed in time."""
        if self._doubted is not None:
            self.condition, self._doubted = self._doubted, None
        return self.condition

    def _ask(self, n: int) -> None:
        self._asking, self._asked_at = n, self._clock.monotonic()
        self._line.write(STATUS_REQUEST + bytes((n,)))

    def _ask_next(self) -> None:
        if self._asking < 4:
            self._ask(self._asking + 1)
            return
        self._asking = 0
        if self._answered:
            self.unanswered = 0
            self._weigh()
        else:
            self.unanswered += 1

    def _weigh(self) -> None:
        """A round is over: believe it, or ask once more."""
        fresh = self._fresh
        if 3 not in self._answered and fresh.offline and self._told:
            # Clones that do not answer DLE EOT 3 name the error in their reports all the same.
            errors = {name: getattr(self._told, name) for name in _ERRORS}
            fresh = replace(fresh, **errors)
        if fresh in (self.condition, self._doubted):
            self.condition, self._doubted = fresh, None
        else:
            self._doubted = fresh
        if self._doubted is not None or self._once_more:
            self._once_more = False
            self.poll()

    def _hear(self, data: bytes) -> list[Message]:
        now = self._clock.monotonic()
        if data:
            self._heard_at = now
        elif self._sorter.pending and now - self._heard_at > TORN_SECONDS:
            self._sorter.drop()
        messages = self._sorter.feed(data)
        for message in messages:
            self._note(message)
        return messages

    def _note(self, message: Message) -> None:
        match message:
            case AutomaticStatus(data):
                self._told = of_automatic(data)
                if self._told != self.condition:
                    self._once_more = self.polling
                    self.poll()
            case RealTime(byte) if self._asking and plausible(self._asking, byte):
                self._fresh = with_answer(self._fresh, self._asking, byte)
                self._answered.add(self._asking)
                self._ask_next()
            case Flow(go) if self._flow_control:
                self.flows = go
            case _:
                pass

    # --- buffers --------------------------------------------------------------------------------

    def clear(self, stop: Cancel, how: Clear = Clear.DC4) -> tuple[bool, list[Message]]:
        """Drop all the printer holds. Whether that is done, and what else it said meanwhile.

        Where fn 8 goes unanswered the stand-in is sent all the same, but nothing is known then. DLE
        ENQ 2 has no answer and is obeyed in an error only: it counts where the printer just told one.
        """
        self._asking = 0
        self.flows = True
        heard: list[Message] = []
        if how is Clear.DC4:
            self._line.write(CLEAR_BUFFERS)
            end = self._clock.monotonic() + CLEAR_SECONDS
            while not stop and self._clock.monotonic() < end:
                heard += self.receive(LOOK_SECONDS)
                if CLEARED in heard:
                    self.flows = True
                    return True, heard
        obeyed = how is Clear.ENQ2 and self.condition.recovers
        if not stop and how is not Clear.NONE:
            self.recover()
            heard += self.receive(LOOK_SECONDS)
        return obeyed and not stop, heard

    def recover(self) -> None:
        """End an error whose cause was mended, and drop what the printer holds. Raises Silent."""
        self._line.write(RECOVER_AND_CLEAR)

    def worked_off(self, stop: Cancel) -> bool:
        """Whether the printer holds nothing: it answers in its turn."""
        self._line.write(BUFFER_STATUS)
        end = self._clock.monotonic() + PROBE_SECONDS
        while not stop and self._clock.monotonic() < end:
            if any(isinstance(each, BufferStatus) for each in self.receive(LOOK_SECONDS)):
                return True
        return False

    def identify(self, stop: Cancel) -> tuple[str, ...]:
        """Maker, model and serial number as GS I tells them; empty from a printer that does not."""
        found: list[str] = []
        self._sorter.names = True
        for which in _WHICH:
            name = self._asked_name(which, stop)
            if name is None:
                break
            found.append(name)
        self._sorter.names = False
        return tuple(found)

    def _asked_name(self, which: int, stop: Cancel) -> str | None:
        self._line.write(_IDENTITY + bytes((which,)))
        end = self._clock.monotonic() + IDENTITY_SECONDS
        while not stop and self._clock.monotonic() < end:
            for message in self.receive(LOOK_SECONDS):
                if isinstance(message, Block) and message.header == _IDENTITY_HEADER:
                    return message.body.decode("ascii").strip()[:_LONGEST_NAME]
        return None

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


_ERRORS = ("cutter", "recoverable", "broken", "hot")
