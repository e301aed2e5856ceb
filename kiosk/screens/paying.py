"""What it comes to, and the ways to pay it: below the list, and on the sheet before the card."""

from __future__ import annotations

from dataclasses import replace

from kiosk.basket import Basket, Line
from kiosk.checkout.events import PayPressed
from kiosk.checkout.floor_events import TillChosen
from kiosk.checkout.regions.prices import bill_of, total_of, waiting_coupons
from kiosk.checkout.regions.reviewing import may_go_to_till
from kiosk.checkout.regions.selling import may_pay
from kiosk.checkout.states import Sale, Shopping, State
from kiosk.money import Money
from kiosk.offers.promotions import Promotion
from kiosk.pricing import deposit
from kiosk.screens.sheet_values import ReviewSheet
from kiosk.screens.speech import READ_OUT
from kiosk.screens.values import Action, Option, SumRow
from kiosk.words import Words

TIMES = "\N{MULTIPLICATION SIGN}"


def tenders_of(state: State, words: Words) -> str:
    """How one can pay, for who wants to know before they begin."""
    till = state.tenders.till
    if till:
        return words("Pay by card here, with cash at {till}", till=till)
    return words("Card payment only")


def total_label(basket: Basket, words: Words) -> str:
    """What the total is of."""
    return words.count("Total, {number} article", "Total, {number} articles", basket.count)


def sums_of(state: State, sale: Sale, words: Words) -> tuple[SumRow, ...]:
    """What makes the total: coupons that wait, what is saved, deposit, slips."""
    rows = [_coupon(each, words) for each in waiting_coupons(state, sale)]
    saved = sale.priced.saved if sale.priced else Money(0)
    if saved.minor:
        rows.append(SumRow(words("You save"), words.money(saved)))
    pledged = deposit(sale.basket)
    if pledged.minor:
        rows.append(SumRow(words("Deposit included"), words.money(pledged)))
    return (*rows, *_slips(sale, words))


def _slips(sale: Sale, words: Words) -> tuple[SumRow, ...]:
    """What slips take off, and what stays on them."""
    if not sale.slips:
        return ()
    used = sum(each.minor for each in bill_of(sale).amounts)
    left = sum(each.worth.minor for each in sale.slips) - used
    rows = (SumRow(words("Deposit slip"), words.money(Money(-used))),)
    if not left:
        return rows
    return (*rows, SumRow(words("Stays on the slip"), words.money(Money(left))))


def _coupon(rule: Promotion, words: Words) -> SumRow:
    return SumRow(words("Coupon: {name}", name=rule.name(words.language.value)), words("waits"))


def waits_for_link(state: State) -> bool:
    """Pay was pressed, and it is being kept whose sale this is."""
    return state.member is not None and state.member.pay is not None


def card_action(state: State, phase: Shopping, version: int, words: Words) -> Action:
    """By its tender, so that nobody learns at the terminal that there is no other."""
    amount = total_of(phase.sale)
    may = may_pay(state, phase) and not waits_for_link(state)
    event = PayPressed(version, amount) if may else None
    total = words.money(amount)
    if not amount.minor:  # promotions or slips took it all: no card is asked for
        return Action("pay", words("Pay"), event, words("Pay {total}", total=total))
    return Action("pay", words("Pay by card"), event, words("Pay {total} by card", total=total))


def _row(line: Line, sale: Sale, words: Words) -> SumRow:
    """An article with all that belongs to it, so that the amounts make the total."""
    discounts = sale.priced.of_line(line.id) if sale.priced else ()
    minor = line.amount.minor + line.deposit.minor + sum(each.amount.minor for each in discounts)
    times = f"{line.quantity} {TIMES} " if line.grams is None and line.quantity > 1 else ""
    return SumRow(times + line.article.name, words.money(Money(minor)))


def review_sheet(
    state: State, phase: Shopping, version: int, close: Action, words: Words
) -> ReviewSheet:
    """The whole purchase once more. One way to pay has the filled colour: the one that works."""
    sale = phase.sale
    card = replace(card_action(state, phase, version, words), name="pay-card")
    tenders = [Option(card, "card", primary=True)]
    if may_go_to_till(state, phase):
        label = words("Pay cash: {till}", till=state.tenders.till)
        till = Action("pay-till", label, TillChosen())
        tenders.append(Option(till, "cash", primary=card.event is None))
        tenders[0] = Option(card, "card", primary=card.event is not None)
    more = len(sale.basket.lines) - READ_OUT
    return ReviewSheet(
        title=words("Is everything there?"),
        question=words("How would you like to pay?") if len(tenders) > 1 else "",
        rows=tuple(_row(line, sale, words) for line in sale.basket.lines),
        sums=sums_of(state, sale, words),
        further=words("Further lines: {number}", number=more) if more > 0 else "",
        total_label=total_label(sale.basket, words),
        total=words.money(total_of(sale)),
        tenders=tuple(tenders),
        close=close,
    )
