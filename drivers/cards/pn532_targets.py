"""What a PN532 tells of the cards it has listed (UM0701-02, 7.3.5), and what kind of card that is."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.cards.felica import IDM_BYTES
from drivers.cards.isodep import parse_ats
from drivers.cards.tag import CardBroken, CardError, CardGone, Technology

_ISO_DEP = 0x20
_SENSF_RES = 0x01


@dataclass(frozen=True, slots=True)
class Found:
    """A card that was listed. `trouble`: why no APDU reaches it, None if nothing is wrong."""

    technology: Technology
    uid: bytearray = field(repr=False)
    trouble: CardError | None = None


def technology(sak: int) -> Technology:
    """By SEL_RES (ISO/IEC 14443-3; NXP AN10833): MIFARE Classic has a number only."""
    if sak & _ISO_DEP:
        return Technology.TYPE_4
    return Technology.TYPE_2 if not sak else Technology.OTHER


def type_a_found(entry: memoryview) -> Found | None:
    """SENS_RES, SEL_RES, UID with its length, ATS; None where that is cut off."""
    if len(entry) < 4 or len(entry) < 4 + entry[3]:
        return None
    end = 4 + entry[3]
    return Found(technology(entry[2]), bytearray(entry[4:end]), _trouble(entry[2], entry[end:]))


def _trouble(sak: int, ats: memoryview) -> CardError | None:
    if technology(sak) is not Technology.TYPE_4:
        return None
    if not ats:
        return CardGone("it left before it answered RATS")
    try:
        parse_ats(bytes(ats))
    except CardBroken as error:
        return error
    return None


def felica_found(entry: memoryview) -> Found | None:
    """Length, response code, IDm, PMm; None of a card that cannot even say its number."""
    if len(entry) < 2 + IDM_BYTES or entry[0] > len(entry) or entry[1] != _SENSF_RES:
        return None
    return Found(Technology.FELICA, bytearray(entry[2 : 2 + IDM_BYTES]))
