"""Secure unique NFC of NTAG 424 DNA: a link the card makes anew at each tap (AN12196; LRP: AN12304).

The link holds UID and read counter, encrypted, and a MAC under a key of this card alone. It is parsed
and never opened; only the exact form that we personalise is taken.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from service.proofs.aes import KEY_BYTES, cmac, decryptor, truncated
from service.proofs.diversify import Master
from service.proofs.lrp import Lrp

UID_BYTES, COUNTER_BYTES = 7, 3
COUNTER_MOST = (1 << 8 * COUNTER_BYTES) - 1
DF_NAME = bytes.fromhex("D2760000850101")
"""Name of the one application of NTAG 424 DNA: the AID of the diversification input (AN10922)."""
_EVERY_CARD = b"\0META"
"""Begins the diversification input of the key that all cards share; as long as no UID."""
_UID_AND_COUNTER = 0xC7
"""PICCDataTag: UID mirrored, counter mirrored, UID of 7 bytes (AN12196 §3.4.2)."""
_AES_PICC, _LRP_RANDOM = 16, 8
AES_PICC_DIGITS, LRP_PICC_DIGITS = 2 * _AES_PICC, 2 * (_LRP_RANDOM + _AES_PICC)
"""Of the PICC data in a link, hexadecimal."""
_MAC_VECTOR = bytes.fromhex("3CC300010080")  # SV2, AN12196 §3.3
_LRP_HEAD, _LRP_TAIL = bytes.fromhex("00010080"), bytes.fromhex("1EE1")


def _form(picc: str, data: str, mac: str) -> re.Pattern[bytes]:
    return re.compile(
        rb"https://([a-z0-9.-]{1,253})(?:/[A-Za-z0-9/_.~-]*)?"
        rb"\?%b=((?:[0-9A-F]{16}){2,3})(?:&%b=((?:[0-9A-F]{32}){1,8}))?&%b=([0-9A-F]{16})"
        % (picc.encode(), data.encode(), mac.encode())
    )


_FORMS = (_form("picc_data", "enc", "cmac"), _form("e", "d", "c"))


class NoSun(ValueError):
    """No link of this kind; the message never holds any of it."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A link, taken apart. `picc`: 16 bytes for AES, 24 for LRP. `text`: what the MAC is over."""

    host: str
    picc: bytes
    text: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Tap:
    """Who tapped, and for the how manieth time."""

    uid: bytes
    counter: int


def read(uri: bytes, mac_from: str = "data") -> Mirror:
    """`mac_from`: `data`, `picc` or `nothing`, as cards are personalised. Raises NoSun."""
    for form in _FORMS:
        if found := form.fullmatch(uri):
            start = {"data": found.start(3), "picc": found.start(2), "nothing": -1}[mac_from]
            text = uri[start : found.start(4)] if start >= 0 else b""
            host, picc, _, mac = found.groups()
            return Mirror(
                host.decode(), bytes.fromhex(picc.decode()), text, bytes.fromhex(mac.decode())
            )
    raise NoSun("no link of a card")


class CardKeys:
    """Both keys of a card: one that all cards share, to learn who it is, and one of its own."""

    def __init__(self, shared: bytes, own: Callable[[bytes], bytes]) -> None:
        """`shared`: SDMMetaReadKey. `own`: UID to SDMFileReadKey."""
        self.shared = shared
        self.own = own
        self._aes = decryptor(shared)
        self._lrp = Lrp(shared)

    def open(self, picc: bytes) -> bytes:
        """The PICC data; under another key they are noise."""
        if len(picc) == _AES_PICC:
            return self._aes.update(picc)
        return self._lrp.decrypt(picc[:_LRP_RANDOM], picc[_LRP_RANDOM:])


@lru_cache(maxsize=8)
def card_keys(master: bytes, system: str) -> CardKeys:
    """The keys under one card master key; `system`: the system identifier of AN10922."""
    made, name = Master(master), system.encode("ascii")
    return CardKeys(
        made.derive(_EVERY_CARD + DF_NAME + name), lambda uid: made.derive(uid + DF_NAME + name)
    )


def verify(mirror: Mirror, keys: Iterable[CardKeys]) -> Tap | None:
    """Who tapped, if one of the keys made this link."""
    for each in keys:
        plain = each.open(mirror.picc)
        uid, counter = plain[1 : 1 + UID_BYTES], plain[1 + UID_BYTES :][:COUNTER_BYTES]
        make = _mac_aes if len(mirror.picc) == _AES_PICC else _mac_lrp
        mac = make(each.own(uid), uid + counter, mirror.text)
        # Both are always looked at: a wrong tag costs what a wrong MAC costs.
        if hmac.compare_digest(mac, mirror.mac) & (plain[0] == _UID_AND_COUNTER):
            return Tap(uid, int.from_bytes(counter, "little"))
    return None


def _mac_aes(key: bytes, tap: bytes, text: bytes) -> bytes:
    return truncated(cmac(cmac(key, _MAC_VECTOR + tap), text))


def _mac_lrp(key: bytes, tap: bytes, text: bytes) -> bytes:
    return truncated(Lrp(Lrp(key).cmac(_LRP_HEAD + tap + _LRP_TAIL)).cmac(text))


DECOY = Mirror("", bytes(_AES_PICC), b"", bytes(8))
"""Nobody's tap, for the work that is done where there is nothing to verify."""
DECOY_KEYS = CardKeys(secrets.token_bytes(KEY_BYTES), Master(secrets.token_bytes(KEY_BYTES)).derive)
