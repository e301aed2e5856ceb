"""NFC Forum Type 2 tags (Type 2 Tag 1.2): NTAG21x, MIFARE Ultralight and the like.

Plain READ alone, four pages at a time: it is the one command that every tag and every reader has.
"""

from __future__ import annotations

from drivers.cards.tag import MESSAGE_MOST, Ask, CardBroken, Dialogue
from kiosk.vault import wipe

PAGE = 4
READ_BYTES = 16
_READ = 0x30
_CC_PAGE = 3
_DATA_PAGE = 4
_MAGIC = 0xE1
_PAGES_MOST = 256
"""Of one sector; a tag of several sectors holds its message in the first, or is not read."""

_NULL, _LOCK, _MEMORY, _NDEF, _TERMINATOR = 0x00, 0x01, 0x02, 0x03, 0xFE


def read() -> Dialogue[bytearray | None]:
    """The NDEF message, empty where there is none, None where this is no NDEF tag.

    Raises CardBroken for a tag that lies about its memory.
    """
    area = _Area()
    try:
        if not (yield from area.open()):
            return None
        return (yield from _message(area))
    finally:
        wipe(area.data)


class _Area:
    """The data area as far as it was read; reserved bytes are left out of it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.size = 0
        self.filled = 0
        self._page = _DATA_PAGE
        self._reserved: set[int] = set()
        """Byte addresses of the tag that hold no data."""

    def open(self) -> Dialogue[bool]:
        """Whether the capability container tells of NDEF."""
        answer = yield _ask(_CC_PAGE)
        if len(answer) != READ_BYTES or answer[0] != _MAGIC or answer[1] >> 4 != 1:
            return False
        if answer[3] >> 4:  # not free to be read
            return False
        self.size = min(answer[2] * 8, (_PAGES_MOST - _DATA_PAGE) * PAGE)
        self.data = bytearray(self.size)  # never grows: growing would leave a copy behind
        self.filled = min(READ_BYTES - PAGE, self.size)
        self.data[: self.filled] = memoryview(answer)[PAGE : PAGE + self.filled]
        self._page = _CC_PAGE + READ_BYTES // PAGE
        return True

    def need(self, end: int) -> Dialogue[None]:
        """Read on until the first `end` bytes are there. Raises CardBroken beyond the memory."""
        while self.filled < end:
            start = self._page * PAGE
            room = self.size - (start - _DATA_PAGE * PAGE)
            if room <= 0:
                raise CardBroken("data that goes on beyond the memory")
            answer = yield _ask(self._page)
            if len(answer) != READ_BYTES:
                raise CardBroken("a page that cannot be read")
            for place in range(min(READ_BYTES, room)):
                if start + place not in self._reserved:
                    self.data[self.filled] = answer[place]
                    self.filled += 1
            self._page += READ_BYTES // PAGE

    def reserve(self, value: memoryview, *, bits: bool) -> None:
        """Leave out what a control TLV points at; it lies behind what was read."""
        if len(value) != 3:
            raise CardBroken("a control block of a wrong length")
        count = value[1] or 256
        start = (value[0] >> 4) * (1 << (value[2] & 0x0F)) + (value[0] & 0x0F)
        length = (count + 7) // 8 if bits else count
        self._reserved.update(range(start, start + length))


def _message(area: _Area) -> Dialogue[bytearray | None]:
    """Walk the TLV blocks up to the message."""
    at = 0
    while at < area.size:
        yield from area.need(at + 1)
        kind = area.data[at]
        at += 1
        if kind == _NULL:
            continue
        if kind == _TERMINATOR:
            break
        yield from area.need(at + 1)
        length = area.data[at]
        at += 1
        if length == 0xFF:
            yield from area.need(at + 2)
            length = int.from_bytes(area.data[at : at + 2], "big")
            at += 2
        if at + length > area.size or length > MESSAGE_MOST:
            raise CardBroken("a block longer than the memory")
        yield from area.need(at + length)
        value = memoryview(area.data)[at : at + length]
        if kind == _NDEF:
            return bytearray(value)
        if kind in (_LOCK, _MEMORY):
            area.reserve(value, bits=kind == _LOCK)
        value.release()
        at += length
    return bytearray()


def _ask(page: int) -> Ask:
    return Ask(bytes((_READ, page)), 0.05)
