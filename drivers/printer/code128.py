"""Code 128 as receipt printers are told it: the host chooses the code sets (ISO/IEC 15417).

`{A`, `{B` and `{C` begin or change the set, `{S` shifts one character, `{1` to `{4` are FNC 1 to 4
and `{{` is a brace. In set C each byte of data is one pair of digits, 0 to 99.
"""

from __future__ import annotations

import re

_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232"
    " 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122"
    " 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311"
    " 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113"
    " 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422"
    " 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111"
    " 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121"
    " 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412"
    " 211214 211232 2331112"
)
_WIDTHS = tuple(_TABLE.split())
"""Bar and space widths in modules by symbol character; the last is the stop."""
_START = {"A": 103, "B": 104, "C": 105}
_CHANGE = {"A": 101, "B": 100, "C": 99}
_SHIFT, _FNC1, _STOP = 98, 102, 106
_FIXED = re.compile(r"0[0-4]|1[1-9]|20|3[1-6]|41")
"""GS1 element strings of predefined length, which need no separator."""


class Unprintable(ValueError):
    """Data that the symbol cannot hold."""


def bars(data: bytes) -> str:
    """The modules of a whole symbol, `1` dark. Raises Unprintable."""
    codes = _codes(data)
    check = (codes[0] + sum(place * code for place, code in enumerate(codes))) % 103
    return "".join(
        ("1" if place % 2 == 0 else "0") * int(width)
        for code in (*codes, check, _STOP)
        for place, width in enumerate(_WIDTHS[code])
    )


def gs1(data: bytes) -> bytes:
    """Element strings with brackets, `(01)...(10)...`, in the host's way of saying Code 128.

    Data without brackets is taken as it is, behind FNC 1.
    """
    text = data.decode("ascii", errors="replace")
    elements = re.findall(r"\((\d{2,4})\)([^(]*)", text)
    if not elements:
        return data if data.startswith(b"{") else b"{B{1" + data
    said = "{B{1"
    for number, (identifier, value) in enumerate(elements):
        said += (identifier + value.replace(" ", "")).replace("{", "{{")
        if number < len(elements) - 1 and not _FIXED.match(identifier):
            said += "{1"
    return said.encode("ascii", errors="replace")


def _codes(data: bytes) -> list[int]:
    if data[:2] not in (b"{A", b"{B", b"{C"):
        raise Unprintable("Code 128 begins with {A, {B or {C")
    current = chr(data[1])
    codes, at = [_START[current]], 2
    shifted = ""
    while at < len(data):
        byte = data[at]
        if byte == 0x7B and at + 1 < len(data) and data[at + 1] != 0x7B:
            what = chr(data[at + 1])
            at += 2
            if what in _CHANGE:
                current = what
                codes.append(_CHANGE[what])
            elif what == "S" and current != "C":
                shifted = "B" if current == "A" else "A"
                codes.append(_SHIFT)
            else:
                codes.append(_function(what, current))
            continue
        at += 2 if byte == 0x7B else 1
        codes.append(_character(byte, shifted or current))
        shifted = ""
    return codes


def _function(what: str, current: str) -> int:
    if what == "1":
        return _FNC1
    known = {"2": 97, "3": 96, "4": 101 if current == "A" else 100}
    if what not in known or current == "C":
        raise Unprintable(f"Code 128 has no {{{what} in set {current}")
    return known[what]


def _character(byte: int, current: str) -> int:
    if current == "C" and byte < 100:
        return byte
    if current == "B" and 0x20 <= byte < 0x80:
        return byte - 0x20
    if current == "A" and byte < 0x60:
        return byte - 0x20 if byte >= 0x20 else byte + 0x40
    raise Unprintable(f"Code 128 has no {byte:02X} in set {current}")
