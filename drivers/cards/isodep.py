"""ISO/IEC 14443-4, the half-duplex block protocol, sans-I/O and in both roles.

Reader side: dialogues whose asks are frames without CRC; an empty answer means silence or a broken
frame. Card side, for simulators: `Picc.answer`. Every loop ends: by blocks, by bytes, and by the
deadline of whoever runs the dialogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.cards.tag import (
    FRAMES_MOST,
    MESSAGE_MOST,
    Ask,
    CardBroken,
    CardGone,
    CardSlow,
    Dialogue,
)

SIZES = (16, 24, 32, 40, 48, 64, 96, 128, 256)
"""Frame bytes by FSCI and FSDI; what is reserved counts as 256."""
RETRIES = 2
"""Repeats of one block before the card counts as gone."""
ANSWER_MOST = MESSAGE_MOST + 2
"""Bytes of one answer, its status word included."""
_RATS = bytes((0xE0, 0x80))
"""FSDI 8, 256 bytes; CID 0, which a card that knows none ignores."""
_CRC_AND_PCB = 3

I_BLOCK, R_ACK, R_NAK, S_DESELECT, S_WTX = 0x02, 0xA2, 0xB2, 0xC2, 0xF2
"""Protocol control bytes without CID and NAD; the lowest bit is the block number."""
_CHAIN = 0x10
_WTX_MOST = 59


@dataclass(frozen=True, slots=True)
class Ats:
    """What a card says of itself. `frame_most`: bytes it takes; `wait`: seconds it may take."""

    frame_most: int = 32
    wait: float = 0.00483


def parse_ats(data: bytes | bytearray) -> Ats:
    """An answer to select. Raises CardBroken."""
    if not data or data[0] != len(data):
        raise CardBroken("an ATS of a wrong length")
    if len(data) == 1:
        return Ats()
    form = data[1]
    fields = sum(bool(form & bit) for bit in (0x10, 0x20, 0x40))
    if len(data) < 2 + fields:
        raise CardBroken("an ATS that lacks a byte it announces")
    wait_code = 4
    if form & 0x20:
        wait_code = data[2 + bool(form & 0x10)] >> 4
    wait_code = 4 if wait_code == 15 else wait_code  # 15 is reserved, and stands for the default
    return Ats(SIZES[min(form & 0x0F, 8)], 0.000302 * 2**wait_code)


class Pcd:
    """The reader's side of one activated card."""

    def __init__(self) -> None:
        self._number = 0
        self._ats = Ats()

    def activate(self) -> Dialogue[Ats]:
        """Ask for the ATS (RATS). Raises CardGone, CardBroken."""
        for _ in range(RETRIES + 1):
            answer = yield Ask(_RATS, 0.05, quiet=True)
            if answer:
                self.selected(parse_ats(answer))
                return self._ats
        raise CardGone("no answer to RATS")

    def selected(self, ats: Ats) -> None:
        """The card was activated by somebody else, and said this."""
        self._ats, self._number = ats, 0

    def transceive(self, apdu: bytes, seconds: float) -> Dialogue[bytearray]:
        """One APDU and its answer, which is the caller's to wipe. Raises CardError."""
        exchange = _Exchange(self._number, self._ats, seconds)
        try:
            yield from exchange.send(apdu)
            yield from exchange.receive()
        except (CardGone, CardBroken, CardSlow, GeneratorExit):
            exchange.wipe()
            raise
        self._number = exchange.number
        return exchange.answer

    def here(self) -> Dialogue[bool]:
        """Whether the card still answers: R(NAK) is acknowledged where nothing is open."""
        answer = yield Ask(bytes((R_NAK | self._number,)), max(self._ats.wait, 0.01), quiet=True)
        return bool(answer)


class _Exchange:
    """One APDU on its way: blocks out, blocks in, each tried a few times."""

    def __init__(self, number: int, ats: Ats, seconds: float) -> None:
        self.number = number
        self.answer = bytearray()
        self._ats = ats
        self._seconds = seconds
        self._blocks = 0
        self._last = bytearray()

    def wipe(self) -> None:
        for buffer in (self.answer, self._last):
            buffer[:] = bytes(len(buffer))

    def send(self, apdu: bytes) -> Dialogue[None]:
        """All blocks of the command; what answers the last one is left for `receive`."""
        size = self._ats.frame_most - _CRC_AND_PCB
        pieces = [apdu[at : at + size] for at in range(0, len(apdu), size)] or [b""]
        for piece in pieces[:-1]:
            block = bytes((I_BLOCK | _CHAIN | self.number,)) + piece
            yield from self._ask(block, R_NAK | self.number)
            if self._last[0] & ~1 != R_ACK:
                raise CardBroken("an answer before the command was whole")
            self.number ^= 1
        block = bytes((I_BLOCK | self.number,)) + pieces[-1]
        yield from self._ask(block, R_NAK | self.number)

    def receive(self) -> Dialogue[None]:
        """The blocks of the answer."""
        while True:
            head = self._last[0]
            if head & 0xEE != I_BLOCK or head & 1 != self.number:
                raise CardBroken("a block that answers nothing")
            self.answer += memoryview(self._last)[1:]
            self._last[:] = bytes(len(self._last))
            self.number ^= 1
            if len(self.answer) > ANSWER_MOST:
                raise CardBroken("an answer without end")
            if not head & _CHAIN:
                return
            acknowledge = bytes((R_ACK | self.number,))
            yield from self._ask(acknowledge, acknowledge[0])

    def _ask(self, block: bytes, complaint: int) -> Dialogue[None]:
        """Send a block until one comes back that is no wish for time and no repeat.

        `complaint`: what is said when nothing comes.
        """
        frame, wait, tries = block, self._patience(1), 0
        while True:
            self._blocks += 1
            if self._blocks > FRAMES_MOST:
                raise CardSlow("too many blocks")
            answer = yield Ask(frame, wait, quiet=True)
            wait = self._patience(1)
            if answer and answer[0] == S_WTX:
                times = answer[1] & 0x3F if len(answer) == 2 else 0
                if not 0 < times <= _WTX_MOST:
                    raise CardBroken("a wish for time that is none")
                frame, wait = bytes((S_WTX, times)), self._patience(times)
                continue
            if answer and not self._lost(answer[0], block[0]):
                self._last[:] = answer
                return
            tries += 1
            if tries > RETRIES:
                raise CardBroken("the same block again and again") if answer else CardGone("silent")
            frame = block if answer else bytes((complaint,))

    def _lost(self, head: int, sent: int) -> bool:
        """Whether the card says with R(ACK) that it has not had our block."""
        return head & ~1 == R_ACK and (head & 1 != self.number or not sent & _CHAIN)

    def _patience(self, times: int) -> float:
        return min(max(self._ats.wait * times * 1.1, 0.02), self._seconds)


class Picc:
    """The card's side. `apdu`: what the card says to a command."""

    def __init__(
        self, apdu: Callable[[bytes], bytes], ats: bytes = b"\x06\x75\x77\x81\x02\x80"
    ) -> None:
        self.ats = ats
        self._apdu = apdu
        self._number = 1
        self._reader_most = 32
        self._command = bytearray()
        self._rest = b""
        self._last: bytes | None = None

    def answer(self, frame: bytes) -> bytes | None:
        """What the card says to a frame without CRC; None where it keeps silent."""
        if not frame:
            return None
        head = frame[0]
        if head == _RATS[0]:
            self._reader_most = SIZES[min(frame[1] >> 4, 8)] if len(frame) > 1 else SIZES[0]
            self._number, self._command, self._rest = 1, bytearray(), b""
            return self.ats
        if head == S_DESELECT:
            return frame
        if head & 0xEE == I_BLOCK:
            self._number ^= 1  # rule D: toggled by each I-block, whatever its number
            self._last = self._command_block(frame)
        elif head & 0xEE == R_ACK & 0xEE:
            return self._repeat(head)
        else:
            return None
        return self._last

    def _command_block(self, frame: bytes) -> bytes | None:
        self._command += frame[1:]
        if frame[0] & _CHAIN:
            return bytes((R_ACK | self._number,))
        command, self._command = bytes(self._command), bytearray()
        self._rest = self._apdu(command)
        return self._next() if self._rest else None

    def _next(self) -> bytes:
        size = self._reader_most - _CRC_AND_PCB
        piece, self._rest = self._rest[:size], self._rest[size:]
        return bytes((I_BLOCK | (_CHAIN if self._rest else 0) | self._number,)) + piece

    def _repeat(self, head: int) -> bytes | None:
        """R blocks: the last one again, a fresh acknowledgement, or the next of a chain."""
        if head & 1 == self._number:
            return self._last
        if head & 0x10:
            return bytes((R_ACK | self._number,))
        if not self._rest:
            return None
        self._number ^= 1
        self._last = self._next()
        return self._last
