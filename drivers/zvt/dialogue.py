"""One connection to a terminal: the session's bytes on a line, with the timers T3 and T4."""

from __future__ import annotations

from collections import deque

from drivers.line import Line
from drivers.zvt.messages import Message, Negative, Positive
from drivers.zvt.session import Role, Session
from kiosk.clock import Clock
from kiosk.ports import RemoteProtocolError, Silent

T3_SECONDS = 5.0
"""A command is accepted or refused within this (PA00P016 5.2.5)."""
T4_SECONDS = 180.0
"""Acceptance to completion, started anew by each status of the terminal (5.2.6)."""
POLL_SECONDS = 0.1
"""How long a wish to cancel may go unnoticed."""


class Dialogue:
    """Messages out and in. Raises Silent when the line is lost, ProtocolError when order is."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._session = Session(Role.TILL)
        self._arrived: deque[Message] = deque()

    def send(self, message: Message) -> None:
        """Write a message of ours."""
        self._line.write(self._session.send(message))

    def command(self, message: Message) -> Negative | None:
        """Send a command and wait for its acceptance (None) or refusal. Raises Silent after T3."""
        self.send(message)
        answer = self.next(self._clock.monotonic() + T3_SECONDS)
        if answer is None:
            raise Silent(f"no answer to {type(message).__name__} within {T3_SECONDS:.0f} s (T3)")
        if isinstance(answer, Negative) and answer.code:
            return answer
        if not isinstance(answer, Positive | Negative):
            raise RemoteProtocolError(f"{type(answer).__name__} came instead of an acceptance")
        return None

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
