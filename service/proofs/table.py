"""Which kind of evidence is checked how, and the level it proves. One line a kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.keys import Keys
from service.proofs import sun
from service.proofs.numbers import idm_fault, uid_fault
from service.proofs.verdict import Proof, Rejected, Verdict, Why
from service.settings import CODE_HOURS_MOST, TOKEN_DAYS_MOST, Settings
from service.wire import base45, token
from service.wire.messages import SHOWING_BYTES, Evidence, EvidenceKind

SKEW_MS = 120_000
"""How far ahead of ours the clock of who issued a token may be."""
HOUR = 3_600_000
LEVELS = {
    EvidenceKind.CARD_UID: 0,
    EvidenceKind.FELICA_IDM: 0,
    EvidenceKind.NDEF_TOKEN: 1,
    EvidenceKind.COSE_TOKEN: 1,
    EvidenceKind.SUN: 2,
}
"""How well each kind proves who shows it, where its proof holds."""


class _No(Exception):
    """Refused."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Checker:
    """Checks evidence by itself: no store, no clock. What was used before is not its business."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._settings = settings
        self._keys = keys
        self._checks: dict[EvidenceKind, Callable[[bytes, int], Proof]] = {
            EvidenceKind.CARD_UID: self._uid,
            EvidenceKind.FELICA_IDM: self._idm,
            EvidenceKind.NDEF_TOKEN: self._card_token,
            EvidenceKind.SUN: self._sun,
            EvidenceKind.COSE_TOKEN: self._code,
        }

    def check(self, evidence: Evidence, at: int) -> Verdict:
        """What it proves at this time (Unix ms). Whatever the bytes are, this raises nothing."""
        check = self._checks.get(evidence.kind)
        if check is None:
            return Rejected(Why.MALFORMED)
        try:
            return check(evidence.data, at)
        except _No as refused:
            return Rejected(refused.why)

    # --- numbers that anybody can copy ----------------------------------------------------------------

    def _uid(self, data: bytes, at: int) -> Proof:
        del at
        _refuse(uid_fault(data))
        return Proof(EvidenceKind.CARD_UID, LEVELS[EvidenceKind.CARD_UID], data)

    def _idm(self, data: bytes, at: int) -> Proof:
        del at
        _refuse(idm_fault(data))
        return Proof(EvidenceKind.FELICA_IDM, LEVELS[EvidenceKind.FELICA_IDM], data)

    # --- tokens that we signed ------------------------------------------------------------------------

    def _card_token(self, data: bytes, at: int) -> Proof:
        showing, rest = data[:SHOWING_BYTES], data[SHOWING_BYTES:]
        size = rest[0] if rest else 0
        uid, signed = rest[1 : 1 + size], rest[1 + size :]
        claims = self._claims(signed, at, TOKEN_DAYS_MOST * 24)
        if claims.once or not claims.card:
            raise _No(Why.WRONG_USE)
        _refuse(uid_fault(uid))
        if token.binding(claims.pseudonym, uid) != claims.card:
            raise _No(Why.OTHER_CARD)
        return _shown(EvidenceKind.NDEF_TOKEN, claims, showing, None)

    def _code(self, data: bytes, at: int) -> Proof:
        showing, text = data[:SHOWING_BYTES], data[SHOWING_BYTES:]
        try:
            signed = base45.decode(text.decode("ascii"))
        except ValueError:
            signed = b""  # refused where every other size is: after the same work
        claims = self._claims(signed, at, CODE_HOURS_MOST)
        if not claims.once or claims.card:
            raise _No(Why.WRONG_USE)
        return _shown(EvidenceKind.COSE_TOKEN, claims, showing, 0)

    def _claims(self, signed: bytes, at: int, hours_most: int) -> token.Claims:
        try:
            frame = token.read(signed)
        except token.NoToken:
            raise self._after_work(Why.MALFORMED) from None
        issuers = dict(_named(key) for key in self._keys.issuers.values())
        if frame.kid not in issuers:
            raise self._after_work(Why.FOREIGN_ISSUER)
        try:
            claims = token.verify(frame, issuers[frame.kid])
        except token.NoToken:
            raise _No(Why.MALFORMED) from None
        if claims is None:
            raise _No(Why.FORGED)
        if (claims.expires - claims.issued) * 1000 > hours_most * HOUR:
            raise _No(Why.WRONG_USE)
        if claims.issued * 1000 > at + SKEW_MS:
            raise _No(Why.NOT_YET)
        if claims.expires * 1000 <= at:
            raise _No(Why.EXPIRED)
        return claims

    def _after_work(self, why: Why) -> _No:
        """What has no signature to look at costs as much as what has."""
        token.verify(_DECOY, _DECOY_KEY)
        return _No(why)

    # --- cards that count -----------------------------------------------------------------------------

    def _sun(self, data: bytes, at: int) -> Proof:
        del at
        showing, uri = data[:SHOWING_BYTES], data[SHOWING_BYTES:]
        try:
            mirror = sun.read(uri, self._settings.card_mac_from)
        except sun.NoSun:
            sun.verify(sun.DECOY, (sun.DECOY_KEYS,))
            raise _No(Why.MALFORMED) from None
        masters = self._keys.masters
        keys = [
            sun.card_keys(masters[version], self._settings.card_system)
            for version in sorted(masters, reverse=True)
        ]
        tap = sun.verify(mirror, keys or (sun.DECOY_KEYS,))
        if mirror.host not in self._settings.card_hosts:
            raise _No(Why.FOREIGN_HOST)
        if tap is None:
            raise _No(Why.FORGED)
        return Proof(EvidenceKind.SUN, LEVELS[EvidenceKind.SUN], tap.uid, showing, tap.counter)


def _refuse(why: Why | None) -> None:
    if why:
        raise _No(why)


def _shown(kind: EvidenceKind, claims: token.Claims, showing: bytes, serial: int | None) -> Proof:
    return Proof(
        kind,
        LEVELS[kind],
        claims.pseudonym,
        showing,
        serial,
        claims.issued * 1000,
        claims.expires * 1000,
    )


@lru_cache(maxsize=16)
def _named(key: Ed25519PrivateKey) -> tuple[bytes, Ed25519PublicKey]:
    public = key.public_key()
    return token.kid_of(public), public


_NOBODY = Ed25519PrivateKey.generate()
_DECOY_KEY = _NOBODY.public_key()
_DECOY = token.read(token.sign(token.Claims(bytes(token.PSEUDONYM_BYTES), 0, 1), _NOBODY))
