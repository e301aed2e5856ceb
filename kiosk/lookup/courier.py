"""The driver of `Device.OUTBOX`: seals whose sale it is, queues sales, and delivers them while idle.

A link is sealed to a key that only the service has; this kiosk cannot open it again. A sale is deleted
when a signed receipt of the service covers it, and not before: at least once, and booked once by its id.
"""

from __future__ import annotations

import logging
import random
import secrets
from pathlib import Path

from kiosk.checkout.commands import (
    DeviceCommand,
    DropLink,
    KeepLinks,
    MakeInvitation,
    OfferReceipt,
    QueueSale,
    SealLink,
)
from kiosk.checkout.events import Device, DeviceFault, DeviceOnline, FaultKind
from kiosk.checkout.front_events import InvitationMade
from kiosk.checkout.member_events import LinkSealed, ReceiptOffered, SaleQueued
from kiosk.clock import Clock
from kiosk.ids import NOBODY, Handle
from kiosk.lookup.handover import ATTEMPT_SECONDS, FIRST_PAUSE, LONGEST_PAUSE, Handover
from kiosk.lookup.offer import invitation, offer
from kiosk.lookup.outbox import Outbox
from kiosk.lookup.session import Ask, Session, Told
from kiosk.ports import (
    Cancel,
    Forged,
    LocalProtocolError,
    LookupFailed,
    Refused,
    Run,
    Unavailable,
    Unreachable,
)
from kiosk.vault import Vault
from service.wire.keyset import Use
from service.wire.messages import Kind, Malformed, Status
from service.wire.sales import BATCH_MOST, SaleRecord, pack_sales, receipt_in, seal_link
from service.wire.suite import BadKey, PublicKey

ALARM_PAUSE = 600.0
"""After a forgery: people have to look, asking again soon changes nothing."""

log = logging.getLogger("kiosk.outbox")


class Courier:
    """For one thread."""

    def __init__(
        self,
        path: Path,
        folder: Path,
        vault: Vault,
        clock: Clock,
        chance: random.Random | None = None,
        receipts: str = "",
    ) -> None:
        """`path`: the outbox file; `folder`: the identity. Nothing is read or opened yet.

        `receipts`: the address before `/b/` where customers fetch a receipt; empty: they cannot.
        """
        self._path = path
        self._vault = vault
        self._clock = clock
        self._chance = chance or random.Random(secrets.randbits(64))
        self._session = Session(folder, clock)
        self._outbox: Outbox | None = None
        self._failures = 0
        self._due = 0.0
        self._empty = False
        self._troubles = 0
        self._rest = 0.0
        self._receipts = receipts
        self._handover = Handover(self._session, clock, self._chance)
        self._singly = 0
        """So many sales go one by one: among them is one that the service does not book."""

    # --- commands -----------------------------------------------------------------------------------

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """`LinkSealed` or `SaleQueued`, on disk by then. Raises Unavailable where it is not."""
        del cancel  # nothing here takes long
        try:
            yield from self._execute(command)
        except Exception:
            # What failed is wanted again as soon as we say that we are back: not at once.
            self._troubles = min(self._troubles + 1, 8)
            self._rest = self._clock.monotonic() + 2.0**self._troubles
            raise
        self._troubles = 0

    def _execute(self, command: DeviceCommand) -> Run:
        if isinstance(command, MakeInvitation):
            yield InvitationMade(self._invited())  # nothing of it is for the file
            return
        outbox = self._opened()
        match command:
            case SealLink(sale=sale, handle=handle):
                sealed = self._sealed(command)
                if sealed:
                    outbox.keep_link(sale, handle, sealed)
                    yield LinkSealed(handle)
            case DropLink(sale=sale):
                outbox.drop_link(sale)
            case KeepLinks(links=links):
                outbox.keep_links(links)
            case QueueSale(record=record, link=link):
                outbox.queue(record, link)
                self._empty = False
                yield SaleQueued(record.sale)
            case OfferReceipt():
                yield self._offered(outbox, command)
            case _:
                raise LocalProtocolError(f"an outbox cannot {type(command).__name__}")

    def _offered(self, outbox: Outbox, command: OfferReceipt) -> ReceiptOffered:
        """Raises Unavailable where it cannot be kept: then there is no link."""
        if not self._receipts:
            raise Unavailable("no address where receipts are fetched is configured")
        try:
            sealed, handle = offer(self._vault, self._receipts, command.receipt)
        except Malformed as error:
            raise Unavailable(f"a receipt cannot be sealed: {error}") from error
        try:
            outbox.keep_receipt(sealed)
        except Unavailable:
            self._vault.wipe(handle)
            raise
        self._handover.added()
        return ReceiptOffered(command.sale, handle)

    def _invited(self) -> Handle:
        """Nobody where none can be made: then the screen says so."""
        if not self._receipts:
            return NOBODY
        try:
            return invitation(self._vault, self._receipts, self._session)
        except Unavailable as error:
            log.warning("nobody can be invited: %s", error)
            return NOBODY

    def _sealed(self, command: SealLink) -> bytes:
        """Empty where the customer is gone meanwhile. Raises Unavailable."""
        shown = self._vault.shown(command.handle)
        if shown is None:
            return b""
        keys, now = self._session.identity.keys, self._session.now()
        key = keys.current(Use.OUTBOX, now)
        if key is None:
            self._session.close()  # the lookup may have fetched newer keys since
            keys = self._session.identity.keys
            key = keys.current(Use.OUTBOX, now)
        if key is None:
            raise Unavailable("no key to seal to is in force")
        try:
            sealed = seal_link(
                key.id,
                PublicKey(key.public),
                keys.tenant,
                sale=command.sale,
                kiosk=self._session.identity.kiosk,
                at=now,
                kind=shown.kind,
                evidence=shown.data,
            )
        except (Malformed, BadKey) as error:
            raise Unavailable(f"a link could not be sealed: {error}") from error
        gone = self._vault.shown(command.handle) is None  # then it may be zeros that were sealed
        return b"" if gone else sealed

    # --- idle ---------------------------------------------------------------------------------------

    def watch(self, wanted: Cancel) -> Run:
        """Deliver, oldest first; a service that is away is tried again later and later.

        Raises Unavailable when the file is lost.
        """
        outbox = self._opened()
        while (rest := self._rest - self._clock.monotonic()) > 0 and not wanted.wait(rest):
            pass
        if wanted:
            return
        if self._troubles:
            outbox.check()
        yield DeviceOnline(Device.OUTBOX)
        while not wanted:
            self._handover.deliver(outbox, wanted)
            pause = self._due - self._clock.monotonic()
            if pause > 0 or self._empty:
                waits = [1.0, *([pause] if not self._empty else []), self._handover.pause or 1.0]
                wanted.wait(min(waits))
                continue
            yield from self._delivered(wanted)

    def _delivered(self, wanted: Cancel) -> Run:
        outbox = self._opened()
        if not outbox.oldest(1):
            self._empty = True
            return
        try:
            self._renumber(outbox)
            records = outbox.oldest(1 if self._singly else BATCH_MOST)
            gone, conflict = self._deliver(outbox, records, wanted)
        except Forged as error:
            log.error("ALARM: %s", error)
            self._later(ALARM_PAUSE)
            yield _alarm(f"forged: {error}")
        except (LookupFailed, Unavailable) as error:
            if wanted:
                return  # broken off for a command: no failure of the service
            log.info("sales wait for the service: %s", error)
            retry = error.retry if isinstance(error, Unreachable) else 0.0
            self._later(retry)
            self._session.close()
        else:
            if gone:
                self._failures, self._singly = 0, max(0, self._singly - 1)
            elif conflict and len(records) > 1:
                self._singly = len(records)
            elif conflict:
                yield self._set_aside(outbox, records[0])
            else:
                self._later(ALARM_PAUSE)
                yield _alarm(f"sale {records[0].id} is not booked: people have to look")

    def _set_aside(self, outbox: Outbox, record: SaleRecord) -> DeviceFault:
        """One sale that is in conflict must not keep back all that come after it."""
        outbox.set_aside(record.sequence)
        self._singly = 0
        self._later(0.0)  # a service that books nothing at all is not hammered
        detail = f"sale {record.id} is in conflict and set aside: people have to look"
        log.error("ALARM: %s", detail)
        return _alarm(detail)

    def _renumber(self, outbox: Outbox) -> None:
        """Where the kiosk was enrolled anew. Raises Unavailable."""
        links = outbox.belong_to(self._session.identity.kiosk)
        if links:
            log.warning("enrolled anew: %d links of the former id will not be believed", links)

    def _deliver(
        self, outbox: Outbox, records: tuple[SaleRecord, ...], wanted: Cancel
    ) -> tuple[int, bool]:
        """How many sales are booked now that were not, and whether these are in conflict."""
        limit = self._session.limit(ATTEMPT_SECONDS, wanted)
        told = self._session.ask(Ask(Kind.SALE, pack_sales(records)), limit)
        try:
            status, retry = told.answer.status, told.answer.retry
            if status is Status.SLOW_DOWN:
                raise Unreachable("the service asks to wait", float(retry))
            if status not in (Status.BOOKED, Status.CONFLICT):
                raise Refused(f"the service does not take sales: {status.name}")
            if not told.answer.body:
                return 0, False
            gone = outbox.booked(self._contiguous(outbox, told))
            return gone, status is Status.CONFLICT
        finally:
            told.wipe()

    def _contiguous(self, outbox: Outbox, told: Told) -> int:
        """What the receipt says. Raises Forged where it is not signed, or not for us."""
        if not told.answer.signed:
            raise Forged("a receipt that nobody signed")
        try:
            receipt = receipt_in(told.answer.body)
        except Malformed as error:
            raise Refused(f"a receipt that cannot be read: {error}") from error
        if (receipt.kiosk, receipt.outbox) != (self._session.identity.kiosk, outbox.id):
            raise Forged("a receipt for another kiosk or another outbox")
        return receipt.contiguous

    def _later(self, least: float) -> None:
        """Full jitter: kiosks that lost the service together do not come back together."""
        pause = self._chance.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**self._failures))
        self._failures = min(self._failures + 1, 10)
        self._due = self._clock.monotonic() + max(least, pause)

    def _opened(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self._path)
        return self._outbox

    def close(self) -> None:
        """Let go of the file and the line."""
        self._session.close()
        outbox, self._outbox = self._outbox, None
        if outbox:
            outbox.close()


def _alarm(detail: str) -> DeviceFault:
    """For staff, in the journal: the outbox itself works on."""
    return DeviceFault(Device.OUTBOX, FaultKind.PROTOCOL, outcome_known=True, detail=detail[:200])
