"""NFC Forum Type 4 tags (Type 4 Tag 3.0, mapping versions 2 and 3): NTAG 424, DESFire, phones."""

from __future__ import annotations

from drivers.cards.tag import MESSAGE_MOST, Ask, CardBroken, Dialogue
from kiosk.vault import wipe

NDEF_AID = bytes.fromhex("D2760000850101")
CC_FILE = 0xE103
FIRST_READ = 128
"""Length and message in one command, for most cards; a card in a shop holds some 60 to 110 bytes."""
READ_MOST = 0xF0
"""Of one READ BINARY: an answer fits one block of 256 bytes and one frame of every chip."""
_CC_BYTES = 15
_FILE_CONTROL, _LONG_FILE_CONTROL = 0x04, 0x06
_DONE, _END_OF_FILE, _WRONG_LENGTH = 0x9000, 0x6282, 0x6C00
_NO_SUCH_PLACE = (0x6700, 0x6B00, 0x6A86)


def read() -> Dialogue[bytearray | None]:
    """The NDEF message, empty where there is none, None where this is no NDEF tag.

    Raises CardBroken for a card that lies about its files.
    """
    select = bytes((0x00, 0xA4, 0x04, 0x00, len(NDEF_AID))) + NDEF_AID + b"\x00"
    if _status((yield Ask(select))) != _DONE:
        return None
    if _status((yield _select(CC_FILE))) != _DONE:
        return None
    file = yield from _capabilities()
    if file is None:
        return None
    if _status((yield _select(file.id))) != _DONE:
        return None
    return (yield from file.message())


def _capabilities() -> Dialogue[_File | None]:
    """The NDEF file that the capability container tells of, None for one we may not read."""
    cc = yield from _read(0, _CC_BYTES)
    if len(cc) < _CC_BYTES or int.from_bytes(cc[:2], "big") < _CC_BYTES:
        raise CardBroken("a capability container that is too short")
    if cc[2] >> 4 not in (2, 3):
        return None
    most = int.from_bytes(cc[3:5], "big")
    if most < _CC_BYTES:
        raise CardBroken("a card that lets nothing be read at once")
    if cc[7] == _FILE_CONTROL and cc[8] == 6:
        size, access, width = int.from_bytes(cc[11:13], "big"), cc[13], 2
    elif cc[7] == _LONG_FILE_CONTROL and cc[8] == 8 and cc[2] >> 4 == 3:
        rest = yield from _read(_CC_BYTES, 2)
        if len(rest) < 2:
            raise CardBroken("a capability container that is cut off")
        size, access, width = int.from_bytes(cc[11:15], "big"), rest[0], 4
    else:
        raise CardBroken("no NDEF file")
    if access:
        return None
    return _File(int.from_bytes(cc[9:11], "big"), size, width, min(most, READ_MOST))


class _File:
    """The selected NDEF file. `width`: of its length field; `most`: bytes of one READ BINARY."""

    def __init__(self, number: int, size: int, width: int, most: int) -> None:
        self.id = number
        self._size = size
        self._width = width
        self._most = most

    def message(self) -> Dialogue[bytearray]:
        """Read length and message. Raises CardBroken."""
        data = yield from _read(0, min(FIRST_READ, self._most, self._size), or_less=self._width)
        try:
            if len(data) < self._width:
                raise CardBroken("an NDEF file without its length")
            length = int.from_bytes(data[: self._width], "big")
            if length > MESSAGE_MOST or self._width + length > self._size:
                raise CardBroken("a message longer than its file")
            message = bytearray(length)
            done = min(len(data) - self._width, length)
            message[:done] = memoryview(data)[self._width : self._width + done]
        finally:
            wipe(data)
        try:
            yield from self._rest(message, done)
        except BaseException:  # the runner giving up included: what was read is not left behind
            wipe(message)
            raise
        return message

    def _rest(self, message: bytearray, done: int) -> Dialogue[None]:
        while done < len(message):
            more = yield from _read(self._width + done, min(self._most, len(message) - done))
            if not more:
                raise CardBroken("a file that ends before its message")
            message[done : done + len(more)] = more
            done += len(more)
            wipe(more)


def _read(offset: int, count: int, *, or_less: int = 0) -> Dialogue[bytearray]:
    """READ BINARY: at most `count` bytes, the caller's to wipe. Raises CardBroken.

    `or_less`: what to ask for instead where the card does not like to be asked beyond what it holds.
    """
    answer = yield _read_binary(offset, count)
    status = _status(answer)
    if status & 0xFF00 == _WRONG_LENGTH and 0 < status & 0xFF < count:
        answer = yield _read_binary(offset, status & 0xFF)
        status = _status(answer)
    elif status in _NO_SUCH_PLACE and 0 < or_less < count:
        answer = yield _read_binary(offset, or_less)
        status = _status(answer)
    if status not in (_DONE, _END_OF_FILE):
        raise CardBroken(f"a file that cannot be read ({status:04X})")
    return bytearray(memoryview(answer)[: min(count, len(answer) - 2)])


def _read_binary(offset: int, count: int) -> Ask:
    if offset > 0x7FFF:
        raise CardBroken("a file beyond what can be read")
    return Ask(bytes((0x00, 0xB0, offset >> 8, offset & 0xFF, count)))


def _select(file: int) -> Ask:
    return Ask(bytes((0x00, 0xA4, 0x00, 0x0C, 0x02, file >> 8, file & 0xFF)))


def _status(answer: bytearray) -> int:
    if len(answer) < 2:
        raise CardBroken("an answer without its status")
    return int.from_bytes(answer[-2:], "big")
