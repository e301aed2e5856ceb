"""End of day, totals, and receipts once more."""

from __future__ import annotations

from drivers.zvt.fields import Container
from drivers.zvt.flows.opening import PLEASE_WAIT, synchronise
from drivers.zvt.flows.telling import (
    CUSTOMER,
    MERCHANT,
    closing_slips,
    information,
    is_yes,
    slips,
    tell,
    totals,
)
from drivers.zvt.inside import MAINTENANCE, Inside
from drivers.zvt.memory import Closing
from drivers.zvt.messages import (
    Abort,
    Completion,
    EndOfDay,
    PrintReceipts,
    RepeatReceipt,
    SendTotals,
)
from drivers.zvt.profiles import AfterClosing
from drivers.zvt.scenes import Fault, Flow, Say

NOTHING_THERE = 0x66
CLOSING_FAILED = 0x77
RESTARTS = 0xFC
RECEIPT_ID, FROM_TRACE, TO_TRACE = 0x1F01, 0x1F02, 0x1F03
MERCHANT_RECEIPT, CUSTOMER_RECEIPT, CLOSING_RECEIPT = 2, 3, 4
"""Values of tag 1F01."""


def end_of_day(pt: Inside, command: EndOfDay) -> Flow:
    """06 50: the turnover goes to the host; what follows is told by the completion's result."""
    synchronise(pt, command.tlv)
    pt.show("Kassenschnitt", "Bitte warten")
    yield from tell(pt, PLEASE_WAIT)
    if pt.once(Fault.CLOSING_FAILS) or Fault.NO_HOST in pt.faults:
        pt.memory.closing_due = True
        pt.memory.save()
        pt.show("Kassenschnitt fehlgeschlagen")
        return Abort(CLOSING_FAILED)
    closing = pt.memory.close_day(pt.local())
    answer = yield Say(totals(pt, closing))
    if not is_yes(answer) or not (yield from closing_slips(pt, closing)):
        return Abort(CLOSING_FAILED)
    pt.show("Kassenschnitt erfolgt")
    match pt.profile.after_closing:
        case AfterClosing.NOTHING:
            return Completion()
        case AfterClosing.UPDATE:
            yield Say(Completion(result=MAINTENANCE))
            pt.show("Update läuft")
            pt.fall_silent(pt.update_seconds, pt.update_seconds, MAINTENANCE)
        case AfterClosing.REBOOT:
            yield Say(Completion(result=RESTARTS))
            pt.reboot()
    return None


def totals_sent(pt: Inside, command: SendTotals) -> Flow:
    """06 10: as an end of day would be, with nothing closed."""
    del command
    yield Say(totals(pt, pt.memory.totals(pt.local())))
    return Completion()


def repeated(pt: Inside, command: RepeatReceipt) -> Flow:
    """06 20: the last transaction or end of day; tag 1F01 asks for others."""
    service = command.service or 0
    wanted = _number(command.tlv, RECEIPT_ID)
    if _number(command.tlv, FROM_TRACE) is not None:
        return (yield from _by_trace(pt, command.tlv, wanted))
    last = pt.memory.closing if wanted == CLOSING_RECEIPT else pt.memory.latest()
    if last is None:
        return Abort(NOTHING_THERE)
    if isinstance(last, Closing):
        if service & 0x01:
            yield Say(totals(pt, last))
        if not service & 0x02:
            yield from closing_slips(pt, last)
        return Completion()
    if service & 0x01:
        yield Say(information(pt, last, again=True))
    if not service & 0x02:
        yield from slips(pt, last, _kinds(wanted))
    return Completion()


def reprinted(pt: Inside, command: PrintReceipts) -> Flow:
    """06 12: by receipt number."""
    last = command.first if command.last is None else command.last
    found = [
        each
        for each in pt.memory.entries
        if not each.result and command.first <= pt.receipt_on_wire(each) <= last
    ]
    for each in found:
        yield from slips(pt, each)
    return Completion() if found else Abort(NOTHING_THERE)


def _by_trace(pt: Inside, tlv: Container | None, wanted: int | None) -> Flow:
    first, last = _number(tlv, FROM_TRACE) or 0, _number(tlv, TO_TRACE)
    found = [
        each
        for each in pt.memory.entries
        if each.trace >= first and (last is None or each.trace <= last)
    ]
    for each in found:
        yield from slips(pt, each, _kinds(wanted))
    return Completion() if found else Abort(NOTHING_THERE)


def _kinds(wanted: int | None) -> tuple[int, ...]:
    if wanted == MERCHANT_RECEIPT:
        return (MERCHANT,)
    return (CUSTOMER,) if wanted == CUSTOMER_RECEIPT else (MERCHANT, CUSTOMER)


def _number(tlv: Container | None, tag: int) -> int | None:
    found = tlv.find(tag) if tlv else None
    return int.from_bytes(found.data, "big") if found else None
