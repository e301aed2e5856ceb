"""Sealed requests in, sealed answers out. What goes wrong inside is logged; outside all looks alike."""

from __future__ import annotations

import logging
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.audit import NO_SUBJECT, Entry
from service.cards import REPEAT_MS, Cards, Shown, indexes_of
from service.clock import Clock
from service.consents import A_MINUTE, AGAIN_MS, BURST, subject_of, withdrawals
from service.errors import Reason, Refusal
from service.keys import Keys
from service.limits import Limiter
from service.members import decoy
from service.policy import BARE, customer_of, granted, groups_of, level_of, served
from service.records import Damaged, DataKey, MemberRow
from service.sales import Intake
from service.settings import Settings
from service.slips import A_MINUTE as SLIPS_A_MINUTE
from service.slips import BURST as SLIPS_BURST
from service.store.port import KioskRow, Replayed, Spent, Standing, Store
from service.telemetry import Meters, tell
from service.wire.consent import Decision, decision_in
from service.wire.envelope import Forged, Opened, key_id_of, open_request, seal_answer
from service.wire.keyset import Use
from service.wire.messages import (
    Customer,
    Evidence,
    EvidenceKind,
    Field,
    Kind,
    Malformed,
    Status,
    evidence_in,
    pack_customer,
)
from service.wire.sales import sales_in
from service.wire.slip import SlipWhy, pack_held, pack_why, slip_in
from service.wire.suite import CannotOpen

WINDOW_MS = 120_000
"""How far a kiosk's clock may be off; beyond it gets the time instead of an answer."""


class Desk:
    """Answers the sealed requests of one process."""

    def __init__(
        self, settings: Settings, keys: Keys, store: Store, clock: Clock, meters: Meters
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._clock = clock
        self._meters = meters
        self._lookups = Limiter(settings.lookups_per_minute, settings.lookup_burst)
        self._sales = Limiter(settings.sales_per_minute, settings.sales_burst)
        self._decisions = Limiter(A_MINUTE, BURST)
        self._slips = Limiter(SLIPS_A_MINUTE, SLIPS_BURST)
        self._cards = Cards(settings, keys, store, clock, meters)
        self._intake = Intake(settings, keys, store, meters, self._cards)
        self._decoy = decoy()

    async def answer(self, request: bytes, peer: bytes | None) -> bytes:
        """ANSWER_BYTES. `peer`: SHA-256 of the line's client key. Raises Refusal, or StoreAway."""
        now = self._clock.now_ms()
        opened = self._open(request, now)
        kind = opened.question.kind
        evidence, decision = _body(opened)
        bare = evidence is not None and evidence.kind in BARE
        indexes = indexes_of(self._keys, evidence.kind, evidence.data) if evidence and bare else ()
        kiosk, member = await self._store.find(opened.question.kiosk, indexes)
        self._admit(opened, kiosk, peer)
        if abs(now - opened.question.at) > WINDOW_MS:
            return self._said(opened, Status.CLOCK, now, signed=True)
        if wait := self._wait(opened):
            return self._said(opened, Status.SLOW_DOWN, now, retry=wait)
        try:
            if evidence:
                # Proofs are looked at only now: they cost more, and are for kiosks that are served.
                if decision:
                    shown = await self._shown(opened, evidence, member, now, AGAIN_MS)
                    return await self._decided(opened, shown, decision, now)
                shown = await self._shown(opened, evidence, member, now, REPEAT_MS)
                return await self._lookup(opened, shown, now)
            if kind is Kind.SALE:
                return await self._sale(opened, now)
            if kind is Kind.SLIP:
                return await self._slip(opened, now)
            await self._store.record(_entry(opened, now, Status.NOT_SERVED))
        except Replayed as error:
            raise Refusal(Reason.REPLAY) from error
        return self._said(opened, Status.NOT_SERVED, now)

    # --- who asks -----------------------------------------------------------------------------------

    def _open(self, request: bytes, now: int) -> Opened:
        try:
            key = self._keys.opening(key_id_of(request), Use.LOOKUP, now)
            if key is None:
                raise Refusal(Reason.KEY_UNKNOWN, 421)
            return open_request(request, key, self._settings.tenant)
        except Malformed as error:
            raise Refusal(Reason.MALFORMED) from error
        except CannotOpen as error:
            raise Refusal(Reason.NOT_OPENED) from error

    def _admit(self, opened: Opened, kiosk: KioskRow | None, peer: bytes | None) -> None:
        if kiosk is None:
            raise Refusal(Reason.KIOSK_UNKNOWN, 403)
        if kiosk.standing is not Standing.ACTIVE:
            raise Refusal(Reason.KIOSK_REVOKED, 403)
        if peer != kiosk.tls:
            raise Refusal(Reason.PEER_FOREIGN, 403)
        try:
            opened.verify(_public(kiosk.signing))
        except Forged as error:
            raise Refusal(Reason.FORGED) from error

    def _wait(self, opened: Opened) -> int:
        limiters = {
            Kind.SALE: self._sales,
            Kind.CONSENT: self._decisions,
            Kind.SLIP: self._slips,
        }
        limiter = limiters.get(opened.question.kind, self._lookups)
        return limiter.wait(opened.question.kiosk, self._clock.monotonic())

    async def _shown(
        self, opened: Opened, evidence: Evidence, member: MemberRow | None, now: int, again_ms: int
    ) -> Shown:
        if evidence.kind in BARE:
            return self._numbered(evidence.kind, member)
        return await self._cards.shown(evidence, opened.question.kiosk, now, again_ms=again_ms)

    # --- a lookup -----------------------------------------------------------------------------------

    def _numbered(self, kind: EvidenceKind, member: MemberRow | None) -> Shown:
        level = level_of(kind, test_cards=self._settings.test_cards)
        return Shown(kind, level or 0, member if level is not None else None)

    async def _lookup(self, opened: Opened, shown: Shown, now: int) -> bytes:
        why, member = shown.why, None if shown.why else shown.member
        customer, subject = self._told(opened, served(member), shown.level)
        status = Status.FOUND if customer else Status.UNKNOWN
        fields = customer.granted if customer else Field(0)
        entry = _entry(opened, now, status, fields, shown.level, subject)
        try:
            await self._store.record(entry, use=None if why else shown.use)
        except Spent as spent:  # somebody showed the same at the same time, and was first
            why, member, customer, status = spent.why, None, None, Status.UNKNOWN
            await self._store.record(_entry(opened, now, status, level=shown.level))
        await self._cards.tell(shown, opened.question.kiosk, why)
        if member and member.canary:
            await self._alarm(now, "canary", opened.question.kiosk)
        body = pack_customer(customer or Customer(0, Field(0)))
        return self._said(opened, status, now, body)

    def _told(
        self, opened: Opened, member: MemberRow | None, level: int
    ) -> tuple[Customer | None, bytes]:
        """The customer and the audit's subject. For nobody the same work is done on a decoy."""
        question = opened.question
        row, kek = (member, self._keys.keks.get(member.kek)) if member else self._decoy
        fields = granted(question.fields, question.purpose, level, row.consents)
        try:
            if kek is None:
                raise Damaged
            key = DataKey.unwrap(kek, row.id, row.wrapped)
            sealed = row.groups
            values = {
                group: key.open(group, sealed[group]) if group in sealed else {}
                for group in groups_of(fields)
            }
            subject = key.seal_subject()
        except Damaged:
            tell("a record does not open", logging.ERROR, kind="damaged")
            self._meters.alarms.labels("damaged").inc()
            return None, NO_SUBJECT
        customer = customer_of(level, fields, values)
        return (customer, subject) if member else (None, NO_SUBJECT)

    # --- a decision ---------------------------------------------------------------------------------

    async def _decided(self, opened: Opened, shown: Shown, decision: Decision, now: int) -> bytes:
        """Withdraw: in one transaction with its audit entry, and signed, so that it may be told."""
        why, member = shown.why, None if shown.why else shown.member
        kiosk = opened.question.kiosk
        row, kek = (member, self._keys.keks.get(member.kek)) if member else self._decoy
        try:
            subject = subject_of(row, kek)
        except Damaged:  # nothing of it can be told any more; the decision counts all the same
            subject = NO_SUBJECT
        status = Status.FOUND if member else Status.UNKNOWN
        subject = subject if member else NO_SUBJECT
        entry = _entry(opened, now, status, level=shown.level, subject=subject)
        events = (
            withdrawals(member, decision, kiosk, shown.kind, shown.level, now) if member else ()
        )
        try:
            await self._store.record(entry, use=None if why else shown.use, decided=events)
        except Spent as spent:
            why, member, status = spent.why, None, Status.UNKNOWN
            await self._store.record(_entry(opened, now, status, level=shown.level))
        await self._cards.tell(shown, kiosk, why)
        if member and member.canary:
            await self._alarm(now, "canary", kiosk)
        return self._said(opened, status, now, signed=True)

    # --- sales --------------------------------------------------------------------------------------

    async def _sale(self, opened: Opened, now: int) -> bytes:
        try:
            records = sales_in(opened.body)
        except Malformed as error:
            raise Refusal(Reason.MALFORMED) from error
        if len({record.outbox for record in records}) > 1:
            raise Refusal(Reason.MALFORMED)
        entry = _entry(opened, now, Status.BOOKED)
        status, body = await self._intake.book(entry, records)
        if status is Status.CONFLICT:
            await self._alarm(now, "sale_conflict", opened.question.kiosk)
        return self._said(opened, status, now, body, signed=True)

    # --- deposit slips ------------------------------------------------------------------------------

    async def _slip(self, opened: Opened, now: int) -> bytes:
        """Signed, both ways: money hangs on it."""
        try:
            ask = slip_in(opened.body)
        except Malformed as error:
            raise Refusal(Reason.MALFORMED) from error
        said = await self._store.slip(_entry(opened, now, Status.FOUND), ask)
        if isinstance(said, SlipWhy):
            return self._said(opened, Status.UNKNOWN, now, pack_why(said), signed=True)
        return self._said(opened, Status.FOUND, now, pack_held(said), signed=True)

    # --- answers --------------------------------------------------------------------------------------

    def _said(
        self,
        opened: Opened,
        status: Status,
        now: int,
        body: bytes = b"",
        *,
        retry: int = 0,
        signed: bool = False,
    ) -> bytes:
        kind, outcome = _words(opened.question.kind, status)
        self._meters.requested(kind, outcome).inc()
        if status in (Status.CLOCK, Status.SLOW_DOWN, Status.CONFLICT):
            tell(outcome, logging.WARNING, kiosk=opened.question.kiosk.hex(), kind=kind)
        return seal_answer(
            opened,
            status,
            now,
            body,
            retry=min(retry, 0xFFFF),
            signing=self._keys.answer if signed else None,
        )

    async def _alarm(self, now: int, kind: str, kiosk: bytes) -> None:
        self._meters.alarms.labels(kind).inc()
        tell("alarm", logging.ERROR, kind=kind, kiosk=kiosk.hex())
        await self._store.alarm(now, kind, kiosk, "")


def _body(opened: Opened) -> tuple[Evidence | None, Decision | None]:
    """What was shown and what was decided, where the kind of request has that."""
    try:
        match opened.question.kind:
            case Kind.LOOKUP:
                return evidence_in(opened.body), None
            case Kind.CONSENT:
                return decision_in(opened.body)
            case _:
                return None, None
    except Malformed as error:
        raise Refusal(Reason.MALFORMED) from error


def _entry(
    opened: Opened,
    now: int,
    status: Status,
    fields: Field = Field(0),
    level: int = 0,
    subject: bytes = NO_SUBJECT,
) -> Entry:
    question = opened.question
    return Entry(
        now,
        question.kiosk,
        opened.nonce,
        question.kind,
        question.purpose,
        question.fields,
        fields,
        status,
        level,
        subject,
    )


@lru_cache(maxsize=64)
def _words(kind: Kind, status: Status) -> tuple[str, str]:
    # FOUND and UNKNOWN count as one: metrics are no oracle either.
    answered = status in (Status.FOUND, Status.UNKNOWN)
    return kind.name.lower(), "answered" if answered else status.name.lower()


@lru_cache(maxsize=4096)
def _public(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)
