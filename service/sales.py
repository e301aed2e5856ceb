"""Sales of kiosks: booked exactly once by their id, whoever sends them how often in what order."""

from __future__ import annotations

import logging

from service.audit import Entry
from service.keys import Keys
from service.policy import level_of
from service.records import blind
from service.settings import Settings
from service.store.port import Booking, Store
from service.telemetry import Meters, tell
from service.wire.keyset import Use
from service.wire.messages import Malformed, Status
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

    def __init__(self, settings: Settings, keys: Keys, store: Store, meters: Meters) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._meters = meters

    async def book(self, entry: Entry, records: tuple[SaleRecord, ...]) -> tuple[Status, bytes]:
        """What to answer, with the receipt. Raises Replayed, or StoreAway."""
        bookings = [await self._booking(entry, record) for record in records]
        booked = await self._store.record(entry, tuple(bookings))
        if booked is None:
            raise AssertionError("sales were given")
        self._meters.sales.inc(booked.new)
        receipt = pack_receipt(Receipt(entry.kiosk, records[0].outbox, booked.contiguous))
        return (Status.CONFLICT if booked.conflict else Status.BOOKED), receipt

    async def _booking(self, entry: Entry, record: SaleRecord) -> Booking:
        """A sale is never lost for its link: one that cannot be used is told, and left out."""
        if not record.linked:
            return Booking(record)
        link = self._opened(entry, record)
        if link is None:
            tell("a link cannot be used", logging.WARNING, kiosk=entry.kiosk.hex())
            self._meters.alarms.labels("link").inc()
            return Booking(record)
        level = level_of(link.evidence.kind, test_cards=self._settings.test_cards)
        if level is None:
            return Booking(record)
        indexes = tuple(
            blind(pepper, link.evidence.kind, link.evidence.data)
            for pepper in self._keys.peppers.values()
        )
        _, member = await self._store.find(entry.kiosk, indexes)
        return Booking(record, member.id, level) if member else Booking(record)

    def _opened(self, entry: Entry, record: SaleRecord) -> Link | None:
        try:
            key = self._keys.opening(link_key_id(record.link), Use.OUTBOX, entry.at)
            link = open_link(record.link, key, self._settings.tenant) if key else None
        except (Malformed, CannotOpen):
            return None
        same = link and link.sale == record.id and link.kiosk == entry.kiosk
        return link if same else None
