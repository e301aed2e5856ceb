"""Every short sequence of events, breadth first: what may never happen, never does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    ClearPrinter,
    DeviceCommand,
    DropLink,
    Forget,
    Identify,
    KeepLinks,
    MoneyCommand,
    OfferReceipt,
    PrintReceipt,
    QueueSale,
    ReadyTerminal,
    Refund,
    Reverse,
    SealLink,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CardApproved,
    CodeFault,
    CodeRefused,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LastOutcome,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrintAgainPressed,
    PrintFault,
    QuantitySet,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptWaived,
    Restarted,
    SlipReceived,
    StaffResolved,
    StartPressed,
    StorageLow,
    TerminalReady,
    Timer,
    TimerFired,
    UndoPressed,
)
from kiosk.checkout.member_events import (
    CardFault,
    CardRefused,
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    CustomerUnknown,
    LinkSealed,
    NotMePressed,
    ReceiptOffered,
    SaleQueued,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.checkout.step import Step, Verdict
from kiosk.ids import NOBODY, Handle, JobId, PaymentId, SaleId
from kiosk.money import Money
from kiosk.pricing import total
from kiosk.receipt import Slip
from kiosk.screens.present import present
from tests.story import MILK, NOW, SHOP, TID, card, shopping, transaction

DEPTH = 8
MEMBER_DEPTH = 6
PHASES = {
    OutOfService, Attract, Shopping, Paying, Settling, InDoubt, Paid, ReceiptOwed, Thanks,
}  # fmt: skip
STALE = PaymentId("K1-abc-p999999")
SLIP = Slip("customer", ("Zahlung erfolgt",))


@dataclass(frozen=True)
class Node:
    """A state, the commands under way, and the payments whose outcome nobody knows yet."""

    state: State
    busy: tuple[tuple[Device, DeviceCommand], ...] = ()
    open: frozenset[PaymentId] = frozenset()
    kept: frozenset[PaymentId] = frozenset()
    """Payments whose approval was answered with KEEP."""


def key_of(node: Node) -> str:
    """The node without its counters: what can still happen does not depend on them."""
    plain = re.sub(r"-([spj])\d{6}|[0-9a-f]{64}|f00d|beef", r"-\1", repr(node))
    return re.sub(r"(minted|receipts|number|id)=\d+", r"\1", plain)


def events_of(node: Node) -> Iterator[Event]:
    """What could happen next: people, timers, idle devices, and the devices that are busy."""
    state, phase = node.state, node.state.phase
    busy = dict(node.busy)
    if corrects(state):
        yield from correcting_events(node)
        return
    yield from (
        StartPressed(),
        ArticleScanned(MILK),
        CodeRefused("E0", 13, CodeFault.UNKNOWN),
        PaymentCancelPressed(),
        PrintAgainPressed(),
        ReceiptWaived(),
        StorageLow(),
        CardApproved(STALE, card()),
        PaymentClosed(STALE),
        SlipReceived(STALE, SLIP),
        ReceiptPrinted(JobId("K1-abc-j999999")),
        StaffResolved(STALE, True, "?"),
        CorrectionAsked(MoneyKind.REVERSAL, Money(119), 6, "staff"),
    )
    yield from (TimerFired(timer) for timer in Timer)
    if isinstance(phase, Shopping):
        yield PayPressed(1, total(phase.sale.basket))
        yield PayPressed(1, Money(1))
        for line in phase.sale.basket.lines:
            yield from (QuantitySet(line.id, 0), QuantitySet(line.id, 2), UndoPressed(line.id))
    if isinstance(phase, InDoubt):
        yield from (StaffResolved(phase.payment.id, paid, "slip") for paid in (True, False))
    terminal = busy.get(Device.TERMINAL)
    if terminal is None:
        yield from (
            DeviceOnline(Device.TERMINAL),
            DeviceFault(Device.TERMINAL, FaultKind.SILENT, False),
        )
    else:
        yield from terminal_events(terminal)
    printer = busy.get(Device.PRINTER)
    if isinstance(printer, PrintReceipt):
        yield ReceiptPrinted(printer.job)
        yield ReceiptFailed(printer.job, PrintFault.PAPER_OUT, True)
        yield DeviceFault(Device.PRINTER, FaultKind.SILENT, False, job=printer.job)
    if state.owed:
        yield AgeReleased(18)
    yield Restarted(SHOP, service=state.service, links=state.service)


def corrects(state: State) -> bool:
    """Money is on its way back: what customers do then changes nothing (test_correcting)."""
    phase = state.phase
    if not isinstance(phase, Paying | Settling | InDoubt):
        return False
    return phase.payment.kind is not MoneyKind.PAYMENT


def correcting_events(node: Node) -> Iterator[Event]:
    """What can decide about a reversal."""
    phase = node.state.phase
    yield from (StartPressed(), PaymentCancelPressed(), StorageLow(), TimerFired(Timer.ASK_AGAIN))
    if isinstance(phase, InDoubt):
        yield from (StaffResolved(phase.payment.id, paid, "slip") for paid in (True, False))
    terminal = dict(node.busy).get(Device.TERMINAL)
    yield from terminal_events(terminal) if terminal else (DeviceOnline(Device.TERMINAL),)
    yield Restarted(SHOP, service=node.state.service)


def terminal_events(command: DeviceCommand) -> Iterator[Event]:
    """Whatever a terminal may say to a command, honest or not."""
    fault = DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)
    match command:
        case ClearPrinter():  # no terminal's
            pass
        case ReadyTerminal():
            yield from (TerminalReady(TID, transaction(trace=6)), TerminalReady(TID, None), fault)
        case Authorize(payment=payment) | Reverse(payment=payment) | Refund(payment=payment):
            yield from (
                CardApproved(payment, replace(card(), signature=True)),
                SlipReceived(payment, Slip("merchant", ("Unterschrift",), signature=True)),
                CardApproved(payment, card()),
                CardApproved(payment, card(amount=1)),
                SlipReceived(payment, SLIP),
                PaymentClosed(payment),
                PaymentDeclined(payment, 0x6C),
                replace(fault, payment=payment),
                replace(fault, payment=payment, outcome_known=True, kind=FaultKind.UNAVAILABLE),
            )
        case AskLastOutcome(payment=payment):
            for last in (transaction(), transaction(trace=8, reversal_of=7), transaction(amount=1)):
                yield LastOutcome(payment, TID, last)
            yield replace(fault, payment=payment)
        case (
            PrintReceipt()
            | Identify()
            | SealLink()
            | DropLink()
            | KeepLinks()
            | QueueSale()
            | OfferReceipt()
        ):
            pass


def member_events(state: State) -> Iterator[Event]:
    """Somebody shows who they are, and whatever the service and the outbox may say, true or late."""
    handle = Handle("f00d") if state.member is None else Handle("beef")
    yield CustomerShown(handle)
    yield CardRefused(CardFault.TORN)
    yield NotMePressed()
    yield SaleQueued(SaleId("K1-abc-s999999"))
    for known in (handle, *((state.member.handle,) if state.member else ())):
        yield from (
            CustomerFound(known),
            CustomerUnavailable(known),
            CustomerUnknown(known),
            LinkSealed(known),
        )
    for record in state.undelivered[-1:]:
        yield SaleQueued(record.sale)
    if isinstance(state.phase, Paid | ReceiptOwed):
        yield ReceiptOffered(state.phase.sold.sale.id, Handle("cafe"))
    yield ReceiptOffered(SaleId("K1-abc-s999999"), Handle("dead"))
    yield DeviceFault(Device.LOOKUP, FaultKind.UNAVAILABLE, True)
    yield DeviceFault(Device.OUTBOX, FaultKind.UNAVAILABLE, True)
    yield DeviceOnline(Device.OUTBOX)


def ends(event: Event, command: DeviceCommand) -> bool:
    """Whether the event is the last a driver says to its command."""
    match command, event:
        case ReadyTerminal(), TerminalReady():
            return True
        case (
            Authorize(payment=mine) | Reverse(payment=mine) | Refund(payment=mine),
            PaymentClosed(payment=its) | PaymentDeclined(payment=its),
        ):
            return mine == its
        case AskLastOutcome(payment=mine), LastOutcome(payment=its):
            return mine == its
        case PrintReceipt(job=mine), ReceiptPrinted(job=its) | ReceiptFailed(job=its):
            return mine == its
        case _, DeviceFault(device=device):
            return device is command.device
        case _:
            return False


def check(node: Node, event: Event, step: Step) -> Node:
    """The node after the event; fails where a promise is broken."""
    restarted = isinstance(event, Restarted)
    busy = {} if restarted else {d: c for d, c in node.busy if not ends(event, c)}
    before, after = node.state.phase, step.state.phase
    kept, still_open = set(node.kept), set(node.open)
    if isinstance(event, CardApproved) and step.verdict is Verdict.KEEP:
        assert isinstance(before, Paying | Settling)
        assert (event.payment, event.card.amount) == (before.payment.id, before.payment.amount)
        assert not event.card.signature, "nobody is here to look at a signature"
        kept.add(event.payment)
    if isinstance(before, Paying | Settling | InDoubt) and not isinstance(
        after, Paying | Settling | InDoubt
    ):
        still_open.discard(before.payment.id)
        if isinstance(event, PaymentClosed):
            assert before.payment.id in kept, "paid without an approval that was kept"
        if isinstance(before, InDoubt):
            assert isinstance(event, LastOutcome | StaffResolved), "doubt ended without an answer"
    if isinstance(before, Paying | Settling | InDoubt) and isinstance(
        after, Paying | Settling | InDoubt | Shopping
    ):
        assert after.sale == before.sale, "the basket changed during a payment"
    if isinstance(before, Paying | Settling | InDoubt) and isinstance(after, Shopping | Paid):
        assert before.payment.kind is MoneyKind.PAYMENT, "a correction became a purchase"
    if isinstance(after, Paid) and after.later and not isinstance(before, Paid):
        assert isinstance(before, Attract), "an old receipt in the middle of a sale"
        assert after.sold in node.state.owed, "a receipt of a sale that is not owed one"
    elif isinstance(after, Paid) and not isinstance(before, Paid | ReceiptOwed):
        assert isinstance(before, Settling | InDoubt), "paid out of nowhere"
    for command in step.commands:
        if isinstance(command, ReadyTerminal | MoneyCommand | AskLastOutcome | PrintReceipt):
            assert command.device not in busy, (
                f"{command} while {busy[command.device]} is under way"
            )
            busy[command.device] = command
        if isinstance(command, MoneyCommand):
            assert not still_open, "a second authorisation while one is open"
            assert command.payment not in node.open
            still_open.add(command.payment)
    check_member(node.state, event, step)
    check_vault(node.state, event, step)
    state = replace(step.state, corrected=None)  # what was done, and decides nothing
    return Node(state, tuple(sorted(busy.items())), frozenset(still_open), frozenset(kept))


def check_member(before: State, event: Event, step: Step) -> None:
    """A customer leaves no trace, is linked before money moves, and moves none."""
    old, new = before.member, step.state.member
    forgotten = {each.handle for each in step.commands if isinstance(each, Forget)}
    if old and (new is None or new.handle != old.handle) and not isinstance(event, Restarted):
        printing = isinstance(step.state.phase, Paid) and step.state.phase.loyalty == old.handle
        assert printing or old.handle in forgotten, "a customer left and was not wiped"
    assert new is None or new.handle not in forgotten, "the customer that is greeted was wiped"
    if isinstance(event, CustomerShown) and (new is None or new.handle != event.handle):
        assert event.handle in forgotten, "somebody was shown in vain and stays in memory"
    phase = step.state.phase
    if isinstance(phase, Attract | OutOfService | Paid | ReceiptOwed | Thanks):
        assert new is None, "a customer outlives the purchase"
    linked = {type(each) for each in step.commands}
    if old and new is None and not isinstance(phase, Paid) and old.sealed:
        assert DropLink in linked, "a link outlives its customer"
    if Authorize in linked and new and not new.sealed:
        assert isinstance(event, TimerFired), "paid before the link was kept, without waiting"
    customers = CustomerShown | CustomerFound | CustomerUnknown | NotMePressed
    if isinstance(before.phase, Shopping) and isinstance(event, customers):
        assert isinstance(phase, Shopping | Paying)
        assert phase.sale == before.phase.sale, "a customer changed the sale"
    if isinstance(event, Restarted | DeviceOnline) and KeepLinks in linked:
        (kept,) = (each.links for each in step.commands if isinstance(each, KeepLinks))
        wanted = {new.handle} if new else set()
        if isinstance(phase, Shopping):
            own = {handle for sale, handle in kept if sale == phase.sale.id}
            assert own == wanted, "a link of somebody who withdrew is kept"
    if isinstance(phase, Thanks) and not isinstance(before.phase, Thanks) and before.service:
        assert QueueSale in linked, "a sale that nobody is told of"


def check_vault(before: State, event: Event, step: Step) -> None:
    """A link to a receipt, and points for a print, are wiped when their moment is over."""
    if isinstance(event, Restarted):
        return  # with the process went the memory
    forgotten = {each.handle for each in step.commands if isinstance(each, Forget)}
    if isinstance(event, ReceiptOffered):
        before_it = handles_of(before) | {event.handle}
    else:
        before_it = handles_of(before)
    assert before_it - handles_of(step.state) <= forgotten, "the vault keeps what nobody needs"
    assert not handles_of(step.state) & forgotten, "what is still shown was wiped"


def handles_of(state: State) -> set[Handle]:
    """What the phase keeps in the vault."""
    match state.phase:
        case Paid(loyalty=loyalty, offer=offer):
            return {loyalty, offer} - {NOBODY}
        case ReceiptOwed(offer=offer):
            return {offer} - {NOBODY}
        case _:
            return set()


def too_far(node: Node) -> bool:
    """Baskets that grow show nothing new, nor do receipts that pile up."""
    if len(node.state.owed) > 1 or (node.state.owed and isinstance(node.state.phase, Shopping)):
        return True
    phase = node.state.phase
    if isinstance(phase, Shopping | Paying | Settling | InDoubt):
        return phase.sale.basket.count > 2
    return False


def walk(depth: int, *, service: bool = False) -> tuple[int, int, set[type]]:
    """Steps taken, different nodes, phases reached."""
    start = Node(replace(shopping(), service=service))
    seen = {key_of(start)}
    level = [start]
    steps = 0
    phases: set[type] = set()
    for _ in range(depth):
        following = []
        for node in level:
            customers = member_events(node.state) if service else ()
            for event in (*events_of(node), *customers):
                steps += 1
                try:
                    step = decide(node.state, replace(event, at=NOW))
                    after = check(node, event, step)
                except AssertionError as error:
                    pytest.fail(f"{error}\nevent: {event}\nin: {node.state.phase}")
                key = key_of(after)
                if key not in seen and not too_far(after):
                    seen.add(key)
                    following.append(after)
                    present(after.state, 1)
                    phases.add(type(after.state.phase))
        level = following
    return steps, len(seen), phases


def test_no_short_sequence_of_events_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    """One command a device, one open payment, no paid without proof, no basket that changes."""
    steps, nodes, phases = walk(DEPTH)
    with capsys.disabled():
        print(f"\n  walk: {steps} steps, {nodes} different nodes, depth {DEPTH}")
    assert phases == PHASES


def test_no_customer_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    """The same with customers who identify: all promises of above, and theirs."""
    steps, nodes, phases = walk(MEMBER_DEPTH, service=True)
    with capsys.disabled():
        print(f"\n  walk with customers: {steps} steps, {nodes} different nodes")
    assert phases == PHASES
