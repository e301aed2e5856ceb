"""Reversals, and what becomes of reservations."""

from __future__ import annotations

from drivers.zvt.fields import ALL_RECEIPTS, Container, Tag
from drivers.zvt.flows.opening import opened
from drivers.zvt.flows.paying import NOT_THAT_RESERVATION, Patience, begun, not_possible, settled
from drivers.zvt.inside import Inside
from drivers.zvt.memory import Entry
from drivers.zvt.messages import (
    Abort,
    BookTotal,
    PartialReversal,
    ReservationReversal,
    Reversal,
)
from drivers.zvt.scenes import Flow

ALREADY_REVERSED, NOT_REVERSIBLE, OPEN_RESERVATION = 0xB4, 0xB5, 0xB8
REVERSIBLE = ("payment", "booking", "tip", "refund")


def reversal(pt: Inside, command: Reversal) -> Flow:
    """06 30: the payment with this receipt number, if the amount is its own."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    found = pt.memory.by_receipt(command.receipt or 0, *REVERSIBLE)
    code = _objection(pt, found, command.amount)
    if code or found is None:
        return (yield from not_possible(pt, command.amount or 0, code))
    return (
        yield from settled(
            pt, begun(pt, found.amount, "reversal", reversal_of=found.trace), Patience()
        )
    )


def _objection(pt: Inside, found: Entry | None, amount: int | None) -> int:
    if found is None or amount not in (None, found.amount):
        return NOT_REVERSIBLE
    if not pt.memory.stands(found):
        return ALREADY_REVERSED
    if pt.profile.reverses_last_only and found != pt.memory.last:
        return NOT_REVERSIBLE
    return 0


def partly_released(pt: Inside, command: PartialReversal) -> Flow:
    """06 23: what was not used of a reservation is released, and the rest is booked.

    The result tells the amount that was booked. Receipt FFFF alone asks for open reservations.
    """
    if command.receipt == ALL_RECEIPTS:
        return (yield from _open_reservations(pt))
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    found, unused = _reserved(pt, command), command.amount or 0
    if found is None or unused > found.amount:
        code = OPEN_RESERVATION if found is None else NOT_THAT_RESERVATION
        return (yield from not_possible(pt, unused, code))
    if unused == found.amount:
        return (yield from _given_up(pt, found))
    entry = begun(pt, found.amount - unused, "booking", of=found.receipt)
    return (yield from settled(pt, entry, Patience()))


def booked(pt: Inside, command: BookTotal) -> Flow:
    """06 24: this much of a reservation is taken; all of it where no amount is named."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    found = _reserved(pt, command)
    if found is None:
        return (yield from not_possible(pt, command.amount or 0, OPEN_RESERVATION))
    amount = found.amount if command.amount is None else command.amount
    if not 0 < amount <= found.amount:
        return (yield from not_possible(pt, amount, NOT_THAT_RESERVATION))
    return (yield from settled(pt, begun(pt, amount, "booking", of=found.receipt), Patience()))


def given_up(pt: Inside, command: ReservationReversal) -> Flow:
    """06 25."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    found = _reserved(pt, command)
    if found is None:
        return (yield from not_possible(pt, command.amount or 0, OPEN_RESERVATION))
    if command.amount not in (None, found.amount):
        return (yield from not_possible(pt, command.amount or 0, NOT_THAT_RESERVATION))
    return (yield from _given_up(pt, found))


def _given_up(pt: Inside, found: Entry) -> Flow:
    entry = begun(pt, found.amount, "reversal", reversal_of=found.trace)
    return (yield from settled(pt, entry, Patience()))


def _reserved(
    pt: Inside, command: PartialReversal | BookTotal | ReservationReversal
) -> Entry | None:
    """The open reservation with this receipt number; without one, by its trace number."""
    trace = None if isinstance(command, ReservationReversal) else command.trace
    for each in pt.memory.reservations():
        if command.receipt is not None:
            if pt.receipt_on_wire(each) == command.receipt:
                return each
        elif trace is not None and each.trace == trace:
            return each
    return None


def _open_reservations(pt: Inside) -> Flow:
    """2.10.1: the first one, or all where the till takes containers."""
    yield from ()
    numbers = [pt.receipt_on_wire(each) for each in pt.memory.reservations()]
    if not numbers:
        return Abort(OPEN_RESERVATION, receipt=ALL_RECEIPTS)
    if not pt.tlv:
        return Abort(OPEN_RESERVATION, receipt=numbers[0])
    listed = tuple(Tag(0x08, bytes.fromhex(f"{number:04d}")) for number in numbers)
    return Abort(OPEN_RESERVATION, receipt=numbers[0], tlv=Container.of(Tag(0x23, listed)))
