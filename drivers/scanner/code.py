"""What a scanner sends, cut into codes. Sans-I/O: bytes and their time in, codes out.

A code ends with CR, LF or ETX, or where nothing follows for a while. It may begin with STX and
with an identifier of its symbology (ISO/IEC 15424: `]E0` and the like).
"""

from __future__ import annotations

from dataclasses import dataclass

GAP_SECONDS = 0.05
LONGEST = 4096
"""Bytes; no symbology holds more than 7089 digits, none that a shop uses more than this."""
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


class Framer:
    """Assembles the codes of one connection."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._opened = False
        self._spoilt = False
        self._ends_seen = False
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Code]:
        """The codes these bytes complete; `now` in seconds tells the gaps."""
        codes = self.idle(now)
        for byte in data:
            self._last = now
            self._take(byte, codes)
        return codes

    def idle(self, now: float) -> list[Code]:
        """The code that the silence up to `now` has ended, if any.

        A scanner that has been seen to end its codes did not end this one: it is torn.
        """
        if not self.begun or now - self._last < GAP_SECONDS:
            return []
        return [self._finish(torn=self._ends_seen or self._opened)]

    @property
    def begun(self) -> bool:
        """Part of a scan has arrived."""
        return bool(self._pending) or self._opened or self._spoilt

    def _take(self, byte: int, codes: list[Code]) -> None:
        if byte == _STX:
            if self.begun:
                codes.append(self._finish(torn=True))
            self._opened = True
        elif byte in _ENDS:
            self._ends_seen = True
            if self.begun:
                codes.append(self._finish(torn=False))
        elif len(self._pending) >= LONGEST or (byte < 0x20 and byte not in _CARRIED):
            self._spoilt = True
        else:
            self._pending.append(byte)

    def _finish(self, *, torn: bool) -> Code:
        data, spoilt = bytes(self._pending), self._spoilt or torn
        self._pending.clear()
        self._opened = self._spoilt = False
        return Code("", "", whole=False) if spoilt else _read(data)


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
