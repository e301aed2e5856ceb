"""The tables of characters a receipt printer can be switched to (ESC t, ESC R)."""

from __future__ import annotations

from functools import lru_cache

MISSING = "\N{REPLACEMENT CHARACTER}"
"""Stands for a byte no table has; it is drawn as an empty box."""

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    32: "cp720",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    44: "cp1125",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
    53: "kz1048",
}
"""Number of the table in Epson's reference -> Python's name."""

_EURO = {13: 0xD5}
"""Where a table has had the euro sign since 1998, which Python's older one does not know."""
_VARIANTS = "#$@[\\]^`{|}~"
_NATIONS = (
    _VARIANTS,
    "#$à°ç§^`éùè¨",
    "#$§ÄÖÜ^`äöüß",
    "£$@[\\]^`{|}~",
    "#$@ÆØÅ^`æøå~",
    "#¤ÉÄÖÅÜéäöåü",
    "#$@°\\é^ùàòèì",
    "₧$@¡Ñ¿^`¨ñ}~",
    "#$@[¥]^`{|}~",
    "#¤ÉÆØÅÜéæøåü",
    "#$ÉÆØÅÜéæøåü",
    "#$á¡Ñ¿é`íñóú",
    "#$á¡Ñ¿éüíñóú",
    "#$@[₩]^`{|}~",
)
"""Twelve places of ASCII by international set, ESC R 0 to 13."""


@lru_cache(maxsize=256)
def _table(page: int, nation: int) -> str:
    """256 characters."""
    codec = CODE_PAGES.get(page, "ascii")
    table = "".join(bytes((code,)).decode(codec, errors="replace") for code in range(256))
    if page in _EURO:
        table = table[: _EURO[page]] + "€" + table[_EURO[page] + 1 :]
    if 0 < nation < len(_NATIONS):
        table = table.translate(str.maketrans(_VARIANTS, _NATIONS[nation]))
    return table


def characters(data: bytes, page: int, nation: int = 0) -> str:
    """The bytes as the printer shows them; MISSING for what its table does not have."""
    table = _table(page, nation)
    return "".join([table[byte] for byte in data])
