"""What a scanner sends, cut into codes. Sans-I/O: bytes and their time in, codes out.

What a customer shows of themselves is told apart on the bytes, before any text is made of them, and
is handed out in a buffer that is wiped.
A code ends with CR, LF or ETX, or where nothing follows for a while. It may begin with STX and
with an identifier of its symbology (ISO/IEC 15424: `]E0` and the like).
"""

from __future__ import annotations

from dataclasses import dataclass, field

GAP_SECONDS = 0.05
LONGEST = 4096
"""Bytes; no symbology holds more than 7089 digits, none that a shop uses more than this."""
CARD_PREFIX = b"CARD:"
CARD_SYMBOLOGIES = (b"", b"Q1", b"Q0", b"C0")
"""A customer's number comes as QR or Code 128, like staff codes, never as an article could."""
CARD_SHORTEST, CARD_LONGEST = 4, 32
_CARD_LETTERS = frozenset(b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_STX = 0x02
_ENDS = frozenset(b"\x03\r\n")
_CARRIED = frozenset(b"\x04\x1c\x1d\x1e\x1f")
"""Control bytes that are part of codes: GS1 separators and ISO/IEC 15434 envelopes."""


@dataclass(frozen=True, slots=True)
class Code:
    """One reading. `whole` False: torn, too long, or holding bytes no code has."""

    symbology: str
    text: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """What a customer showed, without the prefix. `number` is None if it cannot be one.

    Whoever is given it wipes it.
    """

    symbology: str
    length: int
    number: bytearray | None = field(default=None, repr=False)


Reading = Code | Card


class Framer:
    """Assembles the codes of one connection, in one buffer that never moves."""

    def __init__(self) -> None:
        self._pending = bytearray(LONGEST)
        self._length = 0
        self._opened = False
        self._spoilt = False
        self._ends_seen = False
        self._last = 0.0

    def feed(self, data: bytes | memoryview, now: float) -> list[Reading]:
        """The codes these bytes complete; `now` in seconds tells the gaps."""
        codes = self.idle(now)
        for byte in data:
            self._last = now
            self._take(byte, codes)
        return codes

    def idle(self, now: float) -> list[Reading]:
        """The code that the silence up to `now` has ended, if any.

        A scanner that has been seen to end its codes did not end this one: it is torn.
        """
        if not self.begun or now - self._last < GAP_SECONDS:
            return []
        return [self._finish(torn=self._ends_seen or self._opened)]

    @property
    def begun(self) -> bool:
        """Part of a scan has arrived."""
        return bool(self._length) or self._opened or self._spoilt

    def wipe(self) -> None:
        """Forget what has begun."""
        self._pending[:] = bytes(LONGEST)
        self._length = 0
        self._opened = self._spoilt = False

    def _take(self, byte: int, codes: list[Reading]) -> None:
        if byte == _STX:
            if self.begun:
                codes.append(self._finish(torn=True))
            self._opened = True
        elif byte in _ENDS:
            self._ends_seen = True
            if self.begun:
                codes.append(self._finish(torn=False))
        elif self._length >= LONGEST or (byte < 0x20 and byte not in _CARRIED):
            self._spoilt = True
        else:
            self._pending[self._length] = byte
            self._length += 1

    def _finish(self, *, torn: bool) -> Reading:
        spoilt, end = self._spoilt or torn, self._length
        found = Code("", "", whole=False) if spoilt else _card(self._pending, end)
        if found is None:
            found = _read(bytes(memoryview(self._pending)[:end]))
        self._pending[:end] = bytes(end)
        self._length = 0
        self._opened = self._spoilt = False
        return found


def _card(data: bytearray, end: int) -> Card | None:
    """A customer's number, if these bytes claim to be one; else None, and nothing was copied."""
    start = 3 if data.startswith(b"]", 0, end) else 0
    if not data.startswith(CARD_PREFIX, start, end):
        return None
    symbology = bytes(data[1:start])
    at = start + len(CARD_PREFIX)
    name = symbology.decode("ascii", "replace") if symbology.isalnum() else ""
    fits = (
        symbology in CARD_SYMBOLOGIES
        and CARD_SHORTEST <= end - at <= CARD_LONGEST
        and all(byte in _CARD_LETTERS for byte in memoryview(data)[at:end])
    )
    return Card(name, end - start, data[at:end] if fits else None)


def _read(data: bytes) -> Code:
    """Identifier and text apart. Text that is no UTF-8 is noise."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Code("", "", whole=False)
    symbology = ""
    if text.startswith("]"):
        symbology, text = text[1:3], text[3:]
    named = not symbology or (symbology.isascii() and symbology.isalnum())
    return Code(symbology, text) if text and named else Code("", "", whole=False)
