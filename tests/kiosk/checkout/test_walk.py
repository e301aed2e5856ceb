"""Every short sequence of events, breadth first: what may never happen, never does."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    DropLink,
    Forget,
    KeepLinks,
    MoneyCommand,
    PrintReceipt,
    QueueSale,
    ReadyTerminal,
    RequestCancel,
    Weigh,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceOnline,
    Event,
    LastOutcome,
    PaymentClosed,
    Restarted,
    StaffResolved,
    TimerFired,
)
from kiosk.checkout.floor import Limits
from kiosk.checkout.member_events import (
    CustomerFound,
    CustomerShown,
    CustomerUnknown,
    NotMePressed,
    ReceiptOffered,
)
from kiosk.checkout.staff_events import MoneyKind
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
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
    WeighingEnded,
)
from kiosk.ids import NOBODY, Handle
from kiosk.money import Money
from kiosk.replacing import replace
from kiosk.screens.present import present
from tests.checkout_walk import (
    LOAD,
    Node,
    ends,
    events_of,
    floor_events,
    member_events,
    weigh_events,
)
from tests.node_keys import key_of
from tests.story import NOW, WINE, shopping

DEPTH = 6
MEMBER_DEPTH = 5
FLOOR_DEPTH = 3
SCALE_DEPTH = 4
PHASES = {
    OutOfService, Attract, Shopping, Paying, Settling, InDoubt, Paid, ReceiptOwed, Thanks,
}  # fmt: skip


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
        if isinstance(
            command, ReadyTerminal | MoneyCommand | AskLastOutcome | PrintReceipt | Weigh
        ):
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
    check_scale(node, event, step)
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


def check_scale(node: Node, event: Event, step: Step) -> None:
    """A weight is sold once, by what was asked for; what nobody wants is stopped, once."""
    before, after = node.state, step.state
    weighing = after.phase.weighing if isinstance(after.phase, Shopping) else None
    if weighing:
        assert after.at_scale, "the customer is told to put it on, and nobody weighs"
        assert isinstance(before.phase, Attract | Thanks | Shopping)
    asked_to_stop = RequestCancel(Device.SCALE) in step.commands
    if before.at_scale and before.at_scale == after.at_scale:
        wanted = weighing and weighing.id == after.at_scale
        was = isinstance(before.phase, Shopping) and before.phase.weighing
        was_wanted = was and was.id == before.at_scale
        assert asked_to_stop == bool(was_wanted and not wanted)
    if isinstance(event, GoodsWeighed):
        old = before.phase.weighing if isinstance(before.phase, Shopping) else None
        mine = old is not None and old.id == event.weighing
        grown = basket_size(after) - basket_size(before)
        assert grown == (1 if mine and event.gross == LOAD else 0), "a weight nobody asked for"
    elif not isinstance(event, WeighingAsked | TareChosen | WeighingCancelled | TimerFired):
        assert not isinstance(event, WeighingEnded) or basket_size(after) == basket_size(before)
    phase = after.phase
    for line in phase.sale.basket.lines if isinstance(phase, Shopping) else ():
        assert line.weighed is None or line.grams == line.weighed.net > 0


def basket_size(state: State) -> int:
    """Lines of an open sale."""
    return len(state.phase.sale.basket.lines) if isinstance(state.phase, Shopping) else 0


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


def walk(
    depth: int, *, service: bool = False, floor: bool = False, scale: bool = False
) -> tuple[int, int, set[type]]:
    """Steps taken, different nodes, phases reached."""
    start = Node(replace(shopping(), service=service))
    if floor:
        start = Node(replace(shopping(WINE), limits=Limits(Money(1))))
    seen = {key_of(start)}
    level = [start]
    steps = 0
    phases: set[type] = set()
    for _ in range(depth):
        following = []
        for node in level:
            customers = member_events(node.state) if service else ()
            around = floor_events(node.state) if floor else ()
            weighed = weigh_events(node) if scale else ()
            for event in (*events_of(node), *customers, *around, *weighed):
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


def test_no_act_of_staff_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    """The same with help, parking, pauses, locks and acts, on a basket that waits for a release."""
    steps, nodes, _ = walk(FLOOR_DEPTH, floor=True)
    with capsys.disabled():
        print(f"\n  walk with staff: {steps} steps, {nodes} different nodes")
    assert nodes > 500


def test_no_weighing_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    """The same with goods that have to be weighed, and a scale that says anything at any time."""
    steps, nodes, phases = walk(SCALE_DEPTH, scale=True)
    with capsys.disabled():
        print(f"\n  walk with a scale: {steps} steps, {nodes} different nodes")
    assert {Shopping, Paying, Attract} <= phases
