"""The customer who identifies: asked about, greeted, linked to the sale, and forgotten."""

from __future__ import annotations

from kiosk.checkout.commands import (
    Command,
    DropLink,
    Forget,
    Identify,
    KeepLinks,
    QueueSale,
    SealLink,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.events import (
    ArticleScanned,
    CodeRefused,
    Device,
    DeviceFault,
    Event,
    FaultKind,
    LanguageChosen,
    PayPressed,
    QuantitySet,
    Restarted,
    StartPressed,
    Timer,
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
    SaleQueued,
    WithdrawPressed,
)
from kiosk.checkout.regions import selling
from kiosk.checkout.regions.selling import LINK_SECONDS
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    Known,
    Member,
    Paid,
    Paying,
    ReceiptOwed,
    Sale,
    Settling,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.checkout.step import Step, forget, stay, tell
from kiosk.ids import Handle, SaleId
from kiosk.replacing import replace

MEMBER_SECONDS = 120.0
"""So long a customer with a full basket is greeted without doing anything; then they have walked off.

Nobody who comes after them shall see who they are, or buy in their name. The basket stays."""

_TOLD = {
    CardFault.TORN: Told.CARD_TORN,
    CardFault.SEVERAL: Told.CARD_SEVERAL,
    CardFault.UNREADABLE: Told.CARD_UNREADABLE,
    CardFault.CHANGING: Told.CARD_CHANGING,
}
_CUSTOMERS = (
    StartPressed,
    LanguageChosen,
    QuantitySet,
    UndoPressed,
    PayPressed,
    ArticleScanned,
    CodeRefused,
    CustomerShown,
    WithdrawPressed,
)


def shown(state: State, event: CustomerShown) -> Step:
    """Ask who it is, and keep whose sale it is; somebody shown before is forgotten.

    A pay that waited for their link waits for this one.
    """
    phase = state.phase
    if isinstance(phase, Attract | Thanks):
        opened = selling.begin(state, event)
        asked = shown(opened.state, event)
        return replace(asked, commands=(*opened.commands, *asked.commands))
    if not isinstance(phase, Shopping):
        told = _not_now(state) if event.by is Device.READER else Told.NOT_NOW
        return tell(stay(state), told).then(Forget(event.handle))
    if not state.service:
        return tell(stay(state), Told.CARD_NOT_TAKEN).then(Forget(event.handle))
    if state.member and state.member.handle == event.handle:
        return stay(state)  # yielded again after WAIT
    waits = state.member.pay if state.member else None
    before = _unlinked(stay(state), phase.sale)
    link = (StartTimer(Timer.LINK, LINK_SECONDS),) if waits else ()
    fresh = replace(before.state, member=Member(event.handle, pay=waits), notice=None)
    return replace(before, state=fresh).then(
        StopTimer(Timer.NOTICE),
        *link,
        SealLink(phase.sale.id, event.handle),
        Identify(phase.sale.id, event.handle),
    )


def refused_card(state: State, event: CardRefused) -> Step:
    """A card that told nothing: say why; whoever is known already stays known."""
    if isinstance(state.phase, Attract):
        opened = selling.begin(state, event)
        told = tell(stay(opened.state), _TOLD[event.fault])
        return replace(told, commands=(*opened.commands, *told.commands))
    if not isinstance(state.phase, Shopping | Thanks):
        return tell(stay(state), _not_now(state))
    return tell(stay(state), _TOLD[event.fault])


def _not_now(state: State) -> Told:
    """Somebody who pays with the wrong reader is told where to hold the card."""
    return Told.CARD_AT_TERMINAL if isinstance(state.phase, Paying) else Told.NOT_NOW


def answered(state: State, event: CustomerFound | CustomerUnavailable) -> Step:
    """The service told who it is, or could not be asked."""
    member = state.member
    if member is None or member.handle != event.handle:
        return stay(state)
    if isinstance(event, CustomerFound):
        known = Known.FOUND if event.shown else Known.COUNTED
        found = replace(member, known=known, group=event.group)
        return Step(replace(state, member=found))
    return Step(replace(state, member=replace(member, known=Known.LATER)))


def unknown(state: State, event: CustomerUnknown) -> Step:
    """Nobody is known by that: no link, and the purchase goes on."""
    if state.member is None or state.member.handle != event.handle:
        return stay(state)
    return without(state, event, Told.CARD_UNKNOWN)


def not_me(state: State, phase: Shopping) -> Step:
    """Whoever it was, this sale is theirs no more."""
    return _unlinked(stay(state), phase.sale)


def left(step: Step, sale: Sale) -> Step:
    """The purchase came to nothing."""
    return _unlinked(step, sale)


def sealed(state: State, event: LinkSealed) -> Step:
    """It is kept whose sale it is; a pay that waited for this goes on."""
    member = state.member
    if member is None or member.handle != event.handle:
        return stay(state)
    return _go_on(replace(state, member=replace(member, sealed=True)), event)


def waited(state: State, event: Event) -> Step:
    """The seal took too long: pay goes on without."""
    return _go_on(state, event)


def walked_off(state: State, event: Event) -> Step:
    """Nobody has done anything for long: whoever comes next is somebody else."""
    return without(state, event, Told.CARD_FORGOTTEN) if _watched(state) else stay(state)


def watched(before: State, event: Event, step: Step) -> Step:
    """The time of a customer with a full basket runs anew whenever they do something."""
    if not _watched(step.state):
        return step.then(StopTimer(Timer.MEMBER)) if _watched(before) else step
    if _watched(before) and not isinstance(event, (*_CUSTOMERS, Restarted)):
        return step
    return step.then(StartTimer(Timer.MEMBER, MEMBER_SECONDS))


def lookup_lost(state: State) -> Step:
    """The service cannot be asked: points come later."""
    member = state.member
    if member is None or member.known is not Known.ASKING:
        return stay(state)
    return Step(replace(state, member=replace(member, known=Known.LATER)))


def outbox_lost(state: State, event: DeviceFault) -> Step:
    """No link can be kept: whoever is greeted would wait for points in vain.

    A fault of the protocol is an alarm about deliveries; links are kept all the same.
    """
    if state.member is None or state.member.sealed or event.kind is FaultKind.PROTOCOL:
        return stay(state)
    return without(state, event, Told.CARD_AWAY)


def after_restart(state: State) -> tuple[State, tuple[Command, ...]]:
    """Who it was is gone for good. A link that was kept stays; one that may be there does not, and
    neither does that of somebody who was withdrawing."""
    member, phase = state.member, state.phase
    if member is None:
        return state, ()
    if member.sealed and not member.leaving:
        kept = replace(member, known=Known.LATER, pay=None)
        return replace(state, member=kept), ()
    sale = _sale_of(phase)
    return replace(state, member=None), (DropLink(sale.id),) if sale else ()


def queue_again(state: State) -> tuple[Command, ...]:
    """What the outbox has not confirmed, after whatever link it may still hold against the state.

    It takes the same sale twice as one.
    """
    if not state.service:
        return ()
    sales = tuple(QueueSale(record, record.link) for record in state.undelivered)
    return (KeepLinks(_links(state)), *sales)


def queued(state: State, event: SaleQueued) -> Step:
    """The outbox keeps the sale from now on."""
    left_over = tuple(each for each in state.undelivered if each.sale != event.sale)
    return Step(replace(state, undelivered=left_over))


def without(state: State, event: Event, told: Told) -> Step:
    """Forget the customer and say why, if there is somebody to say it to; a pay that waits goes on."""
    sale = _sale_of(state.phase)
    waits = state.member.pay if state.member else None
    step = _unlinked(stay(state), sale) if sale else forget(stay(state))
    if not isinstance(step.state.phase, Shopping):
        return step
    if waits is None:
        return tell(step, told)
    paid = selling.pay(step.state, step.state.phase, waits, event)
    return replace(paid, commands=(*step.commands, *paid.commands))


def _go_on(state: State, event: Event) -> Step:
    member, phase = state.member, state.phase
    if member is None or member.pay is None or not isinstance(phase, Shopping):
        return stay(state)
    ready = replace(state, member=replace(member, pay=None))
    step = selling.pay(ready, phase, member.pay, event)
    return replace(step, commands=(StopTimer(Timer.LINK), *step.commands))


def _unlinked(step: Step, sale: Sale) -> Step:
    """Forget the customer and take the link back."""
    return forget(step).then(DropLink(sale.id)) if step.state.member else step


def _watched(state: State) -> bool:
    """An empty basket has a shorter time of its own, and so has a payment."""
    phase = state.phase
    return (
        state.member is not None and isinstance(phase, Shopping) and bool(phase.sale.basket.lines)
    )


def _links(state: State) -> tuple[tuple[SaleId, Handle], ...]:
    """The links that the state still wants: of the open sale, and of sales on their way."""
    phase, sale = state.phase, _sale_of(state.phase)
    found = [(each.sale, each.link) for each in state.undelivered if each.link]
    if isinstance(phase, Paid | ReceiptOwed) and phase.sold.link:
        found.append((phase.sold.sale.id, phase.sold.link))
    if sale and state.member:
        found.append((sale.id, state.member.handle))
    return tuple(found)


def _sale_of(phase: object) -> Sale | None:
    return phase.sale if isinstance(phase, Shopping | Paying | Settling | InDoubt) else None
