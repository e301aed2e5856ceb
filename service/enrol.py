"""How kiosks come and go: invited by a code, approved by a person, renewed by themselves, revoked.

invite -> a kiosk applies with the code -> people compare fingerprints -> approve -> it fetches its
certificate. Nobody gets in by the code alone, and nobody is approved unseen.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from service import authority
from service.audit import Act, Entry
from service.authority import Authority
from service.clock import Clock
from service.errors import Reason, Refusal
from service.keys import Keys
from service.settings import Settings
from service.store.port import InviteRow, KioskRow, Standing, Store, Waiting
from service.wire.enrolment import (
    SECRET_BYTES,
    InviteCode,
    Vows,
    check_vows,
    key_fingerprint,
    root_fingerprint,
)
from service.wire.envelope import Forged
from service.wire.suite import sha256

INVITE_MS = 10 * 60_000
APPROVAL_MS = 24 * 3600_000
"""How long a kiosk that has applied may wait for a person."""


class NotNow(Exception):
    """An operator's wish that cannot be fulfilled; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Office:
    """Enrolment of one service."""

    settings: Settings
    keys: Keys
    store: Store
    clock: Clock
    issuing: Authority
    root: x509.Certificate
    offline: bytes
    """Public half of the key that signs key sets: what kiosks pin."""

    # --- operators ----------------------------------------------------------------------------------

    async def invite(self, name: str, place: str) -> InviteCode:
        """A code for one kiosk, good for ten minutes and one use."""
        secret = secrets.token_bytes(SECRET_BYTES)
        expires = self.clock.now_ms() + INVITE_MS
        await self.store.put_invite(InviteRow(sha256(secret), name, expires))
        return InviteCode(secret, root_fingerprint(authority.der(self.root)), place)

    async def waiting(self) -> list[InviteRow]:
        """Kiosks that have applied and wait for a person."""
        now = self.clock.now_ms()
        return [
            each
            for each in await self.store.invites()
            if each.standing is Waiting.APPLIED and each.expires > now
        ]

    async def approve(self, fingerprint: str) -> KioskRow:
        """Let the kiosk with this fingerprint in. Raises NotNow."""
        wanted = fingerprint.replace("-", "").upper()
        fit = [w for w in await self.waiting() if w.fingerprint.replace("-", "") == wanted]
        if len(fit) != 1:
            raise NotNow("no kiosk with this fingerprint waits; compare it on the kiosk's screen")
        invite, now = fit[0], self.clock.now_ms()
        _, public = authority.read_csr(invite.csr)
        kiosk = KioskRow(
            secrets.token_bytes(16),
            invite.name,
            invite.signing,
            authority.key_digest(public),
            Standing.ACTIVE,
            now,
            now,
        )
        certificate = authority.issue_kiosk(self.issuing, kiosk.id, public, now)
        await self.store.put_kiosk(kiosk)
        pem = authority.pem(certificate) + authority.pem(self.issuing.certificate)
        await self.store.put_invite(
            replace(invite, standing=Waiting.APPROVED, kiosk=kiosk.id, certificate=pem)
        )
        return kiosk

    async def revoke(self, name: str) -> list[KioskRow]:
        """Serve no kiosk of this name or id any more, from the next request on. Raises NotNow."""
        fit = [
            each
            for each in await self.store.kiosks()
            if name in (each.name, each.id.hex()) and each.standing is Standing.ACTIVE
        ]
        if not fit:
            raise NotNow(f"no active kiosk is called {name!r}; see ./run service kiosk list")
        for each in fit:
            await self.store.put_kiosk(replace(each, standing=Standing.REVOKED))
        return fit

    # --- kiosks -------------------------------------------------------------------------------------

    async def apply(self, body: dict[str, Any]) -> dict[str, Any]:
        """A kiosk with a code sends its keys; asked again, it hears how far it is. Raises Refusal."""
        secret = _bytes(body, "secret")
        invite = await self.store.invite(sha256(secret))
        if invite is None or self.clock.now_ms() >= invite.expires:
            raise Refusal(Reason.INVITE, 403)
        csr, signing = _bytes(body, "csr"), _bytes(body, "signing")
        self._vouched(body, secret, csr, signing)
        if invite.standing is Waiting.INVITED:
            invite = replace(
                invite,
                standing=Waiting.APPLIED,
                expires=self.clock.now_ms() + APPROVAL_MS,
                csr=csr,
                signing=signing,
                fingerprint=key_fingerprint(csr, signing),
            )
            await self.store.put_invite(invite)
        elif (invite.csr, invite.signing) != (csr, signing):
            raise Refusal(Reason.INVITE, 403)  # the code was used by somebody else
        return self._answer(invite)

    async def renew(self, body: dict[str, Any], peer: x509.Certificate) -> dict[str, Any]:
        """A new certificate for a kiosk whose line shows the old one. Raises Refusal."""
        csr, signing = _bytes(body, "csr"), _bytes(body, "signing")
        public = self._vouched(body, authority.der(peer), csr, signing)
        kiosk = await self.kiosk_of(peer)
        # The key stays: a new one could be known to one side only if the line breaks now.
        if kiosk.signing != signing or kiosk.tls != authority.key_digest(public):
            raise Refusal(Reason.PEER_FOREIGN, 403)
        now = self.clock.now_ms()
        await self.store.put_kiosk(replace(kiosk, renewed=now))
        await self.kiosk_of(peer)  # revoked meanwhile, it stays revoked and gets nothing
        entry = Entry(now, kiosk.id, secrets.token_bytes(16), Act.KIOSK_RENEWED)
        await self.store.record(entry)
        certificate = authority.issue_kiosk(self.issuing, kiosk.id, public, now)
        pem = authority.pem(certificate) + authority.pem(self.issuing.certificate)
        return {"certificate": _text(pem)}

    async def kiosk_of(self, peer: x509.Certificate) -> KioskRow:
        """The active kiosk whose line this is. Raises Refusal."""
        try:
            names = peer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            uri = names.get_values_for_type(x509.UniformResourceIdentifier)[0]
            kiosk, _ = await self.store.find(bytes.fromhex(uri.rpartition(":")[2]), ())
        except (x509.ExtensionNotFound, IndexError, ValueError) as error:
            raise Refusal(Reason.NO_PEER, 403) from error
        if kiosk is None:
            raise Refusal(Reason.KIOSK_UNKNOWN, 403)
        if kiosk.standing is not Standing.ACTIVE:
            raise Refusal(Reason.KIOSK_REVOKED, 403)
        if peer_digest(peer) != kiosk.tls:
            raise Refusal(Reason.PEER_FOREIGN, 403)
        return kiosk

    def _vouched(
        self, body: dict[str, Any], secret: bytes, csr: bytes, signing: bytes
    ) -> ec.EllipticCurvePublicKey:
        vows = Vows(_bytes(body, "by_tls"), _bytes(body, "by_signing"))
        try:
            _, public = authority.read_csr(csr)
            check_vows(vows, secret, csr, public, signing)
        except ValueError as error:
            raise Refusal(Reason.MALFORMED) from error
        except Forged as error:
            raise Refusal(Reason.FORGED) from error
        return public

    def _answer(self, invite: InviteRow) -> dict[str, Any]:
        if invite.standing is not Waiting.APPROVED:
            return {"standing": "waiting", "fingerprint": invite.fingerprint}
        _, port = self.settings.kiosks.rsplit(":", 1)
        return {
            "standing": "approved",
            "kiosk": invite.kiosk.hex(),
            "tenant": self.settings.tenant,
            "host": self.settings.host,
            "port": int(port),
            "certificate": _text(invite.certificate),
            "root": _text(authority.pem(self.root)),
            "pinned": _text(self.offline),
            "keyset": _text(self.keys.document),
        }


def peer_digest(peer: x509.Certificate) -> bytes:
    """SHA-256 of the key of a line's certificate (SPKI)."""
    return sha256(
        peer.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def _bytes(body: dict[str, Any], name: str) -> bytes:
    value = body.get(name)
    try:
        if not isinstance(value, str) or len(value) > 8192:
            raise ValueError
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Refusal(Reason.MALFORMED) from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
