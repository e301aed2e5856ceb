"""One connection to a terminal: the session's bytes on a line, with the timers T3 and T4."""

from __future__ import annotations

from collections import deque

from drivers.line import Line
from drivers.zvt.messages import (
    AbortCommand,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    StatusInformation,
)
from drivers.zvt.session import Role, Session
from kiosk.clock import Clock
from kiosk.ports import Cancel, RemoteProtocolError, Silent

T3_SECONDS = 5.0
"""A command is accepted or refused within this (PA00P016 5.2.5)."""
T4_SECONDS = 180.0
"""Acceptance to completion, started anew by each status of the terminal (5.2.6)."""
POLL_SECONDS = 0.1
"""How long a wish to cancel may go unnoticed."""
AFTER_DECLINE_SECONDS = 60.0
"""How long a completion is awaited behind a declined result: some terminals send none, and a second
try at the PIN shows itself sooner."""


class Dialogue:
    """Messages out and in. Raises Silent when the line is lost, ProtocolError when order is."""

    def __init__(self, line: Line, clock: Clock, *, t3: float = T3_SECONDS) -> None:
        self._line = line
        self._clock = clock
        self._t3 = t3
        self._session = Session(Role.TILL)
        self._arrived: deque[Message] = deque()

    def send(self, message: Message) -> None:
        """Write a message of ours."""
        self._line.write(self._session.send(message))

    def command(self, message: Message, seconds: float = 0.0) -> Negative | None:
        """Send a command and wait for its acceptance (None) or refusal. Raises Silent after T3, or after
        `seconds` where a command may take longer than that.
        """
        answer = self.ask(message, seconds)
        return answer if isinstance(answer, Negative) and answer.code else None

    def ask(self, message: Message, seconds: float = 0.0) -> Positive | Negative:
        """The answer to a command. Raises Silent where none comes in time."""
        seconds = max(seconds, self._t3)
        self.send(message)
        answer = self.next(self._clock.monotonic() + seconds)
        if answer is None:
            raise Silent(f"no answer to {type(message).__name__} within {seconds:.0f} s (T3)")
        if not isinstance(answer, Positive | Negative):
            raise RemoteProtocolError(f"{type(answer).__name__} came instead of an acceptance")
        return answer

    @property
    def numbered(self) -> bool:
        """Both sides number their messages (PA00P015 chapter 5)."""
        return self._session.numbered

    def accept(self) -> None:
        """Answer the terminal's message: 80 00."""
        self.send(Positive())

    def next(self, deadline: float) -> Message | None:
        """The terminal's next message, or None at the deadline (monotonic seconds)."""
        while not self._arrived:
            left = deadline - self._clock.monotonic()
            if left <= 0:
                return None
            self._arrived.extend(self._session.receive(self._line.read(left)))
            again = self._session.take_repeats()
            if again:
                self._line.write(again)
        return self._arrived.popleft()

    def poll(self) -> Message | None:
        """The next message if it comes soon: for loops that also watch for a cancel."""
        return self.next(self._clock.monotonic() + POLL_SECONDS)

    @property
    def reusable(self) -> bool:
        """Whether a further command may go over this connection."""
        return not self._session.stops_open and not self._arrived

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()


class Turn:
    """The terminal has the word: its messages until it gives the word back, within a rolling T4."""

    def __init__(
        self, dialogue: Dialogue, clock: Clock, cancel: Cancel | None = None, t4: float = T4_SECONDS
    ) -> None:
        self._dialogue = dialogue
        self._clock = clock
        self._cancel = cancel
        self._t4 = t4
        self._allowed = t4
        self._deadline = clock.monotonic() + t4
        self._stop_sent = False

    def listen(self) -> Message | None:
        """Its next message, or None if none came within a look. Raises Silent after T4.

        A wish to stop is sent once; what comes of it, the terminal says.
        """
        message = self._dialogue.poll()
        now = self._clock.monotonic()
        if message is None:
            if now >= self._deadline:
                raise Silent(f"no word from the terminal for {self._allowed:.0f} s (T4)")
            if self._cancel and not self._stop_sent:
                self._dialogue.send(AbortCommand())
                self._stop_sent = True
            return None
        if isinstance(message, IntermediateStatus):
            self._t4 = t4_seconds(message, self._t4)
        declined = isinstance(message, StatusInformation) and message.result
        self._allowed = min(self._t4, AFTER_DECLINE_SECONDS) if declined else self._t4
        self._deadline = now + self._allowed
        return message

    def next(self) -> Message:
        """Its next message. Raises Silent after T4."""
        while True:
            message = self.listen()
            if message is not None and not isinstance(message, Positive | Negative):
                return message  # an answer can only be one to our wish to stop


def t4_seconds(message: IntermediateStatus, before: float) -> float:
    """T4 from now on; the status may carry a new one in minutes, packed decimal (3.7)."""
    if not message.minutes:
        return before
    high, low = divmod(message.minutes, 16)
    return (high * 10 + low) * 60.0 if low < 10 and high < 10 else before
