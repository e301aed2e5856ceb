"""Which article a scanned code names: EAN-13, EAN-8, UPC-A and UPC-E with their check digits.

Check digits and the expansion of UPC-E after the GS1 General Specifications, section 7.9 and
5.2.2.4; symbology identifiers after ISO/IEC 15424 (`E0` EAN-13/UPC, `E3` with add-on, `E4` EAN-8).
"""

from __future__ import annotations

from kiosk.checkout.events import CodeFault
from kiosk.ids import Gtin

_PLAIN_LENGTHS = {"": (8, 12, 13), "E0": (8, 12, 13), "E4": (8,)}
_ADD_ONS = (2, 5)


def gtin_of(symbology: str, text: str) -> Gtin | CodeFault:
    """The GTIN of a code, else CHECK_DIGIT (misread) or FOREIGN (not a kind sold by).

    `symbology` is empty for a scanner that does not name it; the length tells then.
    """
    digits = _without_add_on(text) if symbology == "E3" else text
    lengths = _PLAIN_LENGTHS.get("E0" if symbology == "E3" else symbology, ())
    if len(digits) not in lengths or not (digits.isascii() and digits.isdigit()):
        return CodeFault.FOREIGN
    # A scanner that names EAN-8 as E4 means UPC-E by eight digits under E0.
    candidates = [expanded(digits)] if len(digits) == 8 and symbology != "E4" else []
    if not candidates or symbology == "":
        candidates.insert(0, digits)
    for candidate in candidates:
        if candidate and candidate[-1] == check_digit(candidate[:-1]):
            return Gtin(int(candidate))
    return CodeFault.CHECK_DIGIT


def check_digit(digits: str) -> str:
    """The digit that completes a GTIN: weights 3 and 1 from the right."""
    weighted = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return str(-weighted % 10)


def expanded(upc_e: str) -> str | None:
    """The twelve digits of UPC-A that eight digits of UPC-E stand for; None if they cannot be."""
    system, body, check = upc_e[0], upc_e[1:7], upc_e[7]
    if system not in "01":
        return None
    last = body[5]
    if last in "012":
        middle = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        middle = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        middle = f"{body[:4]}00000{body[4]}"
    else:
        middle = f"{body[:5]}0000{last}"
    return system + middle + check


def _without_add_on(text: str) -> str:
    return next((text[:-extra] for extra in _ADD_ONS if len(text) - extra == 13), text)
