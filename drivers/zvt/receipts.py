"""What a terminal prints: lines (06 D1) and blocks (06 D3) as parts of slips. Pure.

A customer's slip is never changed. All others, and parts that do not tell whose they are, lose all but
the end of long numbers: merchants' slips name cards and accounts, and they are journalled. What the
attribute says (PA00P015 13.08 table 16) becomes a style beside each line, and indents become blanks.
Parts are joined by `kiosk.receipt.joined`.
"""

from __future__ import annotations

import re

from drivers.zvt import charsets
from drivers.zvt.fields import Container, DecodeError, Tag, read_container, read_length
from drivers.zvt.masking import starred
from drivers.zvt.messages import PrintLine, PrintTextBlock
from kiosk.receipt import Slip

_KINDS = {b"\x01": "merchant", b"\x02": "customer", b"\x03": "admin"}
_FEEDS = 0xFF
_MOST_FEEDS = 20
_INFORMATION = 0x1F37
_SIGNATURE_FIELD = 0x02
_POSITIVE = 0x01

_SAYS_MERCHANT = re.compile(
    r"\bh\S{0,2}ndler[- ]?beleg|\bbeleg f\S{0,2}r (den )?h\S{0,2}ndler"
    r"|merchant (copy|receipt)|kassenbeleg",
    re.IGNORECASE,
)
"""Whatever became of an umlaut: text in another character set than was agreed on has other letters."""
_SAYS_CUSTOMER = re.compile(
    r"kunden[- ]?beleg|\bbeleg f\S{0,2}r (den )?kunden?\b|customer (copy|receipt)", re.IGNORECASE
)
_FIELD = re.compile(
    r"[\sX_.]*\b((karteninhaber|kunde|cardholder|customer)\s+)?(unterschrift|signature)"
    r"(\s+(des\s+)?(karteninhabers?|kunden?|cardholder|customer))?(\s*:)?[\sX_.]*"
    r"|\s*X\s*[_.]{3}[\s_.]*",
    re.IGNORECASE,
)
"""A line to sign on, whole. Most that is said of signatures on slips is that none is wanted."""
_WANTS_NONE = re.compile(r"\s*(ist\s+)?(nicht|entfällt|not)\b", re.IGNORECASE)


def part_of(message: PrintLine | PrintTextBlock, charset: int = charsets.CP437) -> Slip:
    """A part of a slip; it has ended if the terminal said so."""
    part = (
        _line(message, charset) if isinstance(message, PrintLine) else _block(message.tlv, charset)
    )
    told = isinstance(message, PrintTextBlock) and message.tlv and message.tlv.find(_INFORMATION)
    kind = part.kind or _kind_said(part.lines)
    return Slip(
        kind,
        part.lines if kind == "customer" else tuple(map(starred, part.lines)),
        part.styles,
        part.ended,
        part.signature if told else _has_field(part.lines),
    )


def _line(message: PrintLine, charset: int) -> Slip:
    attribute = message.attribute
    text = _without_container(message.text)
    if attribute == _FEEDS:
        count = min(ord(text[0]), _MOST_FEEDS) if text else 1
        return Slip("", ("",) * count, ended=False)
    style, line = _styled(attribute, printable(charsets.read(text, charset)))
    return Slip("", (line,), (style,) if style else (), ended=_ends(attribute))


def _without_container(text: str) -> str:
    """Some terminals append a container to the text, though 06 D1 has none."""
    at = text.find("\x06")
    if at < 0:
        return text
    data = text[at:].encode("cp437")
    try:
        start, size = read_length(data, 1, len(data))
        whole = start + size == len(data) and bool(read_container(data[start:]).tags)
    except DecodeError:
        return text
    return text[:at] if whole else text


def _block(tlv: Container | None, charset: int) -> Slip:
    kind = tlv.find(0x1F07) if tlv else None
    information = tlv.find(_INFORMATION) if tlv else None
    flags = information.data[0] if information and information.data else 0
    holder = tlv.find(0x25) if tlv else None
    lines, styles, ended = _lines(holder, charset)
    return Slip(
        _KINDS.get(kind.data if kind else b"", ""),
        lines,
        styles if any(styles) else (),
        ended,
        bool(flags & _SIGNATURE_FIELD and flags & _POSITIVE),
    )


def _lines(holder: Tag | None, charset: int) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Lines, their styles, and whether the slip ends here (tag 25)."""
    lines: list[str] = []
    styles: list[str] = []
    attribute, ended = 0, False
    for tag in holder.value if holder and not isinstance(holder.value, bytes) else ():
        if tag.number == 0x09 and tag.data:
            attribute = tag.data[0]
            if attribute == _FEEDS:
                lines.append("")
                styles.append("")
                attribute = 0
            elif _ends(attribute):
                ended = True
        elif tag.number == 0x07:
            text = charsets.read(tag.data.decode("cp437"), charset)
            style, line = _styled(attribute, printable(text))
            lines.append(line)
            styles.append(style)
    return tuple(lines), tuple(styles), ended


def _ends(attribute: int) -> bool:
    """Table 16: 1xxxxxxx, but not 80, is the last line."""
    return attribute & 0x80 != 0 and attribute not in (0x80, _FEEDS)


def _styled(attribute: int, text: str) -> tuple[str, str]:
    words = (("centre", 0x40), ("wide", 0x20), ("tall", 0x10))
    style = " ".join(word for word, bit in words if attribute & bit)
    indent = 0 if attribute & 0x40 or not text or _ends(attribute) else attribute & 0x0F
    return style, " " * indent + text


def _kind_said(lines: tuple[str, ...]) -> str:
    """06 D1 carries no receipt type: what the slip calls itself tells."""
    for line in lines:
        if _SAYS_MERCHANT.search(line):
            return "merchant"
        if _SAYS_CUSTOMER.search(line):
            return "customer"
    return ""


def _has_field(lines: tuple[str, ...]) -> bool:
    """Whether a line is one to sign on, which the next does not take back."""
    return any(
        _FIELD.fullmatch(line) and not _WANTS_NONE.match(after)
        for line, after in zip(lines, (*lines[1:], ""), strict=False)
    )


def printable(text: str | None) -> str:
    """Up to a NUL, without control characters; blanks at the end go."""
    return "".join(each for each in (text or "").split("\0")[0] if each.isprintable()).rstrip()
