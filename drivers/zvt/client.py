"""Every command of a till, typed: one call, one dialogue, one frozen result.

A refusal is a value that says what to do next. What is raised is trouble with the line: `Unavailable`
where nothing left, `Silent` or `ProtocolError` where nobody knows what became of it. The kiosk itself
takes money through `terminal.ZvtTerminal`, which keeps every step in the journal before it answers.
"""

from __future__ import annotations

from drivers.zvt import reading
from drivers.zvt.calls import refused
from drivers.zvt.fields import ALL_RECEIPTS, Container, Tag
from drivers.zvt.link import EURO
from drivers.zvt.messages import (
    Abort,
    Authorization,
    BookTotal,
    CardPoll,
    Completion,
    EndOfDay,
    Message,
    PartialReversal,
    Refund,
    RepeatReceipt,
    Reservation,
    ReservationReversal,
    Reversal,
    SendTotals,
    StatusInformation,
)
from drivers.zvt.results import Booked, CardSeen, DayTotals, OpenReservations, Refused
from drivers.zvt.talk import KEEP, REFUSE, Decide, Decision, Heard
from drivers.zvt.upkeep import Upkeep, seen
from kiosk.ports import Cancel, Silent

TERMINAL_DECIDES = 0x40
"""Payment type: the terminal chooses how to take a card, GeldKarte excluded (2.2 table 4)."""
OPEN_RESERVATION = 0xB8
OTHER_CARD = 0x7A
RECEIPT_SIZE = 2
"""Bytes of a receipt number among open reservations (2.10.1)."""


class Client(Upkeep):
    """What a till does."""

    # --- money ------------------------------------------------------------------------------------

    def authorise(
        self,
        amount: int,
        *,
        payment_type: int = TERMINAL_DECIDES,
        cancel: Cancel | None = None,
        decide: Decide | None = None,
    ) -> Booked | Refused:
        """2.2: take this amount (minor units). `decide` answers the result; by default it counts if it
        is the amount that was asked for and nobody has to sign.
        """
        wait = self.link.settings.wait
        command = Authorization(
            amount,
            EURO,
            payment_type,
            timeout=wait[0] if wait else None,
            max_status_infos=wait[1] if wait else None,
            tlv=self._mirror(),
        )
        return self._money(command, decide or _only(amount), cancel)

    def card_poll(
        self, amount: int, *, cancel: Cancel | None = None
    ) -> Booked | CardSeen | Refused:
        """2.65: take this amount, or tell which card that is none for paying was held instead."""
        command = CardPoll(amount, EURO, TERMINAL_DECIDES, tlv=self._mirror())
        heard = self._talk(command, _only(amount), cancel)
        final = heard.final
        if isinstance(final, Abort) and final.result == OTHER_CARD and final.tlv:
            return seen(StatusInformation(tlv=final.tlv))
        return self._booked(heard)

    def reverse(self, receipt: int, amount: int | None = None) -> Booked | Refused:
        """2.9: take back the payment with this receipt number; the amount must match if it is given."""
        command = Reversal(
            self._password, receipt, amount, EURO if amount else None, tlv=self._mirror()
        )
        return self._money(command, _only(amount))

    def refund(self, amount: int) -> Booked | Refused:
        """2.15: pay this amount back to a card."""
        return self._money(Refund(self._password, amount, EURO, tlv=self._mirror()), _only(amount))

    def reserve(self, amount: int, *, cancel: Cancel | None = None) -> Booked | Refused:
        """2.8: hold this amount back."""
        command = Reservation(amount, EURO, TERMINAL_DECIDES, tlv=self._mirror())
        return self._money(command, _only(amount), cancel)

    def book(
        self, receipt: int, amount: int, *, trace: int = 0, approval: str = ""
    ) -> Booked | Refused:
        """2.13: take this much of a reservation, which is known by its receipt and often its trace."""
        command = BookTotal(
            receipt,
            amount,
            EURO,
            trace=trace or None,
            authorisation=approval.encode("ascii").ljust(8, b"\0") if approval else None,
            tlv=self._mirror(),
        )
        return self._money(command, _only(amount))

    def release(self, receipt: int, amount: int) -> Booked | Refused:
        """2.10: release this much of a reservation; the rest is taken."""
        return self._money(PartialReversal(receipt, amount, EURO, tlv=self._mirror()), _only(None))

    def give_up(self, receipt: int) -> Booked | Refused:
        """2.14: give a whole reservation up."""
        return self._money(ReservationReversal(receipt, tlv=self._mirror()), _only(None))

    def open_reservations(self) -> OpenReservations | Refused:
        """2.10.1: which reservations nobody has booked or given up."""
        heard = self._talk(PartialReversal(ALL_RECEIPTS))
        final = heard.final
        if not isinstance(final, Abort) or final.result != OPEN_RESERVATION:
            return refused(heard) or OpenReservations(())
        listed = final.tlv.find(0x23) if final.tlv else None
        tags = listed.value if listed and not isinstance(listed.value, bytes) else ()
        receipts = (tag.data.hex() for tag in tags if len(tag.data) == RECEIPT_SIZE)
        numbers = tuple(int(digits) for digits in receipts if digits.isdecimal())
        if numbers:
            return OpenReservations(numbers)
        none = final.receipt in (None, ALL_RECEIPTS)
        return OpenReservations(() if none or final.receipt is None else (final.receipt,))

    # --- the day ----------------------------------------------------------------------------------

    def end_of_day(self) -> DayTotals | Refused:
        """2.16: hand the turnover to the host. Refused by us while reservations are open."""
        still = self.open_reservations()
        if isinstance(still, OpenReservations) and still.receipts:
            return Refused.of(OPEN_RESERVATION, "reservations are open", receipts=still.receipts)
        return self._totals(EndOfDay(self._password, tlv=self._mirror()))

    def totals(self) -> DayTotals | Refused:
        """2.43: the turnover so far; nothing is closed."""
        return self._totals(SendTotals(self._password))

    def _totals(self, command: Message) -> DayTotals | Refused:
        heard = self._talk(command)
        no = refused(heard)
        if no:
            return no
        told = heard.last or StatusInformation()
        final = heard.final
        return DayTotals(
            told.amount or 0,
            told.trace or 0,
            told.totals.first_receipt if told.totals else 0,
            told.totals.last_receipt if told.totals else 0,
            DayTotals.cards_of(told.totals),
            heard.slips,
            final.result or 0 if isinstance(final, Completion) else 0,
        )

    def repeat(self, *, printing: bool = False) -> tuple[Booked | Refused | None, Heard]:
        """2.20: the last transaction again; None where there is none."""
        service = 0x01 if printing else 0x03
        heard = self._talk(RepeatReceipt(self._password, service))
        if heard.refusal or heard.last is None:
            return refused(heard), heard
        if heard.last.result:
            return Refused.of(heard.last.result, slips=heard.slips), heard
        return self._of(heard.last, heard), heard

    # --- within -----------------------------------------------------------------------------------

    def _mirror(self) -> Container | None:
        return mirror(self.sync) if self._containers else None

    def _money(
        self, command: Message, decide: Decide, cancel: Cancel | None = None
    ) -> Booked | Refused:
        return self._booked(self._talk(command, decide, cancel))

    def _booked(self, heard: Heard) -> Booked | Refused:
        no = refused(heard)
        if no:
            return no
        if heard.last is None:
            raise Silent("the terminal ended well without telling any result")
        booked = self._of(heard.last, heard)
        self.sync = booked.sync or self.sync
        return booked

    def _of(self, told: StatusInformation, heard: Heard) -> Booked:
        moment = reading.Moment(self.link.clock.now(), self.link.settings.zone)
        card = reading.card_of(told, self.link.registered.terminal_id, moment)
        return Booked(
            amount=card.amount.minor,
            receipt=card.receipt,
            trace=card.trace,
            terminal_id=card.terminal_id,
            scheme=card.scheme,
            card=card.number,
            at=card.at,
            approval=card.approval,
            original_trace=told.original_trace or 0,
            sync=card.sync,
            slips=heard.slips,
        )


def mirror(sync: str) -> Container:
    """Tag 1F1F: what the terminal told last; empty, and never 0, where that is not known (chapter 4)."""
    return Container.of(Tag(0x1F1F, bytes.fromhex(sync)))


def _only(amount: int | None) -> Decide:
    """Keep only what was asked for, and nothing that nobody is here to look at."""

    def decide(told: StatusInformation) -> Decision:
        other = amount is not None and told.amount != amount
        unsure = other or told.result is None
        return REFUSE if unsure or reading.wants_signature(told) else KEEP

    return decide
