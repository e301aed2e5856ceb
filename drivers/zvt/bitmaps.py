"""The bitmaps (BMP) of ZVT data, as PA00P015 13.08 chapter 13 lists them.

A bitmap is an id byte, a length by the rule of that id, and content. A line here is: id, name, rule.
"""

from __future__ import annotations

from typing import NamedTuple

LL, LLL, CONTAINER = -2, -3, -6
"""Length rules beside a fixed number of bytes: two or three digit bytes `F0`-`F9`, or BER."""


class Bitmap(NamedTuple):
    """What stands behind an id: a name for people, and the number of bytes or a rule for it."""

    name: str
    length: int


BITMAPS: dict[int, Bitmap] = {
    0x01: Bitmap("timeout", 1),
    0x02: Bitmap("most results asked for", 1),
    0x03: Bitmap("service byte", 1),
    0x04: Bitmap("amount", 6),
    0x05: Bitmap("pump number", 1),
    0x06: Bitmap("TLV container", CONTAINER),
    0x0B: Bitmap("trace number", 3),
    0x0C: Bitmap("time HHMMSS", 3),
    0x0D: Bitmap("date MMDD", 2),
    0x0E: Bitmap("card expiry YYMM", 2),
    0x17: Bitmap("card sequence number", 2),
    0x19: Bitmap("status byte, payment type or card type", 1),
    0x22: Bitmap("card number", LL),
    0x23: Bitmap("track 2", LL),
    0x24: Bitmap("track 3", LLL),
    0x27: Bitmap("result code", 1),
    0x29: Bitmap("terminal id", 4),
    0x2A: Bitmap("merchant's contract number", 15),
    0x2D: Bitmap("track 1", LL),
    0x2E: Bitmap("synchronous chip data", LLL),
    0x37: Bitmap("trace number of the original", 3),
    0x3A: Bitmap("card verification value", 2),
    0x3B: Bitmap("authorisation attribute", 8),
    0x3C: Bitmap("additional text", LLL),
    0x3D: Bitmap("password", 3),
    0x49: Bitmap("currency", 2),
    0x4C: Bitmap("blocked goods groups", LL),
    0x60: Bitmap("single totals", LLL),
    0x70: Bitmap("image id", 4),
    0x71: Bitmap("image size", 4),
    0x72: Bitmap("image type", 1),
    0x73: Bitmap("image encoding", 1),
    0x74: Bitmap("image chunks", 1),
    0x75: Bitmap("image chunk index", 1),
    0x87: Bitmap("receipt number", 2),
    0x88: Bitmap("turnover number", 3),
    0x8A: Bitmap("card type", 1),
    0x8B: Bitmap("card name", LL),
    0x8C: Bitmap("network operator's card type", 1),
    0x92: Bitmap("offline additional text", LLL),
    0x9A: Bitmap("GeldKarte record", LLL),
    0xA0: Bitmap("host's result code", 1),
    0xA7: Bitmap("chip data EF_ID", LL),
    0xAA: Bitmap("date YYMMDD", 3),
    0xAF: Bitmap("EF_Info", LLL),
    0xBA: Bitmap("authorisation parameter", 5),
    0xD0: Bitmap("algorithm key", 1),
    0xD1: Bitmap("PIN data", LL),
    0xD2: Bitmap("card output direction", 1),
    0xD3: Bitmap("DUKPT key", 1),
    0xE0: Bitmap("shortest input", 1),
    **{0xE1 + line: Bitmap(f"second text, line {line + 1}", LL) for line in range(8)},
    0xE9: Bitmap("longest input", 1),
    0xEA: Bitmap("echo of input", 1),
    0xEB: Bitmap("MAC over the texts", 8),
    0xF0: Bitmap("seconds of display", 1),
    **{0xF1 + line: Bitmap(f"text, line {line + 1}", LL) for line in range(8)},
    0xF9: Bitmap("beeps", 1),
    0xFA: Bitmap("card reader activation", 1),
    0xFB: Bitmap("confirmation of input", 1),
    0xFC: Bitmap("dialogue control", 1),
    0xFD: Bitmap("display device", 1),
}

SECRET = frozenset({0x22, 0x23, 0x24, 0x2D, 0x2E, 0x3A, 0x3D, 0x9A, 0xA7, 0xD1})
"""Card number, tracks, chip data, check value, PIN data, password: never shown or kept unmasked."""
