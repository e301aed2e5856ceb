"""Screens that need no state: before the checkout is there, and after it has stopped."""

from __future__ import annotations

from kiosk.screens.speech import spoken
from kiosk.screens.values import Choice, ClosedView, Header, Screen
from kiosk.words import OWN_NAMES, Language, words_of


def starting(language: Language) -> Screen:
    """What stands on screen while journal and devices are opened."""
    words = words_of(language)
    view = ClosedView(words("This checkout is starting."), words("It will be ready in a moment."))
    return _standing(language, 0, view)


def halted(language: Language, version: int) -> Screen:
    """The screen of a kiosk whose engine has stopped: nothing can be done here."""
    words = words_of(language)
    view = ClosedView(
        words("This checkout has stopped for your safety."),
        words("Please call our staff. What you scanned and paid is safe."),
    )
    return _standing(language, version, view)


def troubled(language: Language) -> ClosedView:
    """What stands in place of every screen while the window has a fault of its own."""
    words = words_of(language)
    return ClosedView(
        words("This screen does not work at the moment."),
        words("Our staff has been called. What you scanned and paid is safe."),
    )


def languages(current: Language) -> tuple[Choice, ...]:
    """The choices of every header, each by its own name."""
    return tuple(Choice(each, OWN_NAMES[each], each is current) for each in Language)


def _standing(language: Language, version: int, view: ClosedView) -> Screen:
    title = words_of(language)("Out of service")
    header = Header(title, "", languages(language))
    return Screen(version, language, header, view, None, (), spoken(title, "", view, None, ()))
