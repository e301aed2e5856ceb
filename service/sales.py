"""Sales of kiosks: booked exactly once by their id, whoever sends them how often in what order."""

from __future__ import annotations

import logging
from dataclasses import replace

from service.audit import Entry
from service.cards import SPENT, Cards, Shown, indexes_of
from service.keys import Keys
from service.policy import BARE, level_of, served
from service.proofs.verdict import Why
from service.settings import Settings
from service.store.port import Booking, Store
from service.telemetry import Meters, tell
from service.wire.keyset import Use
from service.wire.messages import Evidence, Malformed, Status
from service.wire.sales import (
    Link,
    Receipt,
    SaleRecord,
    link_key_id,
    open_link,
    pack_receipt,
)
from service.wire.suite import CannotOpen


class Intake:
    """Opens customer links and books."""

    def __init__(
        self, settings: Settings, keys: Keys, store: Store, meters: Meters, cards: Cards
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._meters = meters
        self._cards = cards

    async def book(self, entry: Entry, records: tuple[SaleRecord, ...]) -> tuple[Status, bytes]:
        """What to answer, with the receipt. Raises Replayed, or StoreAway."""
        found = [await self._booking(entry, record) for record in records]
        booked = await self._store.record(entry, tuple(booking for booking, _ in found))
        if booked is None:
            raise AssertionError("sales were given")
        self._meters.sales.inc(booked.new)
        spent = dict(booked.spent)
        for place, (_, shown) in enumerate(found):
            if shown:
                why = shown.why or spent.get(place)
                await self._cards.tell(shown, entry.kiosk, why, late=True)
        receipt = pack_receipt(Receipt(entry.kiosk, records[0].outbox, booked.contiguous))
        return (Status.CONFLICT if booked.conflict else Status.BOOKED), receipt

    async def _booking(self, entry: Entry, record: SaleRecord) -> tuple[Booking, Shown | None]:
        """A sale is never lost for its link: one that cannot be used is told, and left out."""
        if not record.linked:
            return Booking(record), None
        link = self._opened(entry, record)
        if link is None:
            self._unusable(entry)
            return Booking(record), None
        if link.evidence.kind in BARE:
            return await self._numbered(entry, record, link.evidence), None
        return await self._shown(entry, record, link)

    async def _numbered(self, entry: Entry, record: SaleRecord, evidence: Evidence) -> Booking:
        level = level_of(evidence.kind, test_cards=self._settings.test_cards)
        if level is None:
            return Booking(record)
        indexes = indexes_of(self._keys, evidence.kind, evidence.data)
        _, member = await self._store.find(entry.kiosk, indexes)
        member = served(member)
        return Booking(record, member.id, level) if member else Booking(record)

    async def _shown(
        self, entry: Entry, record: SaleRecord, link: Link
    ) -> tuple[Booking, Shown | None]:
        """Judged at the link's time; whether the showing still counts is the store's to say."""
        shown = await self._cards.shown(link.evidence, entry.kiosk, link.at, sale=record.id)
        if shown.why in SPENT:
            shown = replace(shown, why=None)
        elif shown.why and shown.why is not Why.UNKNOWN_CARD:
            self._unusable(entry)
        member = served(shown.member)
        if member is None:
            return Booking(record), shown
        return Booking(record, member.id, shown.level, shown.use), shown

    def _unusable(self, entry: Entry) -> None:
        tell("a link cannot be used", logging.WARNING, kiosk=entry.kiosk.hex())
        self._meters.alarms.labels("link").inc()

    def _opened(self, entry: Entry, record: SaleRecord) -> Link | None:
        try:
            key = self._keys.opening(link_key_id(record.link), Use.OUTBOX, entry.at)
            link = open_link(record.link, key, self._settings.tenant) if key else None
        except (Malformed, CannotOpen):
            return None
        same = link and link.sale == record.id and link.kiosk == entry.kiosk
        return link if same else None
