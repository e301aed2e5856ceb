"""What a sale costs: promotions are applied anew whenever something that they depend on has changed."""

from __future__ import annotations

from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.states import Known, Sale, Shopping, State
from kiosk.checkout.step import Step
from kiosk.law import RATES, NotInForce, VatClass, local, rate_of
from kiosk.money import Money
from kiosk.offers.document import version_of
from kiosk.offers.evaluate import evaluate
from kiosk.offers.index import index_of
from kiosk.offers.promotions import Promotion
from kiosk.pricing import less, total, vat_table
from kiosk.receipt import Returned
from kiosk.replacing import replace


def total_of(sale: Sale) -> Money:
    """What is to be paid, deposits included, less deposit slips."""
    goods = _goods(sale)
    if not sale.slips:
        return goods
    worth = sum(slip.worth.minor for slip in sale.slips)
    return Money(max(0, goods.minor - worth), goods.currency)


def bill_of(sale: Sale) -> Returned:
    """What a sale comes to, less its deposit slips; their tax is the general rate (§ 12 UStG)."""
    goods = _goods(sale)
    rows = sale.priced.vat if sale.priced else vat_table(sale.basket)
    rest, used = goods.minor, []
    for slip in sale.slips:
        part = min(slip.worth.minor, rest)
        used.append(Money(part, goods.currency))
        rest -= part
    rate = _general_rate(sale) if used else 0
    vat = less(rows, rate, goods.minor - rest)
    return Returned(tuple(used), rate, vat, Money(rest, goods.currency))


def _general_rate(sale: Sale) -> int:
    """Of the day the sale began. A clock that was never set is no reason to end a sale."""
    day = local(sale.started).date()
    try:
        return rate_of(VatClass.GENERAL, day)
    except NotInForce:
        return RATES[VatClass.GENERAL][0][1]


def _goods(sale: Sale) -> Money:
    return sale.priced.total if sale.priced else total(sale.basket)


def loaded(state: State, event: PromotionsLoaded) -> Step:
    """Other promotions hold from now on; a payment under way keeps its amount."""
    promotions = event.promotions
    return Step(replace(state, offers=promotions, offers_version=version_of(promotions)))


def watched(before: State, step: Step) -> Step:
    """Price the basket anew if goods, member or promotions have changed."""
    state, phase = step.state, step.state.phase
    if not isinstance(phase, Shopping):
        return step
    old = before.phase
    same = (
        isinstance(old, Shopping)
        and old.sale.basket is phase.sale.basket
        and old.sale.coupons is phase.sale.coupons
    )
    if same and before.member is state.member and before.offers is state.offers:
        return step
    sale = repriced(state, phase.sale)
    if sale is phase.sale:
        return step
    return replace(step, state=replace(state, phase=replace(phase, sale=sale)))


def repriced(state: State, sale: Sale) -> Sale:
    """The sale at the prices of now: by its goods, its member's price group, and its own start.

    Promotions in another currency than the goods take nothing off: no sale ends for them.
    """
    foreign = any(
        line.article.price.currency != state.offers.currency for line in sale.basket.lines
    )
    if not state.offers.all or foreign:
        return replace(sale, priced=None) if sale.priced else sale
    priced = evaluate(
        sale.basket.lines,
        index_of(state.offers),
        at=local(sale.started, state.shop.zone),
        group=_group(state),
        coupons=sale.coupons,
    )
    return replace(sale, priced=priced)


def holds_now(state: State, sale: Sale, rule: str) -> bool:
    """Whether a promotion with this coupon holds at the sale's own moment."""
    at = local(sale.started, state.shop.zone)
    return any(each.coupon == rule and each.valid(at) for each in state.offers.all)


def waiting_coupons(state: State, sale: Sale) -> tuple[Promotion, ...]:
    """Promotions whose coupon was shown and whose goods are not there yet."""
    redeemed = sale.priced.redeemed if sale.priced else ()
    waiting = [rule for rule in sale.coupons if rule not in redeemed]
    found = (
        next((each for each in state.offers.all if each.coupon == rule), None) for rule in waiting
    )
    return tuple(each for each in found if each is not None)


def _group(state: State) -> str:
    """The price group counts as soon as the service has told it."""
    member = state.member
    known = member is not None and member.known in (Known.FOUND, Known.COUNTED)
    return member.group if member and known else ""
