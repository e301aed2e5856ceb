"""State to screen. Pure, free of the window toolkit; every word comes from the catalogues."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.checkout.events import (
    PaymentCancelPressed,
    PrintAgainPressed,
    ReceiptWaived,
    StartPressed,
)
from kiosk.checkout.floor_events import ExitCodeAsked
from kiosk.checkout.regions.neighbours import neighbours_of
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import (
    Attract,
    Closed,
    InDoubt,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    Sold,
    State,
    Thanks,
)
from kiosk.gate import pass_of
from kiosk.ids import NOBODY, Handle
from kiosk.law import local
from kiosk.screens.consent import briefing
from kiosk.screens.listing import scan_view
from kiosk.screens.notices import banners_of, notice_of
from kiosk.screens.paying import tenders_of
from kiosk.screens.sheets import header_actions, sheet_of
from kiosk.screens.speech import spoken
from kiosk.screens.standing import languages
from kiosk.screens.values import (
    Action,
    AttractView,
    ClosedView,
    DoubtView,
    Header,
    PayingView,
    ReceiptView,
    Screen,
    ThanksView,
    View,
)
from kiosk.words import Words, words_of


def present(state: State, version: int) -> Screen:
    """The screen of this state. `version` grows with every state shown."""
    words = words_of(state.language)
    title, subtitle = _headline(state, words)
    view = _view(state, version, words)
    notice = notice_of(state, words)
    banners = banners_of(state, words)
    sheet = sheet_of(state, version, words)
    language, comfort, help_ = header_actions(state, words)
    return Screen(
        version=version,
        language=state.language,
        header=Header(
            title,
            subtitle,
            languages(state.language),
            language,
            comfort,
            help_,
            called=state.help is not None,
            tender=tenders_of(state, words) if isinstance(state.phase, Shopping) else "",
        ),
        view=view,
        notice=notice,
        banners=banners,
        speech=spoken(title, subtitle, view, notice, banners, sheet),
        sheet=sheet,
        comfort=state.comfort.value,
    )


def _headline(state: State, words: Words) -> tuple[str, str]:
    match state.phase:
        case OutOfService():
            return words("Out of service"), ""
        case Attract():
            return words("Welcome"), state.shop.name
        case Shopping():
            return words("Scan your articles"), words("Hold the barcode in front of the scanner")
        case Paying() | Settling() as phase:
            return _money_headline(phase, words)
        case InDoubt(staff=False):
            return words("We are checking your payment"), words("Please do not pay again")
        case InDoubt():
            return words("Our staff is checking your payment"), words("Please do not pay again")
        case Paid():
            return words("Paid"), words("Your receipt is being printed")
        case ReceiptOwed():
            return words("Paid"), words("Your receipt could not be printed")
        case Thanks():
            return words("Thank you"), words("See you soon")
        case _:
            assert_never(state.phase)


def _money_headline(phase: Paying | Settling, words: Words) -> tuple[str, str]:
    if phase.payment.kind is not MoneyKind.PAYMENT:
        return _correcting(phase.payment.kind, words), words("Please follow the card terminal")
    match phase:
        case Paying(cancel_asked=True):
            return words("Stopping the payment"), words("The card terminal decides")
        case Paying():
            return words("Pay by card"), words("Please follow the card terminal")
        case _:
            return words("Approved"), words("One moment, the payment is being completed")


def _view(state: State, version: int, words: Words) -> View:
    match state.phase:
        case OutOfService(reason=reason):
            return _elsewhere(_closed(reason, words), reason, neighbours_of(state), words)
        case Attract():
            return _attract(state, words)
        case Shopping() as phase:
            return scan_view(state, phase, version, words)
        case Paying() | Settling() as phase:
            return _paying(state, phase, words)
        case InDoubt() as phase:
            return _doubt(phase, words)
        case Paid(sold=sold):
            return _receipt(sold, words)
        case ReceiptOwed(sold=sold, offer=offer):
            return _owed(_receipt(sold, words), offer, words)
        case Thanks() as phase:
            return _thanks(state, phase, words)
        case _:
            assert_never(state.phase)


def _correcting(kind: MoneyKind, words: Words) -> str:
    return words("Reversal") if kind is MoneyKind.REVERSAL else words("Refund")


def _closed(reason: Closed, words: Words) -> ClosedView:
    match reason:
        case Closed.STARTING:
            return ClosedView(
                words("This checkout is starting."), words("It will be ready in a moment.")
            )
        case Closed.TERMINAL:
            return ClosedView(
                words("Card payment is not possible at the moment."),
                words("Please use another checkout. Our staff will be glad to help."),
            )
        case Closed.PAUSED:
            return ClosedView(
                words("This checkout is paused."), words("Please use another checkout.")
            )
        case Closed.STORAGE:
            return ClosedView(
                words("This checkout needs maintenance."),
                words("Please use another checkout. Our staff will be glad to help."),
            )
        case _:
            assert_never(reason)


def _elsewhere(
    view: ClosedView, reason: Closed, names: tuple[str, ...], words: Words
) -> ClosedView:
    """The way to another checkout, where it makes sense to go there."""
    if not names or reason is Closed.STARTING:
        return view
    nearest, *others = names
    return replace(
        view,
        nearest=words("Nearest checkout: {name}", name=nearest),
        others=words("Or: {names}", names=", ".join(others)) if others else "",
    )


def _attract(state: State, words: Words) -> AttractView:
    again = Action("exit-again", words("Show the exit code again"), ExitCodeAsked())
    return AttractView(
        steps=(words("Scan"), words("Pay by card"), words("Take your receipt")),
        tenders=tenders_of(state, words),
        start=Action("start", words("Start"), StartPressed()),
        again=again if state.departed else None,
        briefing=briefing(state, words),
    )


def _paying(state: State, phase: Paying | Settling, words: Words) -> PayingView:
    hint = words("Hold your card or phone to the terminal, or insert your card")
    approved = isinstance(phase, Settling)
    cancel = None
    if isinstance(phase, Paying):
        event = None if phase.cancel_asked else PaymentCancelPressed()
        cancel = Action("cancel", words("Stop payment"), event)
    pays = phase.payment.kind is MoneyKind.PAYMENT
    done = words("Payment approved") if pays else words("Approved")
    return PayingView(
        amount_label=words("To pay") if pays else _correcting(phase.payment.kind, words),
        amount=words.money(phase.payment.amount),
        terminal=(done,) if approved else state.live.terminal_lines,
        hint=hint,
        approved=approved,
        cancel=cancel,
    )


def _doubt(phase: InDoubt, words: Words) -> DoubtView:
    if phase.staff:
        steps = (
            words("Our staff has to look at this payment."),
            words("Your articles and your payment are safe."),
            words("Please wait here and do not pay again."),
        )
    else:
        steps = (
            words("The answer of the card terminal was lost."),
            words("We are asking the terminal. This takes about half a minute."),
            words("Please wait here and do not pay again."),
        )
    return DoubtView(
        amount_label=words("Payment"),
        amount=words.money(phase.payment.amount),
        steps=steps,
        staff=phase.staff,
        reference=phase.payment.id if phase.staff else "",
    )


def _receipt(sold: Sold, words: Words) -> ReceiptView:
    return ReceiptView(
        amount_label=words("Paid by card"),
        amount=words.money(sold.payment.amount),
        printing=True,
        again=None,
        waive=None,
    )


def _owed(view: ReceiptView, offer: Handle, words: Words) -> ReceiptView:
    """It did not come out: by a link at once, on paper again, or later."""
    waive = words("Continue") if offer else words("Continue without receipt")
    return replace(
        view,
        printing=False,
        again=Action("print-again", words("Print again"), PrintAgainPressed()),
        waive=Action("waive", waive, ReceiptWaived()),
        slot=offer,
        fetch=words("Fetch your receipt with your phone") if offer else "",
        fetch_hint=words(
            "Scan this code with the camera. No app, no sign-up. If the receipt is not there yet,"
            " try again in a few minutes."
        )
        if offer
        else "",
    )


def _thanks(state: State, phase: Thanks, words: Words) -> ThanksView:
    steps = [words("Take your goods"), words("Take your card")]
    if phase.printed:
        steps.append(words("Take your receipt"))
    else:
        steps.append(words("Our staff can print your receipt later"))
    return ThanksView(
        number_label=words("Your receipt number"),
        number=str(phase.number),
        steps=tuple(steps),
        done=Action("done", words("Finish"), StartPressed()),
        slot=pass_of(state.kiosk, phase.number, local(phase.ended, state.shop.zone))
        if phase.ended
        else NOBODY,
        exit=words("Take a picture of this code for the exit") if phase.ended else "",
    )
