"""A service's inside without its doors: desk, store and kiosks with keys, on a clock that is set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.lookup.identity import Identity, load_identity
from service.keys import Keys
from service.lookup import Desk
from service.members import Profile
from service.server import open_store
from service.settings import Settings
from service.stand import join, let_in
from service.store.port import KioskRow, Store
from service.telemetry import Meters
from service.wire.envelope import (
    ANSWER_PAYLOAD_BYTES,
    Answer,
    Asked,
    Question,
    Recipient,
    open_answer,
    seal_request,
)
from service.wire.keyset import Use
from service.wire.messages import (
    ALL_FIELDS,
    EVIDENCE_FIELD_BYTES,
    EvidenceKind,
    Field,
    Kind,
    Purpose,
    put_evidence,
)
from service.wire.sales import SaleRecord, pack_sales, seal_link
from service.wire.slip import SlipRequest, pack_slip
from service.wire.suite import PublicKey

TENANT = "markt"
NOW = 1_795_000_000_000
CARD = "4711000011"
MEMBER = Profile(CARD, "Erika Beispiel", 1250, "Gold", "member", "de", ("10 % auf Brot",))


@dataclass
class StillClock:
    """Time as the test sets it."""

    ms: int = NOW
    seconds: float = 0.0

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class FakeKiosk:
    """A kiosk's keys, and what it would send."""

    identity: Identity
    row: KioskRow
    clock: StillClock
    outbox: bytes = b"o" * 16

    @property
    def to(self) -> Recipient:
        """The service's key in force."""
        found = self.identity.keys.recipient(self.clock.ms)
        assert found
        return found

    def ask(
        self,
        body: bytes,
        kind: Kind = Kind.LOOKUP,
        *,
        at: int | None = None,
        fields: Field = ALL_FIELDS,
        to: Recipient | None = None,
    ) -> tuple[bytes, Asked]:
        """A sealed request of any kind."""
        when = self.clock.ms if at is None else at
        question = Question(self.identity.kiosk, when, kind, Purpose.CHECKOUT, fields)
        return seal_request(to or self.to, question, body, self.identity.signing)

    def lookup(
        self,
        card: str = CARD,
        kind: EvidenceKind = EvidenceKind.TEST_CARD,
        *,
        at: int | None = None,
        fields: Field = ALL_FIELDS,
    ) -> tuple[bytes, Asked]:
        """A sealed lookup."""
        body = bytearray(EVIDENCE_FIELD_BYTES)
        put_evidence(memoryview(body), kind, card.encode())
        return self.ask(bytes(body), at=at, fields=fields)

    def record(self, sequence: int, card: str | None = None, *, total: int = 1999) -> SaleRecord:
        """A sale, linked to a card if there is one."""
        sale = f"{self.row.name}-{sequence}"
        link = {}
        if card:
            key = self.identity.keys.current(Use.OUTBOX, self.clock.ms)
            assert key
            link["link"] = seal_link(
                key.id,
                PublicKey(key.public),
                TENANT,
                sale=sale,
                kiosk=self.identity.kiosk,
                at=self.clock.ms,
                kind=EvidenceKind.TEST_CARD,
                evidence=card.encode(),
            )
        return SaleRecord(
            sale, self.outbox, sequence, self.clock.ms, total, "EUR", 3, sequence, b"d" * 32, **link
        )

    def sales(self, *records: SaleRecord) -> tuple[bytes, Asked]:
        """Sealed sales."""
        return self.ask(pack_sales(records), Kind.SALE, fields=Field(0))

    def slip(self, ask: SlipRequest) -> tuple[bytes, Asked]:
        """A sealed hold or release."""
        return self.ask(pack_slip(ask), Kind.SLIP, fields=Field(0))

    def read(self, answer: bytes, asked: Asked) -> Answer:
        """Open an answer."""
        key = self.identity.keys.current(Use.ANSWER, self.clock.ms)
        assert key
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        public = Ed25519PublicKey.from_public_bytes(key.public)
        return open_answer(answer, asked, bytearray(ANSWER_PAYLOAD_BYTES), public)


@dataclass
class Inside:
    """Everything behind the doors."""

    settings: Settings
    keys: Keys
    store: Store
    clock: StillClock
    meters: Meters
    desk: Desk
    kiosks: list[FakeKiosk] = field(default_factory=list)

    @property
    def kiosk(self) -> FakeKiosk:
        """The first one."""
        return self.kiosks[0]

    async def told(self, sent: tuple[bytes, Asked], kiosk: FakeKiosk | None = None) -> Answer:
        """What a kiosk hears."""
        kiosk = kiosk or self.kiosk
        request, asked = sent
        return kiosk.read(await self.desk.answer(request, kiosk.row.tls), asked)

    async def new_kiosk(self, name: str) -> FakeKiosk:
        """Let another one in."""
        folder = Path(self.settings.folder) / "identities" / name
        row = await let_in(self.settings, self.keys, self.store, folder)
        found = FakeKiosk(load_identity(folder), row, self.clock)
        self.kiosks.append(found)
        return found

    async def join(self, profile: Profile = MEMBER) -> bytes:
        """Add a member."""
        return await join(self.keys, self.store, profile)


@asynccontextmanager
async def inside(settings: Settings, chain: str = "w0") -> AsyncIterator[Inside]:
    """An open service with one kiosk."""
    keys, clock, meters = Keys(settings.folder / "keys"), StillClock(), Meters()
    store = await open_store(settings, keys, chain)
    try:
        desk = Desk(settings, keys, store, clock, meters)
        found = Inside(settings, keys, store, clock, meters, desk)
        await found.new_kiosk("K1")
        yield found
    finally:
        await store.close()
