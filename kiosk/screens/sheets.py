"""What stands in front of the screen: languages, layouts, help, goods without a code, keypads."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from kiosk.checkout.events import Event, LanguageChosen
from kiosk.checkout.floor import Comfort
from kiosk.checkout.floor_events import (
    ComfortChosen,
    HelpPressed,
    ParkPressed,
    PinTyped,
    ResumeAsked,
)
from kiosk.checkout.front import Sheet, Tile
from kiosk.checkout.front_events import (
    GroupChosen,
    KeyTouched,
    LettersTyped,
    NumberTyped,
    SheetClosed,
    SheetOpened,
    TilePicked,
)
from kiosk.checkout.regions.sheets import may_open
from kiosk.checkout.states import OutOfService, Shopping, State
from kiosk.law import local
from kiosk.offers.promotions import name_in
from kiosk.screens import sheet_values
from kiosk.screens.consent import note_of
from kiosk.screens.paying import review_sheet
from kiosk.screens.sheet_values import (
    ChoiceSheet,
    GoodsSheet,
    KeypadSheet,
    Made,
    Section,
    TileView,
)
from kiosk.screens.staff import staff_sheet
from kiosk.screens.standing import languages
from kiosk.screens.values import Action, Option
from kiosk.words import Words

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TILES_SHOWN = 60
FAVOURITES = 6
CLOSE = "sheet-close"


def sheet_of(state: State, version: int, words: Words) -> sheet_values.Sheet | None:
    """The sheet in front, if any; staff at the screen come before everything."""
    if state.attendant:
        return staff_sheet(state, words)
    match state.front.sheet:
        case None:
            return None
        case Sheet.LANGUAGE:
            return _language(state, words)
        case Sheet.COMFORT:
            return _comfort(state, words)
        case Sheet.HELP:
            return _help(state, words)
        case Sheet.GOODS:
            return _goods(state, words)
        case Sheet.DIGITS:
            return _digits(words)
        case Sheet.RESUME:
            return _resume(words)
        case Sheet.PIN:
            return _pin(words)
        case Sheet.REVIEW:
            return _review(state, version, words)
        case Sheet.DATA | Sheet.JOIN | Sheet.WITHDRAW:
            return note_of(state, state.front.sheet, words)
        case _:
            assert_never(state.front.sheet)


def opener(name: str, label: str, sheet: Sheet, spoken: str = "") -> Action:
    """A button that opens this sheet."""
    return Action(name, label, SheetOpened(sheet), spoken)


def _close(words: Words, label: str = "") -> Action:
    return Action(CLOSE, label or words("Back"), SheetClosed())


def _language(state: State, words: Words) -> ChoiceSheet:
    options = tuple(
        Option(
            Action(
                f"language-{each.language.value}",
                each.label,
                None if each.current else LanguageChosen(each.language),
            ),
            current=each.current,
        )
        for each in languages(state.language)
    )
    text = words("Your articles stay as they are.")
    return ChoiceSheet(words("Language"), text, (Section("", options),), _close(words))


def _comfort(state: State, words: Words) -> ChoiceSheet:
    labels = {
        Comfort.STANDARD: (words("Standard"), "check"),
        Comfort.LARGE: (words("Large text"), "large"),
        Comfort.LOW: (words("Everything within low reach"), "low"),
        Comfort.CONTRAST: (words("High contrast"), "contrast"),
    }
    options = tuple(
        Option(
            Action(
                f"comfort-{each.value}",
                label,
                None if state.comfort is each else ComfortChosen(each),
            ),
            glyph,
            state.comfort is each,
        )
        for each, (label, glyph) in labels.items()
    )
    text = words("You have three times as long for everything with any of these.")
    return ChoiceSheet(
        words("Make it easier"), text, (Section("", options),), _close(words, words("Done"))
    )


def _help(state: State, words: Words) -> ChoiceSheet:
    """One touch more than a call, so that no child calls by leaning on the screen."""
    helped = state.help
    if helped is None:
        text = words("Our staff will come to you. You can keep scanning meanwhile.")
        call = Option(
            Action("help-call", words("Call our staff"), HelpPressed()), "bell", primary=True
        )
    else:
        text = words("Somebody is on the way to you.") if helped.by else _called(words)
        call = Option(Action("help-call", words("I need no help any more"), HelpPressed()), "close")
    more = [
        Option(opener("open-resume", words("Go on with a parked purchase"), Sheet.RESUME), "undo")
        if may_open(state, Sheet.RESUME)
        else None,
        Option(Action("park", words("Park my purchase and come back later"), ParkPressed()), "park")
        if _has_goods(state)
        else None,
        Option(opener("open-pin", words("Staff: enter PIN"), Sheet.PIN), "lock"),
    ]
    others = tuple(option for option in more if option is not None)
    return ChoiceSheet(
        words("Help"), text, (Section("", (call,)), Section("", others)), _close(words)
    )


def _called(words: Words) -> str:
    return words("Our staff has been called. You can keep scanning meanwhile.")


def _has_goods(state: State) -> bool:
    phase = state.phase
    return isinstance(phase, Shopping) and bool(phase.sale.basket.lines)


def _goods(state: State, words: Words) -> GoodsSheet:
    front, shelf, language = state.front, state.shelf, words.language.value
    found = shelf.found(front.letters, front.group, front.month, state.picked, language)
    leads = shelf.next_letters(front.letters, language)
    groups = (
        Option(
            Action("group-all", words("All"), GroupChosen(None)),
            current=front.group is None and not front.letters,
        ),
        *(
            Option(
                Action(f"group-{place}", name_in(names, language), GroupChosen(place)),
                current=front.group == place and not front.letters,
            )
            for place, names in enumerate(shelf.groups)
        ),
    )
    keys = tuple(
        Action(
            f"key-{letter.lower()}",
            letter,
            LettersTyped(front.letters + letter) if letter in leads else None,
        )
        for letter in ALPHABET
    )
    return GoodsSheet(
        title=words("Articles without a barcode"),
        groups=groups,
        tiles=tuple(
            TileView(_tile("tile", tile, language), tile.picture) for tile in found[:TILES_SHOWN]
        ),
        letters=front.letters,
        hint=words("First letters"),
        none="" if found else words("Nothing begins like that."),
        keys=keys,
        back=Action(
            "key-back",
            words("Delete the last letter"),
            LettersTyped(front.letters[:-1]) if front.letters else None,
        ),
        close=_close(words),
    )


def _review(state: State, version: int, words: Words) -> sheet_values.Sheet | None:
    phase = state.phase
    if not isinstance(phase, Shopping):
        return None
    return review_sheet(state, phase, version, _close(words, words("Back to my articles")), words)


def _digits(words: Words) -> KeypadSheet:
    return _keypad(
        words,
        words("Type an article number"),
        words("The digits under the barcode, or the number on the shelf"),
        number_typed,
        14,
    )


def _resume(words: Words) -> KeypadSheet:
    return _keypad(
        words,
        words("Go on with a parked purchase"),
        words("The four digits you were given"),
        resume_asked,
        4,
    )


def _pin(words: Words) -> KeypadSheet:
    return _keypad(
        words, words("Staff: enter PIN"), words("For our staff only"), pin_typed, 12, secret=True
    )


def _keypad(
    words: Words,
    title: str,
    hint: str,
    made: Made,
    longest: int,
    *,
    secret: bool = False,
) -> KeypadSheet:
    return KeypadSheet(
        title=title,
        hint=hint,
        made=made,
        longest=longest,
        secret=secret,
        done=words("OK"),
        spoken_back=words("Delete the last digit"),
        touched=KeyTouched(),
        close=_close(words),
    )


def number_typed(digits: str) -> Event | None:
    """An article by its number."""
    return NumberTyped(digits) if digits else None


def resume_asked(digits: str) -> Event | None:
    """A parked basket by its four digits."""
    return ResumeAsked(int(digits)) if len(digits) == 4 else None


def pin_typed(digits: str) -> Event | None:
    """A PIN, to be resolved at once."""
    return PinTyped(digits) if digits else None


def header_actions(state: State, words: Words) -> tuple[Action, Action, Action]:
    """What opens the sheets of languages, layouts and help, from every screen."""
    own = next(each.label for each in languages(state.language) if each.current)
    return (
        opener("language", own, Sheet.LANGUAGE, words("Language: {name}", name=own)),
        opener("comfort", words("Make it easier"), Sheet.COMFORT),
        opener("help", words("Help"), Sheet.HELP),
    )


def favourites(state: State, began: datetime, words: Words) -> tuple[Option, ...]:
    """The first tiles of the shelf, as they stood when this purchase began: none moves meanwhile."""
    month, language = local(began, state.shop.zone).month, words.language.value
    found = state.shelf.found("", None, month, state.picked, language)
    return tuple(
        Option(_tile("favourite", tile, language), tile.picture) for tile in found[:FAVOURITES]
    )


def _tile(name: str, tile: Tile, language: str) -> Action:
    return Action(f"{name}-{tile.gtin}", tile.name(language), TilePicked(tile.gtin))


def shortcuts(state: State, words: Words) -> tuple[Option, ...]:
    """Ways to goods that have no code to scan."""
    if isinstance(state.phase, OutOfService):
        return ()
    goods = Option(opener("open-goods", words("No barcode"), Sheet.GOODS), "apple")
    digits = Option(opener("open-digits", words("Type number"), Sheet.DIGITS), "keypad")
    return (goods, digits) if state.shelf.tiles else (digits,)
