"""What a customer reads about their data: before a card is shown, on request, and before it ends.

The texts say who, what for, and that it works without; the page behind the code and the shop's own
notice say the rest.
"""

from __future__ import annotations

from typing import Literal

from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import SheetClosed, SheetOpened
from kiosk.checkout.member_events import WithdrawPressed
from kiosk.checkout.regions.consent import may_withdraw
from kiosk.checkout.regions.sheets import may_open
from kiosk.checkout.states import State, Told
from kiosk.screens.sheet_values import NoteSheet
from kiosk.screens.values import Action, Briefing, Notice, Option, Tone
from kiosk.words import Words

VERSION = 1
"""Of the wording of `withdrawal_text`, whichever language: another wording, another number."""


def briefing(state: State, words: Words) -> Briefing | None:
    """Two sentences before anything is shown; none where no card is of any use."""
    if not state.service:
        return None
    return Briefing(
        words("With your customer card or code, {shop} counts your points.", shop=state.shop.name),
        words("You can also buy without it."),
        data_action(words),
    )


def data_action(words: Words) -> Action:
    """Opens what there is to read."""
    spoken = words("What we do with your data")
    return Action("open-data", words("Your data"), SheetOpened(Sheet.DATA), spoken)


def note_of(
    state: State, sheet: Literal[Sheet.DATA, Sheet.JOIN, Sheet.WITHDRAW], words: Words
) -> NoteSheet:
    """One of the sheets about somebody's data."""
    match sheet:
        case Sheet.DATA:
            return data_sheet(state, words)
        case Sheet.JOIN:
            return join_sheet(state, words)
        case Sheet.WITHDRAW:
            return withdraw_sheet(words)


def data_sheet(state: State, words: Words) -> NoteSheet:
    """All that fits a screen, and the way out of it."""
    options: tuple[Option, ...] = ()
    if may_withdraw(state):
        end = Action("open-withdraw", words("Withdraw consent"), SheetOpened(Sheet.WITHDRAW))
        options = (Option(end, "close"),)
    elif may_open(state, Sheet.JOIN):
        join = words("Become a customer with your phone")
        options = (Option(Action("open-join", join, SheetOpened(Sheet.JOIN)), "person"),)
    place = ", ".join((state.shop.name, *state.shop.address))
    return NoteSheet(
        title=words("What we do with your data"),
        paragraphs=(
            words(
                "If you show a customer card or code, we look up your customer account to count"
                " your points and to give you your own prices and offers, as far as you agreed."
            ),
            words("Nobody has to: everything can be bought without it, at the usual prices."),
            words(
                "This checkout keeps nothing about you. What it shows is gone with your purchase."
            ),
            words(
                "You can withdraw your consent at any time: here, while your card counts, or with"
                " our staff, who also have the full privacy notice."
            ),
            words("Responsible: {place}", place=place),
        ),
        options=options,
        close=Action("sheet-close", words("Back"), SheetClosed()),
    )


def join_sheet(state: State, words: Words) -> NoteSheet:
    """A code for a phone; nothing is typed here, and nothing kept."""
    front = state.front
    if front.refused:
        told = words("This is not possible at the moment.")
    elif front.invitation:
        told = words("This code works once, for ten minutes.")
    else:
        told = words("One moment, the code is being made.")
    return NoteSheet(
        title=words("Become a customer with your phone"),
        paragraphs=(
            words(
                "Scan this code with the camera. The page says what is kept and why; one button is"
                " enough. No name, nothing to type."
            ),
            words("Then hold the code on your phone in front of the scanner."),
            told,
        ),
        options=(),
        close=Action("sheet-close", words("Back"), SheetClosed()),
        slot=front.invitation,
    )


def withdraw_sheet(words: Words) -> NoteSheet:
    """What ends, before it ends. Neither button is the one to prefer."""
    end = Action("withdraw", words("Withdraw"), WithdrawPressed())
    return NoteSheet(
        title=words("Withdraw your consent?"),
        paragraphs=_ends(words),
        options=(Option(end, "close"),),
        close=Action("sheet-close", words("Keep my consent"), SheetClosed()),
    )


def withdrawal_text(words: Words) -> str:
    """The wording as it is proved later, by its hash."""
    return "\n".join(_ends(words))


def _ends(words: Words) -> tuple[str, ...]:
    return (
        words(
            "From now on we use nothing of your customer account: no name, no points, and no"
            " prices or offers of your own."
        ),
        words("Your purchase goes on at the usual prices, and no points are counted for it."),
        words(
            "We keep a note that and when you withdrew. If everything is to be deleted, please"
            " tell our staff."
        ),
    )


def withdrawal_notice(told: Told, words: Words) -> Notice:
    """What became of it; where nobody knows, it is not said to be done."""
    match told:
        case Told.WITHDRAWN:
            text = words("Your consent is withdrawn.")
            remedy = words("Your purchase goes on at the usual prices.")
            return Notice(Tone.GOOD, text, remedy)
        case Told.WITHDRAW_UNKNOWN:
            text = words("Your consent could not be withdrawn.")
            remedy = words("Please show your card again, then try once more.")
        case _:
            text = words("We do not know whether your consent is withdrawn.")
            remedy = words("There was no answer. Please try again in a moment.")
    return Notice(Tone.WARNING, text, remedy)
