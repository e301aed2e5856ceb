"""The running list: lines, hero, sums and the way to pay."""

from __future__ import annotations

from typing import assert_never

from kiosk.basket import Article, Line, Measure, Unit
from kiosk.checkout.events import QuantitySet, UndoPressed
from kiosk.checkout.floor_events import MoreTimePressed
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import SheetOpened
from kiosk.checkout.member_events import NotMePressed
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.regions.reviewing import may_review, reviewed
from kiosk.checkout.states import Known, Member, Shopping, State
from kiosk.screens.consent import briefing, data_action
from kiosk.screens.paying import TIMES, card_action, sums_of, total_label, waits_for_link
from kiosk.screens.sheets import favourites, shortcuts
from kiosk.screens.values import (
    Action,
    Child,
    Hero,
    LineView,
    MemberState,
    MemberView,
    ScanView,
    StillView,
)
from kiosk.screens.weighing import not_legal, weigh_view
from kiosk.weighing import Weighed
from kiosk.words import Words

NBSP = "\N{NO-BREAK SPACE}"


def scan_view(state: State, phase: Shopping, version: int, words: Words) -> ScanView:
    """Everything the customer sees while scanning."""
    basket = phase.sale.basket
    waits = basket.age > phase.sale.released
    return ScanView(
        lines=tuple(_line(line, phase, words) for line in basket.lines),
        hero=_hero(state, phase, words),
        empty=words("Nothing scanned yet"),
        age_banner=words(
            "Staff will release your articles from {age} – keep scanning", age=basket.age
        )
        if waits
        else "",
        sums=sums_of(state, phase.sale, words),
        total_label=total_label(basket, words),
        total=words.money(total_of(phase.sale)),
        pay=_pay(state, phase, version, words),
        shortcuts=shortcuts(state, words),
        member=_member(state.member, words) if state.member else None,
        still=_still(words) if phase.warned else None,
        weigh=weigh_view(state, phase.weighing, words) if phase.weighing else None,
        favourites=favourites(state, phase.sale.started, words),
        briefing=None if state.member else briefing(state, words),
    )


def _pay(state: State, phase: Shopping, version: int, words: Words) -> Action:
    """To the card at once, or to the ways to pay where they are shown first."""
    if not reviewed(state):
        return card_action(state, phase, version, words)
    opens = may_review(state) and not waits_for_link(state)
    event = SheetOpened(Sheet.REVIEW) if opens else None
    total = words.money(total_of(phase.sale))
    return Action("pay", words("Pay"), event, words("Pay {total}", total=total))


def _still(words: Words) -> StillView:
    return StillView(
        question=words("Are you still there?"),
        hint=words("Your articles are kept; without an answer they are parked."),
        here=Action("still-here", words("I am still here"), MoreTimePressed()),
    )


def _member(member: Member, words: Words) -> MemberView:
    """Words only: the name stays where it is."""
    known = Known.ASKING if member.leaving else member.known
    match known:
        case Known.ASKING if member.leaving:
            text = words("One moment, your consent is being withdrawn")
        case Known.ASKING:
            text = words("One moment, we are looking up your card")
        case Known.FOUND:
            text = words("Hello")
        case Known.COUNTED:
            text = words("Your card counts: you collect points")
        case Known.LATER:
            text = words("Your points will be credited later")
        case _:
            assert_never(known)
    return MemberView(
        state=MemberState(known.value),
        slot=member.handle,
        greeting=text,
        points=words("points"),
        mark=words.grouped(1000)[1],
        not_me=Action(
            "not-me",
            words("Not me"),
            NotMePressed(),
            words("That is not me: buy without a customer card"),
        ),
        data=data_action(words),
    )


def _line(line: Line, phase: Shopping, words: Words) -> LineView:
    article = line.article
    key = f"line-{line.id}"
    by_weight = line.grams is not None
    priced = phase.sale.priced
    children = tuple(
        Child(each.name(words.language.value), words.money(each.amount))
        for each in (priced.of_line(line.id) if priced else ())
    )
    if line.deposit.minor:
        children = (*children, Child(words("Deposit"), words.money(line.deposit)))
    if line.weighed:
        children = (*_noted(line.weighed, words), *children)
    less = None if by_weight else _less(line, key, words)
    more = None if by_weight else _more(line, key, words)
    return LineView(
        id=line.id,
        name=article.name,
        detail=detail_of(line, words),
        amount=words.money(line.amount),
        quantity="" if by_weight else str(line.quantity),
        badge=_badge(line, phase, words),
        children=children,
        less=less,
        more=more,
        remove=Action(
            f"{key}-remove",
            words("Remove"),
            QuantitySet(line.id, 0),
            words("Remove {name}", name=article.name),
        ),
    )


def _less(line: Line, key: str, words: Words) -> Action:
    event = QuantitySet(line.id, line.quantity - 1) if line.quantity > 1 else None
    spoken = words("One {name} less", name=line.article.name)
    return Action(f"{key}-less", "\N{MINUS SIGN}", event, spoken)


def _more(line: Line, key: str, words: Words) -> Action:
    spoken = words("One {name} more", name=line.article.name)
    return Action(f"{key}-more", "+", QuantitySet(line.id, line.quantity + 1), spoken)


def detail_of(line: Line, words: Words) -> str:
    """`2 × 1,59 €`, or `0,742 kg × 1,79 €/kg`; with a unit price `2 × 2,49 € (4,98 €/kg)`."""
    price = words.money(line.article.price)
    if line.grams is not None:
        return f"{words.decimal(line.grams)}{NBSP}kg {TIMES} {price}/kg"
    unit = "/kg" if line.article.unit is Unit.KILOGRAM else ""
    return f"{line.quantity} {TIMES} {price}{unit}{_unit_price(line.article, words)}"


def _noted(weighed: Weighed, words: Words) -> tuple[Child, ...]:
    """Of a weight of the kiosk's own scale: what was taken off, and whether one may trade by it."""
    notes = [words("Tare {grams} g", grams=weighed.tare)] if weighed.tare else []
    notes += [] if weighed.legal else [not_legal(words)]
    return tuple(Child(note, "") for note in notes)


def _unit_price(article: Article, words: Words) -> str:
    amount = article.unit_price
    if amount is None:
        return ""
    price = words.money(amount)
    match article.measure:
        case Measure.GRAM:
            return f" ({price}/kg)"
        case Measure.MILLILITRE:
            return f" ({price}/l)"
        case Measure.PIECE:
            return f" ({words('{price}/piece', price=price)})"
        case _:
            assert_never(article.measure)


def _badge(line: Line, phase: Shopping, words: Words) -> str:
    age = line.article.age
    if not age:
        return ""
    if phase.sale.released >= age:
        return words("from {age} ✓", age=age)
    return words("from {age}", age=age)


def _untraded(line: Line, words: Words) -> str:
    return words("Test weight") if line.weighed and not line.weighed.legal else ""


def _hero(state: State, phase: Shopping, words: Words) -> Hero | None:
    line = phase.sale.basket.line(phase.sale.basket.last)
    if line is None:
        return None
    undo = None
    if state.undo == line.id:
        undo = Action(
            "undo",
            words("Undo"),
            UndoPressed(line.id),
            words("Take {name} back", name=line.article.name),
        )
    return Hero(
        name=line.article.name,
        detail=detail_of(line, words),
        amount=words.money(line.amount + line.deposit),
        badge=_badge(line, phase, words) or _untraded(line, words),
        undo=undo,
    )
