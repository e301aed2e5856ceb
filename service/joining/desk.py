"""The desk that lets people in: it has keys, and hears of strangers only what the public process asks.

Whoever brings an invitation of a kiosk of ours gets in once. What can be asked for afterwards needs the
secret of a member's own page.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.audit import NO_KIOSK, NO_SUBJECT, Act, Entry
from service.clock import Clock
from service.consents import ON_PAGE, named
from service.issuing import issuer_of
from service.joining.texts import LEAVE, VERSION, hash_of, join_text
from service.keys import Keys
from service.limits import Limiter
from service.members import Profile, pseudonym
from service.policy import served
from service.records import Damaged, Group, MemberRow
from service.settings import Settings
from service.store.port import ConsentEvent, Joined, Standing, Store
from service.telemetry import tell
from service.wire.invitation import Invitation, name_of, page_of

GIVEN = (Group.POINTS, Group.PRICES, Group.LANGUAGE, Group.OFFERS)
"""What somebody consents to who joins; there is no name to be shown."""
JOINS_A_MINUTE, JOINS_BURST = 6, 20
"""By the invitations of one kiosk: one that was broken into cannot fill the store."""


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    USED = "used"
    """Somebody else has used the invitation."""
    OVER = "over"
    """It is too old."""
    NOTHING = "nothing"
    """There is no such invitation, or page."""
    LEFT = "left"
    """The member has withdrawn."""
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Told:
    """`page`: the secret of the member's page. `code`: to show at the checkout, once."""

    outcome: Outcome
    page: bytes = b""
    code: str = ""


class JoinDesk:
    """For one event loop."""

    def __init__(self, settings: Settings, keys: Keys, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._clock = clock
        self._joins = Limiter(JOINS_A_MINUTE, JOINS_BURST)

    async def join(self, invitation: Invitation, press: bytes, language: str) -> Told:
        """A member without a name, once; pressed again it is the same one. Raises StoreAway."""
        now = self._clock.now_ms()
        why = await self._fault(invitation, now)
        if why:
            return Told(why)
        page = page_of(invitation, press)
        profile = Profile(card="", language=language)
        member = pseudonym(profile, self._keys, now, Group(sum(GIVEN)))
        wanted = Joined(invitation.used, name_of(page), member.row.id, invitation.kiosk, now)
        text = hash_of(join_text(language, self._settings.responsible))
        events = tuple(
            _event(member.row, group, language, now, invitation.kiosk, text, given=True)
            for group in GIVEN
        )
        joined = await self._store.join(wanted, member, events)
        if joined.page != wanted.page:
            return Told(Outcome.USED)
        if joined == wanted:
            await self._audit(Act.MEMBER_ADDED, member.row, invitation.kiosk)
            tell("member joined", kiosk=invitation.kiosk.hex())
        return await self.code(page)

    async def look(self, page: bytes) -> Told:
        """How it stands with this member; nothing is changed. Raises StoreAway."""
        row = await self._member(page)
        if row is None:
            return Told(Outcome.NOTHING)
        return Told(Outcome.DONE if served(row) else Outcome.LEFT, page)

    async def code(self, page: bytes) -> Told:
        """A fresh code for the checkout. Raises StoreAway, or SettingsError."""
        row = await self._member(page)
        if row is None or not served(row):
            return Told(Outcome.LEFT if row else Outcome.NOTHING, page)
        now = self._clock.now_ms()
        issuer = await issuer_of(self._settings, self._keys, self._store, now)
        issued = await issuer.code(row.id)
        await self._audit(Act.CARD_ISSUED, row)
        return Told(Outcome.DONE, page, issued.text)

    async def withdraw(self, page: bytes, language: str) -> Told:
        """In force from now on, with its audit entry. Raises StoreAway."""
        row = await self._member(page)
        if row is None:
            return Told(Outcome.NOTHING)
        now, text = self._clock.now_ms(), hash_of(LEAVE[language])
        events = tuple(
            _event(row, group, language, now, b"", text, given=False)
            for group in Group
            if group & row.consents
        )
        if events:
            await self._audit(Act.CONSENT_CHANGED, row, decided=events)
        return Told(Outcome.LEFT, page)

    async def _fault(self, invitation: Invitation, now: int) -> Outcome | None:
        kiosk, _ = await self._store.find(invitation.kiosk, ())
        if kiosk is None or kiosk.standing is not Standing.ACTIVE:
            return Outcome.NOTHING
        key = Ed25519PublicKey.from_public_bytes(kiosk.signing)
        if not invitation.holds(key, self._settings.tenant):
            tell("invitation refused", logging.WARNING, kiosk=invitation.kiosk.hex())
            return Outcome.NOTHING
        if invitation.over(now):
            return Outcome.OVER
        if self._joins.wait(invitation.kiosk, self._clock.monotonic()):
            return Outcome.BUSY
        return None

    async def _member(self, page: bytes) -> MemberRow | None:
        joined = await self._store.joined(name_of(page))
        return await self._store.member(joined.member) if joined else None

    async def _audit(
        self,
        act: int,
        row: MemberRow,
        kiosk: bytes = NO_KIOSK,
        decided: tuple[ConsentEvent, ...] = (),
    ) -> None:
        try:
            subject = named(row, self._keys)
        except Damaged:
            subject = NO_SUBJECT
        nonce = secrets.token_bytes(16)
        entry = Entry(self._clock.now_ms(), kiosk, nonce, act, subject=subject)
        await self._store.record(entry, decided=decided)


def _event(
    row: MemberRow, group: Group, language: str, now: int, kiosk: bytes, text: bytes, *, given: bool
) -> ConsentEvent:
    method = "button, invitation" if given else "button, own page"
    return ConsentEvent(row.id, group, given, text, VERSION, language, ON_PAGE, now, kiosk, method)
