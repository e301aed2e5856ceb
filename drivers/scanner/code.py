"""What a scanner sends, cut into codes. Sans-I/O: bytes and their time in, codes out.

What a customer shows of themselves is told apart on the bytes, before any text is made of them, and
is handed out in a buffer that is wiped.
Two texts are a customer's: `CARD:` and a number, `OK1:` and a signed token in Base45 (RFC 9285).
A code ends with CR, LF or ETX, or where nothing follows for a while. It may begin with STX and
with an identifier of its symbology (ISO/IEC 15424: `]E0` and the like).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.vault import EvidenceKind

GAP_SECONDS = 0.05
LONGEST = 4096
"""Bytes; no symbology holds more than 7089 digits, none that a shop uses more than this."""
CARD_PREFIX = b"CARD:"


@dataclass(frozen=True, slots=True)
class _Form:
    """How a customer's code looks behind its prefix."""

    kind: EvidenceKind
    symbologies: tuple[bytes, ...]
    shortest: int
    longest: int
    letters: frozenset[int]


_FORMS = {
    CARD_PREFIX: _Form(
        EvidenceKind.TEST_CARD,
        (b"", b"Q1", b"Q0", b"C0"),
        4,
        32,
        frozenset(b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ),
    b"OK1:": _Form(
        EvidenceKind.COSE_TOKEN,
        (b"", b"Q1", b"Q0", b"d1", b"z0"),
        64,
        496,  # what a sealed question holds beside the showing
        frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
    ),
}
"""By prefix. They come as QR, Aztec, Data Matrix or Code 128, never as an article could."""
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
    """What a customer showed, without the prefix. `shown` is None if it cannot be such a code.

    Whoever is given it wipes it.
    """

    symbology: str
    length: int
    kind: EvidenceKind = EvidenceKind.TEST_CARD
    shown: bytearray | None = field(default=None, repr=False)


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
    """A customer's code, if these bytes claim to be one; else None, and nothing was copied."""
    start = 3 if data.startswith(b"]", 0, end) else 0
    prefix = next((each for each in _FORMS if data.startswith(each, start, end)), None)
    if prefix is None:
        return None
    form = _FORMS[prefix]
    symbology = bytes(data[1:start])
    at = start + len(prefix)
    name = symbology.decode("ascii", "replace") if symbology.isalnum() else ""
    fits = (
        symbology in form.symbologies
        and form.shortest <= end - at <= form.longest
        and all(byte in form.letters for byte in memoryview(data)[at:end])
    )
    return Card(name, end - start, form.kind, data[at:end] if fits else None)


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
