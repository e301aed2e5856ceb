"""A PN532 on a serial line, spoken to directly (NXP UM0701-02): few bytes, and every wait bounded.

The chip runs ISO-DEP itself (automatic RATS, InDataExchange). What a card says passes through one
buffer of our own, which is wiped.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from drivers.cards.dialogue import never
from drivers.cards.felica import framed, unframed
from drivers.cards.field import Carrier
from drivers.cards.isodep import ANSWER_MOST
from drivers.cards.pn532_link import Connect, Pn532Link
from drivers.cards.pn532_targets import Found, felica_found, type_a_found
from drivers.cards.tag import (
    FRAMES_MOST,
    CardBroken,
    CardGone,
    CardSlow,
    SeveralCards,
    T,
    Target,
    Technology,
)
from drivers.line import connect as connect_line
from kiosk.clock import Clock
from kiosk.errors import DeviceError, RemoteProtocolError
from kiosk.vault import wipe

FIRMWARE, SET_PARAMETERS, SAM, CONFIGURE_RF = 0x02, 0x12, 0x14, 0x32
DIAGNOSE, EXCHANGE, THRU, LIST, RELEASE = 0x00, 0x40, 0x42, 0x4A, 0x52
"""Command codes (chapter 7)."""
_SETUP = (
    (SAM, b"\x01\x00"),  # normal mode, no SAM; the first command after a wake-up
    (SET_PARAMETERS, b"\x14"),  # RATS and ATR_RES by itself
    (CONFIGURE_RF, b"\x02\x00\x0b\x0a"),  # a card gets 51 ms where ISO-DEP does not say
    (CONFIGURE_RF, b"\x05\x01\x00\x01"),  # one retry: an empty field is told at once
)
_FIELD_OFF = b"\x01\x02"
_TYPE_A = b"\x02\x00"
_TYPE_F = b"\x02\x01\x00\xff\xff\x00\x03"
"""Two cards at most, at 212 kbit/s, any system, four time slots."""
_IC = 0x32
_PAUSE = 0.12
"""Between looks into an empty field: each wakes the kiosk up, all day long."""
_LIST_SECONDS = 0.5
_MARGIN = 0.1
"""For the chip beyond the card's own time."""
_MORE = 0x40
_STATUS = 0x3F
_PIECE = 252
"""Bytes of an APDU in one frame."""
_GONE = (0x01, 0x0A, 0x27, 0x29, 0x2B)
"""Status: timeout, no field, not listed, released, disappeared (7.1). All else is the card's fault."""


class Pn532Field:
    """One chip, opened. For one thread; `drivers.cards.field.Field` tells what its methods mean.

    `stop`: asked during waits; a wish to stop ends them within 100 ms. Raises Unavailable, Silent.
    """

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        connect: Connect = connect_line,
        stop: Callable[[], bool] = never,
    ) -> None:
        self.name = f"PN532 at {address}"
        self._clock = clock
        self._found: Found | None = None
        self._link = Pn532Link(address, clock, connect, stop)
        try:
            self._set_up()
        except (CardGone, DeviceError):  # CardGone: asked to stop
            self._link.close()
            raise

    def _set_up(self) -> None:
        self._link.wake()
        for code, data in _SETUP:
            self._link.command(code, data)
        version = self._link.command(FIRMWARE)
        if len(version) != 4 or version[0] != _IC:
            raise RemoteProtocolError(f"{self.name}: answers, but is no PN532; check the address")

    def poll(self, seconds: float) -> Target | None:
        deadline = self._clock.monotonic() + seconds
        self._forget()
        try:
            while True:
                found = self._listed(_TYPE_A) or self._listed(_TYPE_F)
                left = deadline - self._clock.monotonic()
                if found or left <= 0:
                    break
                self._link.rest(min(_PAUSE, left))
                if left <= _PAUSE:
                    break  # the next look is that of the next call
        except CardGone:  # asked to stop
            return None
        if found is None:
            return None
        self._found = found
        return Target(found.technology, bytearray(found.uid))

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        found = self._found
        if found is None:
            raise CardGone("no card was polled")
        if found.trouble:
            raise found.trouble
        match found.technology:
            case Technology.TYPE_4:
                return self._apdu(data, seconds)
            case Technology.TYPE_2:
                return self._type_2(data, seconds, found)
            case Technology.FELICA:
                return self._felica(data, seconds)
            case _:
                raise CardBroken("a card that cannot be talked to")

    def present(self, seconds: float) -> bool:
        found = self._found
        if found is None:
            return False
        try:
            match found.technology:
                case Technology.TYPE_4 if not found.trouble:
                    return self._there(seconds)
                case Technology.TYPE_2:
                    wipe(self._thru(b"\x30\x00", seconds))
                    return True
                case Technology.FELICA:
                    answer = self._felica(b"\x00\xff\xff\x00\x00", seconds)
                    return answer[1:9] == found.uid
                case _:
                    return self._again(found)
        except CardBroken:  # it answers
            return True
        except (CardGone, CardSlow):
            return False  # one that makes the chip wait is no more there than one that left

    def _there(self, seconds: float) -> bool:
        """Attention request to an ISO-DEP card (Diagnose 06, 7.2.1), with its own time to answer."""
        wait = max(seconds, _MARGIN)
        return self._link.command(DIAGNOSE, b"\x06", wait, of_card=True) == b"\x00"

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """As `Field.carry_out`: nothing here blocks for longer than it was told to."""
        del seconds
        return work(self)

    def release(self) -> None:
        if self._found is None:
            return
        self._forget()
        with suppress(CardGone):  # asked to stop: the next poll begins anew
            wipe(self._link.command(RELEASE, b"\x00"))
            self._link.command(CONFIGURE_RF, _FIELD_OFF)  # a card wakes up only from there

    def close(self) -> None:
        """Field off, chip awake. Safe to call twice."""
        self._forget()
        if self._link.open:
            with suppress(DeviceError, CardGone):
                self._link.abort()
                self._link.command(CONFIGURE_RF, _FIELD_OFF, unstoppable=True)
        self._link.close()

    # --- cards ----------------------------------------------------------------------------------

    def _forget(self) -> None:
        found, self._found = self._found, None
        if found:
            wipe(found.uid)

    def _listed(self, request: bytes) -> Found | None:
        """InListPassiveTarget (7.3.5). Raises SeveralCards."""
        answer = self._link.command(LIST, request, _LIST_SECONDS)
        try:
            count = answer[0] if answer else 0
            if not count:
                return None
            if count > 1:
                self._link.command(CONFIGURE_RF, _FIELD_OFF)
                raise SeveralCards("more than one card")
            if request == _TYPE_F:
                return felica_found(memoryview(answer)[2:])
            found = type_a_found(memoryview(answer)[2:])
        finally:
            wipe(answer)
        if found is None:
            raise RemoteProtocolError(f"{self.name}: tells of a card in a form that there is not")
        return found

    def _again(self, found: Found) -> bool:
        """Whether the same card answers once more after the field was off."""
        self._link.command(CONFIGURE_RF, _FIELD_OFF)
        with suppress(SeveralCards):
            now = self._listed(_TYPE_F if found.technology is Technology.FELICA else _TYPE_A)
            if now is None:
                return False
            same = now.uid == found.uid
            wipe(now.uid)
            return same
        return True

    def _apdu(self, apdu: bytes, seconds: float) -> bytearray:
        """InDataExchange (7.3.8), in pieces both ways where need be (MI), all within `seconds`."""
        deadline = self._clock.monotonic() + seconds
        while len(apdu) > _PIECE:
            _, answer = self._piece(b"\x41" + apdu[:_PIECE], deadline)
            wipe(answer)
            apdu = apdu[_PIECE:]
        status, answer = self._piece(b"\x01" + apdu, deadline)
        for _ in range(FRAMES_MOST):
            if not status & _MORE:
                return answer
            try:
                status, more = self._piece(b"\x01", deadline)
                joined = bytearray(len(answer) + len(more))
                joined[: len(answer)], joined[len(answer) :] = answer, more
                wipe(more)
            finally:
                wipe(answer)
            answer = joined
            if len(answer) > ANSWER_MOST:
                break
        wipe(answer)
        raise CardBroken("an answer without end")

    def _piece(self, data: bytes, deadline: float) -> tuple[int, bytearray]:
        """One of the frames that share a deadline: a card may chain its answer without end."""
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise CardSlow("out of time")
        return self._card_command(EXCHANGE, data, left)

    def _type_2(self, data: bytes, seconds: float, found: Found) -> bytearray:
        """A tag that does not want to says so in four bits, which the chip takes for a torn frame.

        So it is asked twice; a weakly held tag rarely fails in the same way both times.
        """
        try:
            return self._thru(data, seconds)
        except CardBroken:
            if not self._again(found):
                raise CardGone("gone after a torn answer") from None
        try:
            return self._thru(data, seconds)
        except CardBroken:
            return bytearray(1)

    def _felica(self, data: bytes, seconds: float) -> bytearray:
        return unframed(self._thru(framed(data), seconds))

    def _thru(self, data: bytes, seconds: float) -> bytearray:
        """InCommunicateThru (7.3.9)."""
        return self._card_command(THRU, data, seconds)[1]

    def _card_command(self, code: int, data: bytes, seconds: float) -> tuple[int, bytearray]:
        """Status and answer of a command that goes to the card. Raises CardGone, CardBroken."""
        answer = self._link.command(code, data, seconds + _MARGIN, of_card=True)
        try:
            if not answer:
                raise RemoteProtocolError(f"{self.name}: an answer without its status")
            status = answer[0]
            if status & _STATUS in _GONE:
                raise CardGone(f"status {status & _STATUS:02X}")
            if status & _STATUS:
                raise CardBroken(f"status {status & _STATUS:02X}")
            return status, answer[1:]
        finally:
            wipe(answer)
