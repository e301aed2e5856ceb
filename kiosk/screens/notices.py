"""What the customer is told, and what remains true for a while. Each with a remedy."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkout.events import PrintFault
from kiosk.checkout.floor import Ability, Capability
from kiosk.checkout.regions.capabilities import capabilities
from kiosk.checkout.states import Attract, Link, ReceiptOwed, Shopping, State, Told
from kiosk.screens.consent import withdrawal_notice
from kiosk.screens.values import Notice, Tone
from kiosk.screens.weighing import weighing_notice
from kiosk.words import Words


def notice_of(state: State, words: Words) -> Notice | None:
    """The passing message, if there is one."""
    if state.notice is None:
        return None
    told, code = state.notice.told, state.notice.code
    match told:
        case Told.CARD_UNKNOWN | Told.CARD_NOT_TAKEN | Told.CARD_AWAY | Told.CARD_FORGOTTEN:
            return _card_notice(told, words)
        case (
            Told.CARD_TORN
            | Told.CARD_SEVERAL
            | Told.CARD_UNREADABLE
            | Told.CARD_CHANGING
            | Told.CARD_AT_TERMINAL
        ):
            return _reader_notice(told, words)
        case Told.AT_TILL:
            return _at_till(state, code, words)
        case Told.WITHDRAWN | Told.WITHDRAW_UNSURE | Told.WITHDRAW_UNKNOWN:
            return withdrawal_notice(told, words)
        case (
            Told.SLIP_TAKEN
            | Told.SLIP_REDEEMED
            | Told.SLIP_IN_USE
            | Told.SLIP_ASKED
            | Told.SLIP_ELSEWHERE
            | Told.SLIP_AWAY
        ):
            return _slip_notice(told, words)
        case Told.COUPON_TAKEN | Told.COUPON_WAITS | Told.COUPON_TWICE | Told.COUPON_OVER:
            return _coupon_notice(told, words)
        case _:
            return _scan_notice(told, words) or _payment_notice(told, code, words)


def _scan_notice(told: Told, words: Words) -> Notice | None:
    """About what was scanned; None for what is none of that."""
    match told:
        case Told.CODE_UNKNOWN:
            text = words("We do not know this article.")
            remedy = words("Please ask our staff, or leave it out.")
        case Told.CODE_CHECK_DIGIT | Told.CODE_TORN:
            text = words("The code was not read correctly.")
            remedy = words("Please scan it again.")
        case Told.CODE_MISLABELLED:
            text = words("The label of this article is not right.")
            remedy = words("Please ask our staff for a new label.")
        case Told.CODE_EXPIRED:
            text = words("The best-before date of this article is over.")
            remedy = words("Please take another one, and give this one to our staff.")
        case Told.CODE_NOT_FOR_SALE:
            text = words("This article is not for sale.")
            remedy = words("Please leave it with our staff.")
        case Told.CODE_RECALLED:
            text = words("This article was recalled by its maker.")
            remedy = words("Please do not use it, and give it to our staff.")
        case Told.CODE_FOREIGN:
            text = words("This is not the code of an article.")
            remedy = words("Look for the stripes of the barcode.")
        case Told.NOT_NOW:
            text = words("Nothing was added.")
            remedy = words("Scanning is not possible during the payment.")
        case Told.QUANTITY_LIMIT:
            text = words("That is the largest quantity.")
            remedy = words("Please ask our staff for more.")
        case _:
            return weighing_notice(told, words)
    return Notice(Tone.WARNING, text, remedy)


def _slip_notice(told: Told, words: Words) -> Notice:
    match told:
        case Told.SLIP_TAKEN:
            text = words("Your deposit slip is taken off.")
            remedy = words("What this purchase does not need stays on the slip.")
            return Notice(Tone.GOOD, text, remedy)
        case Told.SLIP_ASKED:
            text = words("One moment, your deposit slip is being checked.")
            return Notice(Tone.INFO, text, words("You can go on scanning."))
        case Told.SLIP_AWAY:
            text = words("Your deposit slip cannot be checked at the moment.")
            return Notice(Tone.WARNING, text, words("Please try again later, or ask our staff."))
        case Told.SLIP_ELSEWHERE:
            text = words("This deposit slip was shown at another checkout.")
        case Told.SLIP_REDEEMED:
            text = words("This deposit slip was redeemed already.")
        case _:
            text = words("This deposit slip counts already.")
    return Notice(Tone.WARNING, text, words("If that is not right, please ask our staff."))


def _coupon_notice(told: Told, words: Words) -> Notice:
    match told:
        case Told.COUPON_TAKEN:
            return Notice(Tone.GOOD, words("Your coupon counts."), words("Keep scanning, or pay."))
        case Told.COUPON_WAITS:
            text = words("Your coupon counts as soon as its articles are there.")
            return Notice(Tone.INFO, text, words("Keep scanning."))
        case Told.COUPON_TWICE:
            text = words("This coupon counts already.")
            remedy = words("Each coupon counts once in a purchase.")
        case _:
            text = words("This coupon does not hold now.")
            remedy = words("Please look at its dates, or ask our staff.")
    return Notice(Tone.WARNING, text, remedy)


def _card_notice(told: Told, words: Words) -> Notice:
    """About a customer's card: selling goes on in any case."""
    match told:
        case Told.CARD_UNKNOWN:
            text = words("We do not know this customer card.")
        case Told.CARD_FORGOTTEN:
            return Notice(
                Tone.INFO,
                words("After this long pause the customer card counts no more."),
                words("Show it again, or simply go on with your purchase."),
            )
        case Told.CARD_NOT_TAKEN:
            text = words("Customer cards are not used at this checkout.")
        case _:
            text = words("Your customer card cannot be used at the moment.")
    return Notice(Tone.INFO, text, words("You can simply go on with your purchase."))


def _reader_notice(told: Told, words: Words) -> Notice:
    """About how a card was held."""
    match told:
        case Told.CARD_TORN:
            return Notice(
                Tone.WARNING,
                words("The card was taken away too soon."),
                words("Please hold it still for a moment."),
            )
        case Told.CARD_SEVERAL:
            return Notice(
                Tone.WARNING,
                words("There are several cards at once."),
                words("Please take the card out of the purse and hold it alone."),
            )
        case Told.CARD_CHANGING:
            return Notice(
                Tone.INFO,
                words("A phone cannot be recognised here."),
                words("Please show the code in your app, or your customer card."),
            )
        case Told.CARD_AT_TERMINAL:
            return Notice(
                Tone.INFO,
                words("This reader is for customer cards."),
                words("To pay, please hold your card to the card terminal."),
            )
        case _:
            return Notice(
                Tone.INFO,
                words("This card cannot be read here."),
                words("You can simply go on with your purchase."),
            )


def _payment_notice(told: Told, code: int, words: Words) -> Notice:
    match told:
        case Told.TOTAL_CHANGED:
            return Notice(
                Tone.WARNING,
                words("The total has changed."),
                words("Please check it and pay again."),
            )
        case Told.DECLINED:
            return Notice(
                Tone.ERROR,
                words("The card was declined ({code}). Nothing was charged.", code=f"{code:02X}"),
                words("Try another card, or ask our staff."),
            )
        case Told.STOPPED:
            return Notice(
                Tone.INFO,
                words("The payment was stopped. Nothing was charged."),
                words("You can go on scanning, or pay again."),
            )
        case Told.NOT_CHARGED:
            return Notice(
                Tone.INFO,
                words("We have checked: nothing was charged."),
                words("You can pay again now."),
            )
        case Told.TERMINAL_AWAY:
            return Notice(
                Tone.ERROR,
                words("The card terminal does not answer. Nothing was charged."),
                words("Please wait a moment, or ask our staff."),
            )
        case Told.AGE_RELEASED:
            return Notice(Tone.GOOD, words("Released by our staff."), words("You can pay now."))
        case Told.SIGNATURE:
            return Notice(
                Tone.WARNING,
                words("This card wants a signature. Nothing was charged."),
                words("Try another card or your phone, or pay at the till."),
            )
        case _:
            return _correction_notice(told, code, words)


def _correction_notice(told: Told, code: int, words: Words) -> Notice:
    """For staff, who asked for it."""
    keep = words("The card terminal has it in its journal.")
    match told:
        case Told.REVERSED:
            return Notice(Tone.GOOD, words("The payment was reversed."), keep)
        case Told.REFUNDED:
            return Notice(Tone.GOOD, words("The amount was refunded."), keep)
        case Told.NOT_CORRECTED:
            return Notice(
                Tone.ERROR,
                words("No money went back ({code}).", code=f"{code:02X}"),
                words("Look at the card terminal, then try again."),
            )
        case _:
            return _floor_notice(told, code, words)


def _at_till(state: State, number: int, words: Words) -> Notice:
    remedy = words(
        "Take your articles with you. If you come back, they wait here under number {number}.",
        number=f"{number:04d}",
    )
    return Notice(Tone.INFO, words("Please pay at {till}.", till=state.tenders.till), remedy)


def _floor_notice(told: Told, code: int, words: Words) -> Notice:
    """Around a sale: parked baskets, and staff at the screen."""
    match told:
        case Told.PARKED:
            return Notice(
                Tone.INFO,
                words("Your basket waits under number {number}.", number=f"{code:04d}"),
                words("Our staff goes on with it today, at this checkout."),
            )
        case Told.NOT_PARKED:
            return Notice(
                Tone.WARNING,
                words("No basket waits under this number."),
                words("Please check the number, or ask our staff."),
            )
        case Told.WRONG_PIN:
            return Notice(Tone.WARNING, words("That was not the PIN."), words("Please try again."))
        case Told.PIN_RESTS:
            return Notice(
                Tone.WARNING,
                words("Too many wrong PINs."),
                words("The lock can be tried again in a minute."),
            )
        case Told.VOIDED:
            return Notice(
                Tone.INFO, words("Our staff ended this purchase."), words("Nothing was charged.")
            )
        case Told.LINES_TAKEN_OUT:
            return Notice(
                Tone.INFO,
                words("Our staff took articles out."),
                words("You can go on with the others."),
            )
        case _:
            raise ValueError(f"no words for {told}")


def banners_of(state: State, words: Words) -> tuple[Notice, ...]:
    """What stays true: said before the customer pays, not after."""
    match state.phase:
        case Attract():
            waiting = (*_owed_banner(state, words), *_parked_banner(state, words))
            return (*_device_banners(state, words), *waiting[:1])
        case Shopping():
            return (*_device_banners(state, words), *_till_banners(state, words))
        case ReceiptOwed(fault=fault):
            owed = words("Your payment is complete. Our staff can help.")
            return (Notice(Tone.WARNING, print_fault_text(fault, words), owed),)
        case _:
            return ()


def _owed_banner(state: State, words: Words) -> tuple[Notice, ...]:
    """What staff would print with their code: the newest receipt that never came out."""
    if not state.owed or state.devices.printer_fault or state.devices.printer is Link.LOST:
        return ()
    number = words("Receipt {number} has not been printed.", number=state.owed[-1].number)
    return (Notice(Tone.INFO, number, words("Staff: the staff code prints it.")),)


def _parked_banner(state: State, words: Words) -> tuple[Notice, ...]:
    """What the staff code does where no receipt is owed."""
    if not state.parked:
        return ()
    number = words("Basket {number} is parked.", number=f"{state.parked[-1].number:04d}")
    return (Notice(Tone.INFO, number, words("Staff: the staff code goes on with it.")),)


def _device_banners(state: State, words: Words) -> tuple[Notice, ...]:
    """What a customer who is about to begin, or is at it, has to do without."""
    able = capabilities(state)
    found = []
    if able[Capability.SCANNING] is Ability.DEGRADED:
        text = words("The scanner does not work.")
        found.append(Notice(Tone.ERROR, text, words("Please call our staff.")))
    if able[Capability.CARDS] is Ability.OUT:
        text = words("Customer cards cannot be read at the moment.")
        remedy = words("Show a code before the scanner, or simply go on with your purchase.")
        found.append(Notice(Tone.INFO, text, remedy))
    if able[Capability.WEIGHING] is Ability.OUT:
        text = words("The scale does not work at the moment.")
        remedy = words("Goods by the kilogram have to be weighed by our staff at the moment.")
        found.append(Notice(Tone.INFO, text, remedy))
    if able[Capability.RECEIPTS] in (Ability.OUT, Ability.DEGRADED):
        text = words("No receipt can be printed at the moment.")
        by_link = able[Capability.RECEIPTS] is Ability.DEGRADED
        remedy = (
            words("You can still buy, and fetch it with your phone.")
            if by_link
            else words("You can still buy; our staff prints it later.")
        )
        found.append(Notice(Tone.WARNING, text, remedy))
    return tuple(found)


def _till_banners(state: State, words: Words) -> tuple[Notice, ...]:
    """Why nobody can pay; one reason is enough."""
    till = state.tenders.till
    other = words("You can pay cash at {till}, or call our staff.", till=till) if till else ""
    if state.storage_low:
        remedy = other or words("Please call our staff.")
        return (Notice(Tone.ERROR, words("You cannot pay here."), remedy),)
    if state.devices.terminal in (Link.LOST, Link.UNKNOWN):
        return (
            Notice(
                Tone.ERROR,
                words("The card terminal does not answer."),
                other or words("Your articles stay here. Please wait, or call our staff."),
            ),
        )
    return ()


def print_fault_text(fault: PrintFault, words: Words) -> str:
    """Why there is no receipt, for a customer."""
    match fault:
        case PrintFault.PAPER_OUT:
            return words("The printer is out of paper.")
        case PrintFault.COVER_OPEN:
            return words("The printer's cover is open.")
        case PrintFault.CUTTER | PrintFault.HARDWARE | PrintFault.LOCKED:
            return words("The printer needs our staff.")
        case PrintFault.OFFLINE:
            return words("The printer does not answer.")
        case PrintFault.UNCONFIRMED:
            return words("We do not know whether the receipt is complete.")
        case PrintFault.HEAD_HOT:
            return words("The printer is too hot and needs a short break.")
        case _:
            assert_never(fault)
