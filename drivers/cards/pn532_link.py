"""One PN532 on a line: a command out, its acknowledgement and its answer in (UM0701-02, 6.2).

Nothing waits longer than it was told to, and a wish to stop cuts it short within 100 ms.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.cards.pn532_frames import ACK, NAK, TO_CHIP, TO_HOST, Frame, Framer, Kind, frame
from drivers.cards.tag import CardGone, CardSlow
from drivers.line import PrivateLine
from kiosk.clock import Clock
from kiosk.errors import RemoteProtocolError, Silent
from kiosk.vault import wipe

Connect = Callable[[str], PrivateLine]

WAKE = b"\x55\x55" + bytes(14)
"""Rising edges, then time to get up (7.2.11): the chip may sleep since another program let go of it."""
ACK_SECONDS = 0.1
"""The chip acknowledges within 15 ms; a USB converter may take its time."""
ANSWER_SECONDS = 0.2
SLICE = 0.05
_TRIES = 2
_REPEATS = 2
_DRAIN_READS = 16
_GARBAGE_MOST = 2048
"""Bytes that are no frame, during one command."""


class Pn532Link:
    """Owns the line; raises Silent where the chip keeps silent, RemoteProtocolError for garbage."""

    def __init__(
        self, address: str, clock: Clock, connect: Connect, stop: Callable[[], bool]
    ) -> None:
        self._address = address
        self._clock = clock
        self._stop = stop
        self._framer = Framer(TO_HOST)
        self._buffer = bytearray(300)
        self._line: PrivateLine | None = connect(address)

    @property
    def open(self) -> bool:
        """Whether it was not closed."""
        return self._line is not None

    def close(self) -> None:
        """Let go of the line; safe to call twice."""
        line, self._line = self._line, None
        self._framer.wipe()
        wipe(self._buffer)
        if line:
            line.close()

    def wake(self) -> None:
        """Out of sleep, and out of a command that somebody left under way."""
        self._live().write(WAKE + ACK)
        self._drain(SLICE)

    def abort(self) -> None:
        """Make the chip forget the command under way."""
        self._live().write(ACK)

    def rest(self, seconds: float) -> None:
        """Let time pass; what comes meanwhile was asked for by nobody. Raises CardGone on stop."""
        if self._stop():
            raise CardGone("asked to stop")
        self._drain(seconds)

    def command(
        self,
        code: int,
        data: bytes = b"",
        seconds: float = ANSWER_SECONDS,
        *,
        of_card: bool = False,
        unstoppable: bool = False,
    ) -> bytearray:
        """The answer without its two code bytes; the caller wipes it.

        `of_card`: silence after the acknowledgement is the card's, which has the chip wait for it:
        CardSlow, as the chip itself tells of a card that is gone. Raises CardGone on a wish to stop.
        """
        for _ in range(_TRIES):
            self._drain(0)
            self._live().write(frame(bytes((TO_CHIP, code)) + data))
            talk = _Talk(code, self._clock.monotonic() + ACK_SECONDS)
            while (answer := self._listen(talk, seconds, unstoppable)) is None:
                if self._clock.monotonic() < talk.until:
                    continue
                if not talk.broken or talk.repeats >= _REPEATS:
                    break
                talk.repeats += 1
                self._live().write(NAK)
                talk.until = self._clock.monotonic() + ACK_SECONDS
            if answer is not None:
                return answer
            self.abort()
            if talk.broken:
                raise RemoteProtocolError(
                    f"{self._address}: frames arrive damaged; check the cable"
                )
            if talk.acknowledged and of_card:
                raise CardSlow("the chip still waits for the card")
            if talk.acknowledged:
                break
        raise Silent(
            f"{self._address}: the reader does not answer; check its power, its cable, and that its"
            " switches are set to HSU"
        )

    def _listen(self, talk: _Talk, seconds: float, unstoppable: bool) -> bytearray | None:
        """Hear for one slice of time."""
        if self._stop() and not unstoppable:
            self.abort()
            raise CardGone("asked to stop")
        patience = min(SLICE, max(talk.until - self._clock.monotonic(), 0))
        for each in self._frames(patience):
            if each.kind is Kind.ACK and not talk.acknowledged:
                talk.acknowledged = True
                talk.until = self._clock.monotonic() + seconds
            elif each.kind is Kind.ERROR:
                raise RemoteProtocolError(f"{self._address}: does not know command {talk.code:02X}")
            elif each.kind is Kind.BROKEN:
                talk.broken = True
            elif talk.fits(each):
                answer = each.data[2:]
                wipe(each.data)
                return answer
            wipe(each.data)
        if self._framer.skipped > _GARBAGE_MOST:
            raise RemoteProtocolError(f"{self._address}: what answers there is no PN532")
        return None

    def _frames(self, seconds: float) -> list[Frame]:
        count = self._live().read_into(self._buffer, seconds)
        found = list(self._framer.feed(memoryview(self._buffer)[:count]))
        self._buffer[:count] = bytes(count)
        return found

    def _drain(self, seconds: float) -> None:
        """What came late belongs to no question. With `seconds`: until nothing more comes."""
        for _ in range(_DRAIN_READS):
            if not self._live().read_into(self._buffer, seconds):
                break
            wipe(self._buffer)
        self._framer.wipe()
        self._framer.skipped = 0

    def _live(self) -> PrivateLine:
        if self._line is None:
            raise Silent(f"{self._address}: closed")
        return self._line


class _Talk:
    """How far one command has come."""

    def __init__(self, code: int, until: float) -> None:
        self.code = code
        self.until = until
        self.acknowledged = False
        self.broken = False
        self.repeats = 0

    def fits(self, each: Frame) -> bool:
        """Whether it is the answer; one that comes before the acknowledgement is an older one.

        Unless the acknowledgement itself may have been what came in pieces.
        """
        if each.kind is not Kind.DATA or len(each.data) < 2 or each.data[1] != self.code + 1:
            return False
        return self.acknowledged or self.broken
