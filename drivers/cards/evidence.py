"""What a card proves, as the service wants it (docs/adr/0009): pure, a dialogue like those below it.

What stands in a link is compared and never opened. A card whose NDEF is none of ours, or none at all,
tells its number; a card that was not read to the end tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.cards import felica, ndef, type2, type4
from drivers.cards.ndef import NdefError, Record
from drivers.cards.tag import CardBroken, ChangingNumber, Dialogue, Target, Technology
from kiosk.vault import SHOWING_BYTES, EvidenceKind, wipe

COSE_TYPE = "application/cose"
PROOF_MOST = 496
"""Bytes after those of the showing; together what a sealed request holds."""
UID_BYTES = (4, 7, 10)
_CHANGING_UID = 0x08
"""ISO/IEC 14443-3 6.4.4: first of four bytes that are made up anew each time."""
_CHANGING_IDM = b"\x01\xfe"
"""NFC Forum Digital Protocol: an NFCID2 that is made up for NFC-DEP."""
_SCHEME = b"https://"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What goes into the vault; whoever gets it wipes `data`."""

    kind: EvidenceKind
    data: bytearray = field(repr=False)


def identify(target: Target, *, hosts: frozenset[str], showing: bytes) -> Dialogue[Evidence]:
    """What this card proves. `hosts`: of the links that are proofs; `showing`: 16 random bytes.

    Raises ChangingNumber, CardBroken; CardGone and the rest come from whoever runs it.
    """
    message = yield from message_of(target)
    try:
        return weighed(message, target, hosts=hosts, showing=showing)
    finally:
        if message:
            wipe(message)


def weighed(
    message: bytearray | None, target: Target, *, hosts: frozenset[str], showing: bytes
) -> Evidence:
    """What a card with this message proves. Raises ChangingNumber, CardBroken."""
    proof = _proof(message, target, hosts, showing) if message else None
    return proof or _number(target)


def changing(uid: bytearray) -> bool:
    """Whether nobody can be known by this number."""
    if len(uid) == felica.IDM_BYTES:
        return uid.startswith(_CHANGING_IDM)
    return len(uid) == UID_BYTES[0] and uid[0] == _CHANGING_UID


def message_of(target: Target) -> Dialogue[bytearray | None]:
    """The NDEF message; None also of a card that talks nonsense about it. Whoever gets it wipes it."""
    if target.mute:
        return None
    try:
        match target.technology:
            case Technology.TYPE_4:
                return (yield from type4.read())
            case Technology.TYPE_2:
                return (yield from type2.read())
            case Technology.FELICA:
                return (yield from felica.read())
            case Technology.OTHER:
                return None
    except CardBroken:  # of the card's own making: what the reader raises does not come by here
        return None


def _proof(
    message: bytearray, target: Target, hosts: frozenset[str], showing: bytes
) -> Evidence | None:
    try:
        records = ndef.decode(message)
    except NdefError:
        return None
    try:
        for record in records:
            if ndef.mime(record) == COSE_TYPE:
                return _token(record, target, showing)
        for record in records:
            link = _link(record, hosts, showing)
            if link:
                return link
        return None
    finally:
        for record in records:
            if not record.payload.readonly:
                record.payload[:] = bytes(len(record.payload))  # joined chunks lie elsewhere


def _token(record: Record, target: Target, showing: bytes) -> Evidence:
    uid = target.uid
    if changing(uid):
        raise ChangingNumber("a token needs a card that keeps its number")
    if len(uid) not in (*UID_BYTES, felica.IDM_BYTES):
        raise CardBroken("a number of a length that there is not")
    if 1 + len(uid) + len(record.payload) > PROOF_MOST:
        raise CardBroken("a token that is too long")
    head = showing + bytes((len(uid),))
    return Evidence(EvidenceKind.NDEF_TOKEN, _laid(head, uid, record.payload))


def _laid(*parts: bytes | bytearray | memoryview) -> bytearray:
    """One after another in a buffer that never grows: growing would leave a copy behind."""
    data = bytearray(sum(len(part) for part in parts))
    at = 0
    for part in parts:
        data[at : at + len(part)] = part
        at += len(part)
    return data


def _link(record: Record, hosts: frozenset[str], showing: bytes) -> Evidence | None:
    """A URI record whose host is one of ours; the URI never becomes a text of its own."""
    if record.tnf != ndef.WELL_KNOWN or record.type != b"U":
        return None
    try:
        data = _laid(showing, ndef.uri_prefix(record).encode("ascii"), record.payload[1:])
    except NdefError:
        return None
    if not _ours(memoryview(data)[SHOWING_BYTES:], hosts):
        wipe(data)
        return None
    if len(data) - SHOWING_BYTES > PROOF_MOST:
        wipe(data)
        raise CardBroken("a link that is too long")
    return Evidence(EvidenceKind.SUN, data)


def _ours(link: memoryview, hosts: frozenset[str]) -> bool:
    """`https://host/...`: printable ASCII, and nothing beside the host before the path."""
    if bytes(link[: len(_SCHEME)]).lower() != _SCHEME:
        return False
    if not all(0x20 < byte < 0x7F for byte in link):
        return False
    end = next((at for at in range(len(_SCHEME), len(link)) if link[at] in b"/?#"), len(link))
    host = bytes(link[len(_SCHEME) : end]).decode("ascii").lower()
    return bool(host) and all(each.isalnum() or each in ".-" for each in host) and host in hosts


def _number(target: Target) -> Evidence:
    uid = target.uid
    if changing(uid):
        raise ChangingNumber("another number each time")
    if target.technology is Technology.FELICA and len(uid) == felica.IDM_BYTES:
        return Evidence(EvidenceKind.FELICA_IDM, bytearray(uid))
    if len(uid) in UID_BYTES:
        return Evidence(EvidenceKind.CARD_UID, bytearray(uid))
    raise CardBroken("a number of a length that there is not")
