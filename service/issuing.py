"""Cards and codes for members: signed or registered here, told once, and never readable again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.cards import indexes_of
from service.errors import SettingsError
from service.keys import DAY, Keys, make_card_keys
from service.proofs import sun
from service.proofs.numbers import idm_fault, uid_fault
from service.proofs.table import HOUR
from service.proofs.verdict import Why
from service.settings import CODE_HOURS_MOST, TOKEN_DAYS_MOST, Settings
from service.store.port import NEVER_SHOWN, CardRow, NewCard, Standing, Store
from service.wire import base45, token
from service.wire.messages import EvidenceKind

_NDEF_MIME = 0xD2
"""First byte of a short record that is a whole message: MB, ME, SR, TNF 2 (NDEF 1.0 §3.2)."""
_URI_AT = 7
"""Where the text of a URI begins in a card's NDEF file: length(2), record header(4), prefix(1)."""


DAYS_MOST = 36_500
"""A card that lives longer than its holder is one for ever; dates beyond the year 9999 are none."""


class CannotIssue(ValueError):
    """Why not, for the operator; holds no number of a card."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What the holder gets. `text`: a code for a QR. `ndef`: the message to write on a card."""

    row: CardRow
    text: str = ""
    ndef: bytes = b""


@dataclass(frozen=True, slots=True)
class Personalisation:
    """What an NTAG 424 DNA must be written with. Both keys are secrets; offsets count in its file."""

    row: CardRow
    uri: str
    picc_offset: int
    mac_input_offset: int
    mac_offset: int
    meta_key: bytes
    file_key: bytes
    lrp: bool = False
    """The chip is switched over to LRP before it is written: AES else."""


def ndef_of(signed: bytes) -> bytes:
    """An NDEF message of one MIME record (NDEF 1.0 §3.2, §3.2.6)."""
    name = token.MEDIA_TYPE.encode("ascii")
    return bytes((_NDEF_MIME, len(name), len(signed))) + name + signed


class Issuer:
    """Issues for one service. Make it with `issuer_of`."""

    def __init__(self, settings: Settings, keys: Keys, store: Store, now: int) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._now = now

    async def code(self, member: bytes, *, hours: int = 0, tier: int = 0) -> Issued:
        """A text that counts once. `hours`: 0 for the settings'. Raises CannotIssue, StoreAway."""
        hours = hours or self._settings.code_hours
        if not 1 <= hours <= CODE_HOURS_MOST:
            raise CannotIssue(f"a code lives for 1 to {CODE_HOURS_MOST} hours")
        text = " "
        while text.endswith(" "):  # a blank of Base45 that a scanner would cut off
            claims = self._claims(hours * HOUR, tier, once=True)
            text = token.PREFIX + base45.encode(token.sign(claims, self._signing))
        row = self._row(EvidenceKind.COSE_TOKEN, member, claims.expires * 1000)
        await self._add(row, claims.pseudonym)
        return Issued(row, text=text)

    async def card_token(
        self, member: bytes, uid: bytes, *, days: int = 0, tier: int = 0
    ) -> Issued:
        """A token bound to the card of this UID. Raises CannotIssue, StoreAway."""
        _check(uid_fault(uid), "uid: 4, 7 or 10 bytes are wanted")
        days = days or self._settings.card_token_days
        if not 1 <= days <= TOKEN_DAYS_MOST:
            raise CannotIssue(f"a card's token lives for 1 to {TOKEN_DAYS_MOST} days")
        claims = self._claims(days * DAY, tier, uid=uid)
        row = self._row(EvidenceKind.NDEF_TOKEN, member, claims.expires * 1000)
        await self._add(row, claims.pseudonym)
        return Issued(row, ndef=ndef_of(token.sign(claims, self._signing)))

    async def sun(
        self, member: bytes, uid: bytes, *, days: int = 0, lrp: bool = False
    ) -> Personalisation:
        """An NTAG 424 DNA; `days` 0: for ever. `lrp`: for a chip that speaks LRP, with the same keys.

        One that this member has is told once more while there is one card master; the service takes
        it either way, since a link tells by its length how it was made.
        Raises CannotIssue, StoreAway.
        """
        if len(uid) != sun.UID_BYTES:
            raise CannotIssue(f"uid: an NTAG 424 DNA has {sun.UID_BYTES} bytes")
        if not self._settings.card_hosts:
            raise CannotIssue("card_hosts: write the host of the cards' links into service.toml")
        row = await self._theirs(member, uid)
        if row and len(self._keys.masters) > 1:
            raise CannotIssue(
                "this card is registered already, and it is not kept which of the card-master keys "
                "it was written with; its keys cannot be told once more: take a new card"
            )
        if row is None:
            row = self._row(EvidenceKind.SUN, member, self._end(days))
            await self._add(row, uid)
        master = self._keys.masters[max(self._keys.masters)]
        keys = sun.card_keys(master, self._settings.card_system)
        head = f"https://{self._settings.card_hosts[0]}/c?picc_data="
        digits = sun.LRP_PICC_DIGITS if lrp else sun.AES_PICC_DIGITS
        uri = f"{head}{'0' * digits}&cmac={'0' * 16}"
        picc, mac = (_URI_AT + at - len("https://") for at in (len(head), len(uri) - 16))
        start = picc if self._settings.card_mac_from == "picc" else mac
        return Personalisation(row, uri, picc, start, mac, keys.shared, keys.own(uid), lrp)

    async def number(
        self, member: bytes, kind: EvidenceKind, number: bytes, *, days: int = 0
    ) -> Issued:
        """A UID or FeliCa IDm that the card has anyway. Raises CannotIssue, StoreAway."""
        if kind is EvidenceKind.CARD_UID:
            _check(uid_fault(number), "uid: 4, 7 or 10 bytes are wanted")
        else:
            _check(idm_fault(number), "idm: 8 bytes are wanted")
        row = self._row(kind, member, self._end(days))
        await self._add(row, number)
        return Issued(row)

    def _claims(
        self, life: int, tier: int, *, uid: bytes = b"", once: bool = False
    ) -> token.Claims:
        if not 0 <= tier <= token.TIER_MOST:
            raise CannotIssue(f"tier: 0 to {token.TIER_MOST} is wanted")
        name, issued = token.new_pseudonym(), self._now // 1000
        bound = token.binding(name, uid) if uid else b""
        return token.Claims(name, issued, issued + life // 1000, tier, bound, once)

    def _end(self, days: int) -> int:
        if not 0 <= days <= DAYS_MOST:
            raise CannotIssue(
                f"days: 1 to {DAYS_MOST} are wanted; without it a card stays for ever"
            )
        return self._now + days * DAY if days else 0

    def _row(self, kind: EvidenceKind, member: bytes, expires: int) -> CardRow:
        card = secrets.token_bytes(8)
        return CardRow(card, kind, member, counter=NEVER_SHOWN, issued=self._now, expires=expires)

    async def _theirs(self, member: bytes, uid: bytes) -> CardRow | None:
        indexes = indexes_of(self._keys, EvidenceKind.SUN, uid)
        found = await self._store.find_card(indexes, NEVER_SHOWN)
        same = found and found.row.member == member and found.row.standing is Standing.ACTIVE
        return found.row if found and same else None

    async def _add(self, row: CardRow, reference: bytes) -> None:
        indexes = indexes_of(self._keys, row.kind, reference)
        taken = await self._store.find_card(indexes, NEVER_SHOWN)
        card = NewCard(row, max(self._keys.peppers), indexes[0])
        if taken or not await self._store.add_card(card):
            raise CannotIssue("this card is registered already; revoked ones stay so for ever")

    @property
    def _signing(self) -> Ed25519PrivateKey:
        return self._keys.issuers[max(self._keys.issuers)]


def _check(why: Why | None, wanted: str) -> None:
    if why is Why.CHANGING_NUMBER:
        raise CannotIssue("this number changes with each reading and stands for no card")
    if why:
        raise CannotIssue(wanted)


async def issuer_of(settings: Settings, keys: Keys, store: Store, now: int) -> Issuer:
    """Makes the cards' keys where a service never needed them. Raises SettingsError, StoreAway."""
    if not (keys.masters and keys.issuers):
        kinds = {row.kind for row in await store.cards()}
        for name, needing, there in (
            ("card-master", {EvidenceKind.SUN}, keys.masters),
            ("issuer", {EvidenceKind.NDEF_TOKEN, EvidenceKind.COSE_TOKEN}, keys.issuers),
        ):
            if kinds & needing and not there:
                raise SettingsError(
                    f"{keys.folder}: has no {name}-0001.key, and cards were issued with it; "
                    "restore it from a backup"
                )
        make_card_keys(keys.folder)
        keys.refresh()
    return Issuer(settings, keys, store, now)
