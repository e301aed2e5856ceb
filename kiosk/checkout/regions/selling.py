"""Attract and shopping: articles come and go until the customer pays."""

from __future__ import annotations

from kiosk.basket import Basket, Line
from kiosk.checkout.commands import Authorize, StartTimer, StopTimer
from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CodeFault,
    CodeRefused,
    Event,
    PayPressed,
    QuantitySet,
    Timer,
    UndoPressed,
)
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned
from kiosk.checkout.regions import ending, slips
from kiosk.checkout.regions.correcting import mirrored, sent
from kiosk.checkout.regions.interventions import holds_up_paying
from kiosk.checkout.regions.prices import holds_now, repriced, total_of
from kiosk.checkout.states import (
    Attract,
    Link,
    Paying,
    Payment,
    Sale,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.checkout.step import Step, enter, mint, stay, tell
from kiosk.ids import LineId, PaymentId, SaleId
from kiosk.money import Money
from kiosk.replacing import replace

UNDO_SECONDS = 8.0
LINK_SECONDS = 1.0
"""How long pay waits for whose sale it is to be kept; then it goes on without."""

_TOLD = {
    CodeFault.UNKNOWN: Told.CODE_UNKNOWN,
    CodeFault.CHECK_DIGIT: Told.CODE_CHECK_DIGIT,
    CodeFault.TORN: Told.CODE_TORN,
    CodeFault.FOREIGN: Told.CODE_FOREIGN,
    CodeFault.MISLABELLED: Told.CODE_MISLABELLED,
    CodeFault.EXPIRED: Told.CODE_EXPIRED,
    CodeFault.NOT_FOR_SALE: Told.CODE_NOT_FOR_SALE,
    CodeFault.RECALLED: Told.CODE_RECALLED,
    CodeFault.UNWEIGHED: Told.CODE_UNWEIGHED,
}


def begin(state: State, event: Event) -> Step:
    """A customer is here: open a sale."""
    state, sale = mint(state, "s")
    return enter(
        replace(state, departed=None),
        Shopping(Sale(SaleId(sale), event.at)),
        StopTimer(Timer.THANKS),
    )


def scanned(state: State, event: ArticleScanned) -> Step:
    """An article was scanned while selling, or woke the kiosk up."""
    phase = state.phase
    if isinstance(phase, Attract | Thanks):
        opened = begin(state, event)
        added = scanned(opened.state, event)
        return replace(added, commands=(*opened.commands, *added.commands))
    if not isinstance(phase, Shopping):
        return tell(stay(state), Told.NOT_NOW)
    if not phase.sale.basket.takes(event.article, event.quantity, event.grams):
        return tell(stay(state), Told.QUANTITY_LIMIT)
    state, number = next_line(state)
    basket = phase.sale.basket.add(number, event.article, event.grams, event.quantity)
    step = touched(state, phase, basket)
    return tell(step, Told.NOT_WEIGHED) if phase.weighing else step


def refused_code(state: State, event: CodeRefused) -> Step:
    """A code that stood for nothing: say why, keep the basket."""
    if isinstance(state.phase, Attract | Thanks):
        opened = begin(state, event)
        told = tell(stay(opened.state), _TOLD[event.reason])
        return replace(told, commands=(*opened.commands, *told.commands))
    if not isinstance(state.phase, Shopping):
        return tell(stay(state), Told.NOT_NOW)
    return tell(stay(state), _TOLD[event.reason])


def coupon_shown(state: State, event: CouponShown) -> Step:
    """A coupon counts once a sale, from when its goods are there; one that is over is said to be."""
    if isinstance(state.phase, Attract | Thanks):
        opened = begin(state, event)
        shown = coupon_shown(opened.state, event)
        return replace(shown, commands=(*opened.commands, *shown.commands))
    if not isinstance(state.phase, Shopping):
        return tell(stay(state), Told.NOT_NOW)
    sale = state.phase.sale
    if event.rule in sale.coupons:
        return tell(stay(state), Told.COUPON_TWICE)
    if not holds_now(state, sale, event.rule):
        return tell(stay(state), Told.COUPON_OVER)
    sale = repriced(state, replace(sale, coupons=(*sale.coupons, event.rule)))
    counts = sale.priced is not None and event.rule in sale.priced.redeemed
    taken = Step(replace(state, phase=replace(state.phase, sale=sale)))
    return tell(taken, Told.COUPON_TAKEN if counts else Told.COUPON_WAITS)


def slip_shown(state: State, event: DepositSlipScanned) -> Step:
    """A deposit slip, while selling or as the first thing."""
    if isinstance(state.phase, Attract | Thanks):
        opened = begin(state, event)
        shown = slip_shown(opened.state, event)
        return replace(shown, commands=(*opened.commands, *shown.commands))
    if not isinstance(state.phase, Shopping):
        return tell(stay(state), Told.NOT_NOW)
    return slips.scanned(state, state.phase, event)


def quantity_set(state: State, phase: Shopping, event: QuantitySet) -> Step:
    """Plus, minus or trash on a line."""
    line = phase.sale.basket.line(event.line)
    if line is None or (line.grams is not None and event.quantity > 1):
        return stay(state)
    more = event.quantity - line.quantity
    if more > 0 and not phase.sale.basket.takes(line.article, more):
        return tell(stay(state), Told.QUANTITY_LIMIT)
    basket = phase.sale.basket.set_quantity(event.line, event.quantity)
    phase = _taken_out(phase, line, event.quantity) if state.limits.void.minor else phase
    return touched(state, phase, basket)


def _taken_out(phase: Shopping, line: Line, quantity: int) -> Shopping:
    """Goods that leave the basket are counted by their price, not what was undone at once."""
    fewer = line.quantity - quantity
    if fewer <= 0:
        return phase
    worth = line.amount.minor * fewer // line.quantity
    return replace(phase, sale=replace(phase.sale, voided=phase.sale.voided + worth))


def undone(state: State, phase: Shopping, event: UndoPressed) -> Step:
    """Take back one of the line touched last, while that is offered."""
    line = phase.sale.basket.line(event.line)
    if line is None or state.undo != event.line:
        return stay(state)
    basket = phase.sale.basket.set_quantity(line.id, line.quantity - 1)
    step = touched(state, phase, replace(basket, last=None))
    return replace(step, state=replace(step.state, undo=None)).then(StopTimer(Timer.UNDO))


def age_released(state: State, phase: Shopping, event: AgeReleased) -> Step:
    """Staff released the restricted articles of this sale."""
    if not phase.sale.basket.age:
        return stay(state)
    sale = replace(phase.sale, released=max(phase.sale.released, event.limit))
    checked = Shopping(sale, weighing=phase.weighing)
    return tell(Step(replace(state, phase=checked)), Told.AGE_RELEASED)


def pay_pressed(state: State, phase: Shopping, event: PayPressed) -> Step:
    """Pay, once it is kept whose sale it is; that may take a moment and is not waited for longer."""
    member = state.member
    wrong = event.total != total_of(phase.sale) or not may_pay(state, phase)
    if member is None or member.sealed or wrong:
        return pay(state, phase, event.total, event)
    if member.pay == event.total:
        return stay(state)  # pressed twice: the timer runs on
    waiting = replace(state, member=replace(member, pay=event.total))
    return Step(waiting, (StartTimer(Timer.LINK, LINK_SECONDS),))


def pay(state: State, phase: Shopping, seen: Money, event: Event) -> Step:
    """Journal the intent with the terminal's baseline, then authorise: the only way to charge.

    `seen`: the total that stood on screen when pay was pressed; another total is refused.
    """
    sale = repriced(state, phase.sale)  # a member who has just been forgotten has no price any more
    amount = total_of(sale)
    baseline = state.devices.baseline
    if seen != amount:
        return tell(stay(state), Told.TOTAL_CHANGED)
    may = may_pay(state, phase)
    if may and not amount.minor:
        return ending.for_nothing(state, sale, event.at)
    if slips.waited_for(state, sale):
        return tell(stay(state), Told.SLIP_ASKED)
    if not may or baseline is None:
        away = state.devices.terminal is not Link.READY
        return tell(stay(state), Told.TERMINAL_AWAY) if away else stay(state)
    state, number = mint(state, "p")
    payment = Payment(PaymentId(number), amount, baseline, event.at)
    return enter(
        sent(state),
        Paying(sale, payment),
        StopTimer(Timer.IDLE),
        StopTimer(Timer.UNDO),
        Authorize(payment.id, amount, state.language, mirrored(state)),
    )


def may_pay(state: State, phase: Shopping) -> bool:
    """Whether pay would be accepted now."""
    if not phase.sale.basket.lines:
        return False
    if state.member and state.member.leaving:
        return False  # a moment: whose prices hold is about to be told
    if slips.waited_for(state, phase.sale):
        return False  # a moment: what a deposit slip takes off is about to be told
    due = total_of(phase.sale).minor
    return (
        due >= 0
        and not holds_up_paying(state, phase.sale)
        and (state.devices.terminal is Link.READY or not due)
        and not state.storage_low
    )


def next_line(state: State) -> tuple[State, LineId]:
    """The id of a line that is to be added."""
    state, _ = mint(state, "l")
    return state, LineId(state.minted)


def touched(state: State, phase: Shopping, basket: Basket) -> Step:
    """The basket changed: offer undo for the line touched, and start the idle time anew."""
    sale = replace(phase.sale, basket=basket)
    state = replace(state, phase=Shopping(sale), undo=basket.last, notice=None)
    return Step(state, (StopTimer(Timer.NOTICE), StartTimer(Timer.UNDO, UNDO_SECONDS)))
