"""The store as the service sees it. Whatever returned is durable; what raised StoreAway is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol

from service.audit import Checkpoint, Entry, Head
from service.proofs.verdict import Why
from service.records import Group, MemberRow
from service.store.slips import SlipStore
from service.wire.messages import EvidenceKind
from service.wire.sales import SaleRecord

NEVER_SHOWN = -1


class Standing(StrEnum):
    """Whether a kiosk is served, or a card taken."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KioskRow:
    """An enrolled kiosk. `tls`: SHA-256 of the key its certificates are for."""

    id: bytes
    name: str
    signing: bytes
    tls: bytes
    standing: Standing
    enrolled: int
    renewed: int


class Waiting(StrEnum):
    """How far an enrolment is."""

    INVITED = "invited"
    APPLIED = "applied"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class InviteRow:
    """A one-time code (only its hash) and what the kiosk that used it sent."""

    secret: bytes
    name: str
    expires: int
    standing: Waiting = Waiting.INVITED
    csr: bytes = b""
    signing: bytes = b""
    fingerprint: str = ""
    kiosk: bytes = b""
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member with everything that is written when one is added."""

    row: MemberRow
    indexes: tuple[tuple[int, bytes], ...]
    """(pepper version, blind index) of each credential."""
    created: int


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One decision of a member, kept for ever: what they saw, in which language, where and when."""

    member: bytes
    group: Group
    given: bool
    text: bytes
    """SHA-256 of the wording that was shown."""
    text_version: str
    language: str
    channel: str
    at: int
    kiosk: bytes = b""
    """Where; empty: at none."""
    method: str = ""
    """How they decided: what was pressed, and what they had shown."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card or code of a member. `counter`: the highest serial that was shown, NEVER_SHOWN before.

    `issued`, `expires`, `revoked`: Unix milliseconds; 0: never.
    """

    id: bytes
    kind: EvidenceKind
    member: bytes
    standing: Standing = Standing.ACTIVE
    counter: int = NEVER_SHOWN
    issued: int = 0
    expires: int = 0
    revoked: int = 0


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card, and the blind index it is found by, with the version of its pepper."""

    row: CardRow
    pepper: int
    index: bytes


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card as one showing finds it.

    `used`: the kiosk and showing that came with this serial before, and when. `member`: None once
    erased.
    """

    row: CardRow
    used: tuple[bytes, bytes, int] | None
    member: MemberRow | None


@dataclass(frozen=True, slots=True)
class Use:
    """One showing of what counts once. `showing`: SHA-256 of the kiosk's random bytes.

    `sale`: the one whose link this is, None at a lookup; a showing belongs to the first sale only.
    """

    card: bytes
    serial: int
    kiosk: bytes
    showing: bytes
    at: int
    sale: str | None = None


class Spent(Exception):
    """What was shown does not count any more; nothing was written."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Booking:
    """A sale to be booked; `member` and `level` where its link proved one.

    `use`: what the link showed; where it does not count any more, the level is 0.
    """

    record: SaleRecord
    member: bytes = b""
    level: int = 0
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of the sales of one request."""

    contiguous: int
    """All sales of this outbox up to this number are booked."""
    conflict: bool = False
    """One of them came before with other contents: none of this request was booked."""
    new: int = 0
    spent: tuple[tuple[int, Why], ...] = ()
    """New sales whose link's showing did not count, by their place in the request."""


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """A receipt for whoever has the link. `name` and `sealed` tell nothing without it.

    `received`, `expires`: Unix milliseconds.
    """

    name: bytes
    kiosk: bytes
    sealed: bytes
    received: int
    expires: int


class Kept(Enum):
    """What became of a sealed receipt."""

    NEW = "new"
    SAME = "same"
    """It was there already, and stays until it would have run out anyway."""
    OTHER = "other"
    """Another one has this name: nothing was kept."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Who used an invitation. `invitation` and `page` are hashes; nobody finds an address by them."""

    invitation: bytes
    page: bytes
    member: bytes
    kiosk: bytes
    at: int


class Replayed(Exception):
    """This kiosk has used this nonce before."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An outbox with missing numbers."""

    kiosk: bytes
    outbox: bytes
    contiguous: int
    highest: int


class Store(SlipStore, Protocol):
    """Used by one event loop. Every method may raise StoreAway."""

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        """The kiosk, and the member one of the blind indexes belongs to."""
        ...

    async def record(
        self,
        entry: Entry,
        sales: tuple[Booking, ...] = (),
        use: Use | None = None,
        decided: tuple[ConsentEvent, ...] = (),
    ) -> Booked | None:
        """Append to this writer's chain, book sales, count a showing and keep decisions with what
        follows from them, in one durable transaction. A decision of nobody is left out.

        Raises Replayed; Spent where `use` does not count: then nothing is written.
        """
        ...

    async def find_card(self, indexes: tuple[bytes, ...], serial: int) -> FoundCard | None:
        """The card that one of the blind indexes belongs to."""
        ...

    async def add_card(self, card: NewCard) -> bool:
        """False if its index belongs to a card already."""
        ...

    async def cards(self) -> list[CardRow]:
        """All of them, oldest first."""
        ...

    async def revoke_card(self, card: bytes, at: int) -> bool:
        """Refused from `at` on, for ever. False if there is no such card."""
        ...

    async def purge_cards(self, before: int) -> None:
        """Forget showings and expired codes from before then: their links cannot come any more."""
        ...

    async def keep_receipt(self, receipt: SealedReceipt) -> Kept:
        """Keep it; the same one again is fine."""
        ...

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        """Unless it has run out."""
        ...

    async def purge_receipts(self, now: int) -> None:
        """Forget those that have run out; overwritten where the store can."""
        ...

    async def add_member(self, member: NewMember, consents: tuple[ConsentEvent, ...]) -> bool:
        """False if one of its indexes belongs to somebody already."""
        ...

    async def join(
        self, joined: Joined, member: NewMember, consents: tuple[ConsentEvent, ...]
    ) -> Joined:
        """Add the member, unless the invitation was used before: then who used it, and nothing new."""
        ...

    async def joined(self, page: bytes) -> Joined | None:
        """Whose page it is."""
        ...

    async def member(self, member: bytes) -> MemberRow | None:
        """A member by id."""
        ...

    async def consent(self, event: ConsentEvent) -> bool:
        """Keep the decision and what follows from it. False if there is no such member."""
        ...

    async def consents(self, member: bytes) -> list[ConsentEvent]:
        """All decisions, oldest first."""
        ...

    async def put_invite(self, invite: InviteRow) -> None:
        """Keep a new invite, or what became of one."""
        ...

    async def invite(self, secret: bytes) -> InviteRow | None:
        """By the hash of its secret."""
        ...

    async def invites(self) -> list[InviteRow]:
        """All of them."""
        ...

    async def put_kiosk(self, kiosk: KioskRow) -> None:
        """Add or change a kiosk."""
        ...

    async def kiosks(self) -> list[KioskRow]:
        """All of them."""
        ...

    async def alarm(self, at: int, kind: str, kiosk: bytes, detail: str) -> None:
        """Something people must look at. `detail` holds nobody's data."""
        ...

    async def alarms(self, most: int) -> list[tuple[int, str, bytes, str]]:
        """The newest ones."""
        ...

    async def gaps(self) -> list[Gap]:
        """Outboxes of which a later sale came before an earlier one."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many members, kiosks, sales, links, entries there are."""
        ...

    async def heads(self) -> dict[str, Head]:
        """The head of every chain."""
        ...

    async def last_checkpoint(self) -> Checkpoint | None:
        """The newest."""
        ...

    async def put_checkpoint(self, checkpoint: Checkpoint) -> bool:
        """False if somebody else made this number."""
        ...

    async def checkpoints(self) -> list[Checkpoint]:
        """All, oldest first."""
        ...

    async def entries(
        self, chain: str, after: int, most: int
    ) -> list[tuple[int, bytes, bytes, bytes, bytes]]:
        """(seq, kiosk, nonce, entry, hash) of a chain, in order."""
        ...

    async def ready(self) -> None:
        """Whether it can keep things now."""
        ...

    async def close(self) -> None:
        """Finish what was given, and let go."""
        ...
