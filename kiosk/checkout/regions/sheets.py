"""Sheets in front of the screen: opened by a touch, gone when what is behind them goes on."""

from __future__ import annotations

from kiosk.checkout.commands import Forget, MakeInvitation
from kiosk.checkout.events import ArticleScanned, CodeRefused, Event, LanguageChosen, TerminalShows
from kiosk.checkout.floor_events import AttendantArrived, HelpPressed
from kiosk.checkout.front import LETTERS_MOST, Front, Sheet
from kiosk.checkout.front_events import (
    GroupChosen,
    InvitationMade,
    KeyTouched,
    LettersTyped,
    SheetClosed,
    SheetOpened,
    ShelfLoaded,
)
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned
from kiosk.checkout.member_events import CustomerShown, WithdrawPressed
from kiosk.checkout.regions.consent import may_withdraw
from kiosk.checkout.regions.reviewing import may_review
from kiosk.checkout.states import Attract, Shopping, State, Thanks
from kiosk.checkout.step import Step, Verdict, stay
from kiosk.checkout.weigh_events import WeighingAsked
from kiosk.ids import Handle
from kiosk.law import local
from kiosk.replacing import replace

Touch = (
    SheetOpened
    | SheetClosed
    | LettersTyped
    | GroupChosen
    | KeyTouched
    | ShelfLoaded
    | InvitationMade
)

_SHOPPING = (Sheet.GOODS, Sheet.DIGITS)


def touched(state: State, event: Touch) -> Step:
    """Open, close, or look through a sheet."""
    front = state.front
    match event:
        case SheetOpened(sheet=sheet):
            if not may_open(state, sheet):
                return stay(state)
            month = local(event.at, state.shop.zone).month
            opened = Step(replace(state, front=Front(sheet, month=month)))
            return opened.then(MakeInvitation()) if sheet is Sheet.JOIN else opened
        case SheetClosed():
            return Step(replace(state, front=Front()))
        case LettersTyped(letters=letters) if front.sheet is Sheet.GOODS:
            return Step(replace(state, front=replace(front, letters=letters[:LETTERS_MOST])))
        case GroupChosen(group=group) if front.sheet is Sheet.GOODS:
            return Step(replace(state, front=replace(front, letters="", group=group)))
        case ShelfLoaded(shelf=shelf):
            return Step(replace(state, shelf=shelf))
        case InvitationMade(handle=handle):
            return _invited(state, handle)
        case _:
            return stay(state)


def _invited(state: State, handle: Handle) -> Step:
    """Shown as long as somebody looks at it; whoever does not any more leaves nothing."""
    front = state.front
    if front.sheet is not Sheet.JOIN or front.invitation:
        return stay(state).then(Forget(handle)) if handle else stay(state)
    shown = replace(front, invitation=handle, refused=not handle)
    return Step(replace(state, front=shown))


def may_open(state: State, sheet: Sheet) -> bool:
    """Goods are for who is buying, parked baskets for who is not; the rest is for everybody."""
    if sheet in _SHOPPING:
        return isinstance(state.phase, Shopping)
    if sheet is Sheet.REVIEW:
        return may_review(state)
    if sheet is Sheet.RESUME:
        return isinstance(state.phase, Attract | Thanks)
    if sheet is Sheet.DATA:
        return state.service
    if sheet is Sheet.JOIN:
        return state.joins and state.member is None and not _paying(state)
    if sheet is Sheet.WITHDRAW:
        return may_withdraw(state)
    return True


_ANSWERS: dict[Sheet, tuple[type[Event], ...]] = {
    Sheet.LANGUAGE: (LanguageChosen,),
    Sheet.GOODS: (ArticleScanned, WeighingAsked),
    Sheet.DIGITS: (ArticleScanned, WeighingAsked),
    Sheet.PIN: (AttendantArrived,),
    Sheet.HELP: (HelpPressed,),
    Sheet.WITHDRAW: (WithdrawPressed,),
    Sheet.JOIN: (CustomerShown,),
    Sheet.REVIEW: (ArticleScanned, CodeRefused, WeighingAsked, DepositSlipScanned, CouponShown),
}
"""What a sheet was opened for: then it closes."""


_MAY_END = (Sheet.WITHDRAW, Sheet.REVIEW)
"""What they offer may stop being possible while they are looked at."""


def _paying(state: State) -> bool:
    return not isinstance(state.phase, Attract | Shopping | Thanks)


def watched(before: State, event: Event, step: Step) -> Step:
    """A sheet closes when it got its answer, and when the screen behind it is another one."""
    return _uninvited(before, _closed(before, event, step))


def _uninvited(before: State, step: Step) -> Step:
    """A link that nobody looks at any more is wiped; it counts for minutes, wherever it was seen."""
    old = before.front.invitation
    return step.then(Forget(old)) if old and step.state.front.invitation != old else step


def _closed(before: State, event: Event, step: Step) -> Step:
    state = step.state
    sheet = state.front.sheet
    if sheet is None:
        return step
    elsewhere = type(before.phase) is not type(state.phase)
    answered = (
        isinstance(event, _ANSWERS.get(sheet, ()))
        and before.front.sheet is sheet
        and step.verdict
        is Verdict.KEEP  # a lock that rests is as silent to the right PIN as to others
    )
    asked_for_card = isinstance(event, TerminalShows)  # the payment behind it wants to be seen
    gone = sheet in _MAY_END and not may_open(state, sheet)
    if not elsewhere and not answered and not asked_for_card and not gone:
        return step
    return replace(step, state=replace(state, front=Front()))
