"""Cards and codes as customers hold them: an NTAG 424 DNA by its keys, tokens, and their evidence."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.issuing import Issued, Issuer, issuer_of
from service.proofs.aes import cmac, encryptor, truncated
from service.proofs.lrp import Lrp
from service.store.port import CardRow
from service.wire import base45, token
from service.wire.envelope import Asked
from service.wire.keyset import Use
from service.wire.messages import (
    EVIDENCE_FIELD_BYTES,
    CustomerView,
    EvidenceKind,
    Status,
    put_evidence,
)
from service.wire.sales import SaleRecord, seal_link
from service.wire.suite import PublicKey
from tests.service_stand import NOW, TENANT, FakeKiosk, Inside

HOST = "karte.example"
UID = bytes.fromhex("04A1B2C3D4E5F6")
OTHER_UID = bytes.fromhex("04FFEEDDCCBBAA")
Proof = tuple[EvidenceKind, bytes]
"""Kind and evidence, without the 16 bytes of a showing."""


@dataclass
class SunCard:
    """What the chip does at each tap (AN12196 §3, AN12304)."""

    uid: bytes
    meta_key: bytes
    file_key: bytes
    lrp: bool = False
    counter: int = 0
    host: str = HOST
    file: bytes = b""
    """Encrypted file data as mirrored, in hexadecimal."""
    names: tuple[str, str, str] = ("picc_data", "enc", "cmac")

    def tap(self) -> Proof:
        """A new link."""
        self.counter += 1
        seen = self.uid + self.counter.to_bytes(3, "little")
        picc = (b"\xc7" + seen).ljust(16, b"\x5a")
        if self.lrp:
            vector = os.urandom(8)
            sealed = vector + encryptor(Lrp(self.meta_key).evaluate(vector)).update(picc)
            session = Lrp(self.file_key).cmac(bytes.fromhex("00010080") + seen + b"\x1e\xe1")
        else:
            sealed = encryptor(self.meta_key).update(picc)
            session = cmac(self.file_key, bytes.fromhex("3CC300010080") + seen)
        first, second, last = self.names
        text = self.file + f"&{last}=".encode() if self.file else b""
        mac = truncated(Lrp(session).cmac(text) if self.lrp else cmac(session, text))
        shown = f"&{second}=".encode() + self.file if self.file else b""
        head = f"https://{self.host}/c?{first}={sealed.hex().upper()}".encode()
        return EvidenceKind.SUN, head + shown + f"&{last}={mac.hex().upper()}".encode()


def card_token(uid: bytes, ndef: bytes) -> Proof:
    """What a kiosk reads from a tag that holds a token."""
    head = 3 + len(token.MEDIA_TYPE)
    assert ndef[:3] == bytes((0xD2, len(token.MEDIA_TYPE), len(ndef) - head))
    return EvidenceKind.NDEF_TOKEN, bytes((len(uid),)) + uid + ndef[head:]


def code(text: str) -> Proof:
    """What a kiosk scans from a screen."""
    return EvidenceKind.COSE_TOKEN, text.removeprefix(token.PREFIX).encode()


def code_of(claims: token.Claims, key: Ed25519PrivateKey) -> Proof:
    """A code of anybody's making."""
    return code(base45.encode(token.sign(claims, key)))


def shown(proof: Proof, showing: bytes | None = None) -> Proof:
    """Evidence: a number as it is, a proof behind the bytes of its showing."""
    kind, data = proof
    if kind in (EvidenceKind.CARD_UID, EvidenceKind.FELICA_IDM):
        return proof
    return kind, (showing or os.urandom(16)) + data


def ask(kiosk: FakeKiosk, evidence: Proof) -> tuple[bytes, Asked]:
    """A sealed lookup with it."""
    body = bytearray(EVIDENCE_FIELD_BYTES)
    put_evidence(memoryview(body), *evidence)
    return kiosk.ask(bytes(body))


async def level_told(service: Inside, evidence: Proof, kiosk: FakeKiosk | None = None) -> int:
    """The level a lookup finds the customer at; -1: nobody."""
    kiosk = kiosk or service.kiosk
    service.clock.seconds += 3  # no faster than a kiosk may ask
    answer = await service.told(ask(kiosk, evidence), kiosk)
    seen = CustomerView(answer.body)
    assert answer.status is (Status.FOUND if seen.granted else Status.UNKNOWN)
    return seen.level if seen.granted else -1


def linked(kiosk: FakeKiosk, sequence: int, evidence: Proof, at: int = NOW) -> SaleRecord:
    """A sale with the link of a showing."""
    key = kiosk.identity.keys.current(Use.OUTBOX, kiosk.clock.ms)
    assert key
    sale = f"{kiosk.row.name}-{sequence}"
    sealed = seal_link(
        key.id,
        PublicKey(key.public),
        TENANT,
        sale=sale,
        kiosk=kiosk.identity.kiosk,
        at=at,
        kind=evidence[0],
        evidence=evidence[1],
    )
    digest = b"d" * 32
    return SaleRecord(sale, kiosk.outbox, sequence, at, 1, "EUR", 3, sequence, digest, sealed)


@dataclass
class Wallet:
    """What one member holds."""

    issuer: Issuer
    member: bytes
    rows: list[CardRow] = field(default_factory=list)

    async def sun(self, uid: bytes = UID, *, lrp: bool = False) -> SunCard:
        """An NTAG 424 DNA, personalised."""
        made = await self.issuer.sun(self.member, uid, lrp=lrp)
        self.rows.append(made.row)
        return SunCard(uid, made.meta_key, made.file_key, lrp)

    async def token(self, uid: bytes = UID) -> Proof:
        """A tag with a token."""
        made = self._kept(await self.issuer.card_token(self.member, uid))
        return card_token(uid, made.ndef)

    async def code(self) -> Proof:
        """A code on a screen."""
        return code(self._kept(await self.issuer.code(self.member)).text)

    async def number(self, kind: EvidenceKind, number: bytes) -> Proof:
        """A card with a number only."""
        self._kept(await self.issuer.number(self.member, kind, number))
        return kind, number

    def _kept(self, made: Issued) -> Issued:
        self.rows.append(made.row)
        return made


async def wallet(service: Inside) -> Wallet:
    """Of a new member."""
    member = await service.join()
    issuer = await issuer_of(service.settings, service.keys, service.store, service.clock.ms)
    return Wallet(issuer, member)
