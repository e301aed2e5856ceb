"""Character sets of a terminal's texts (PA00P015 13.08 tags 14 and 27, chapter 15).

The codec reads every text as CP437, in which each byte is one character; what was agreed on at
registration is applied here, so that no byte is lost on the way.
"""

from __future__ import annotations

CP437, UTF_8, ASCII, LATIN_1 = 0xFF, 0xFE, 0x00, 0x01
SEVEN_BIT = -1
"""The ZVT character set of 7 bits, where umlauts stand for brackets. It has no number on the wire."""

_UMLAUTS = dict(zip("[\\]{|}~", "ÄÖÜäöüß", strict=True))
_TO_UMLAUTS = str.maketrans(_UMLAUTS)
_FROM_UMLAUTS = str.maketrans({umlaut: sign for sign, umlaut in _UMLAUTS.items()})

_CODECS = {
    ASCII: "ascii",
    CP437: "cp437",
    UTF_8: "utf-8",
    **{part: f"iso8859-{part}" for part in range(1, 17) if part != 12},
}
NAMES = {"cp437": CP437, "utf-8": UTF_8, "ascii": ASCII, "7-bit": SEVEN_BIT} | {
    f"iso8859-{part}": part for part in range(1, 17) if part != 12
}
"""Names for configuration."""


def known(number: int) -> bool:
    """Whether a character set of tag 14 is one of these."""
    return number in _CODECS


def read(text: str, charset: int) -> str:
    """What `text`, as the codec read it, means in this character set. Nothing raises: odd bytes show
    as replacement characters.
    """
    if charset == CP437 or (text.isascii() and charset != SEVEN_BIT):
        return text
    if charset == SEVEN_BIT:  # what is above 127 is CP437 (2.26)
        return text.translate(_TO_UMLAUTS)
    return text.encode("cp437", "replace").decode(_CODECS[charset], "replace")


def write(text: str, charset: int) -> str:
    """The text to hand to the codec, so that its bytes are those of this character set.

    What the set does not have is written as a question mark.
    """
    if charset == SEVEN_BIT:
        return text.translate(_FROM_UMLAUTS).encode("ascii", "replace").decode("ascii")
    return text.encode(_CODECS[charset], "replace").decode("cp437")
