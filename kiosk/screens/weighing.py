"""What the customer sees and is told while something is weighed here."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkout.states import OnScale, State, Told
from kiosk.checkout.weigh_events import ScaleSays, ScaleShown, TareChosen, WeighingCancelled
from kiosk.screens.values import Action, Notice, Tone, WeighView
from kiosk.words import Words

NBSP = "\N{NO-BREAK SPACE}"
CHOSEN = "\N{CHECK MARK}"


def weigh_view(state: State, what: OnScale, words: Words) -> WeighView:
    """The sheet over the running list: what to put on, what the scale tells, and the way out."""
    told = state.live.scale
    if told is None or told.weighing != what.id:
        told = ScaleShown(what.id, ScaleSays.EMPTY)
    name, price = what.article.name, words.money(what.article.price)
    return WeighView(
        title=words("Put it on the scale"),
        name=name,
        price=f"{price}/kg",
        weight=f"{words.decimal(told.grams)}{NBSP}kg" if told.grams else "",
        hint=scale_words(told.says, words),
        warns=told.says not in _WELL,
        legal="" if what.terms.legal else not_legal(words),
        tares=_tares(what, words),
        cancel=Action(
            "weighing-cancel",
            words("Cancel"),
            WeighingCancelled(),
            words("Do not weigh {name}", name=name),
        ),
    )


_WELL = (ScaleSays.EMPTY, ScaleSays.MOVING, ScaleSays.STEADY)


def scale_words(says: ScaleSays, words: Words) -> str:
    """What the customer can do about what the scale says."""
    match says:
        case ScaleSays.EMPTY:
            return words("Nothing lies on it yet.")
        case ScaleSays.MOVING:
            return words("One moment, it has to lie still.")
        case ScaleSays.STEADY:
            return words("One moment, it is being weighed.")
        case ScaleSays.UNMOVED:
            return words("Please take it off, and put it on again.")
        case ScaleSays.TOO_LIGHT:
            return words("That is too little to be weighed here.")
        case ScaleSays.BELOW_ZERO:
            return words("Please take everything off the scale.")
        case ScaleSays.OVERLOAD:
            return words("That is too heavy for this scale.")
        case _:
            assert_never(says)


def not_legal(words: Words) -> str:
    """For every weight of a scale that nobody certified: on screen and on paper alike."""
    return words("Test weight, not legal for trade")


def _tares(what: OnScale, words: Words) -> tuple[Action, ...]:
    """A choice only where there is one; the one that holds cannot be chosen again."""
    choices = sorted({0, *what.terms.tares})
    if len(choices) == 1:
        return ()
    return tuple(_tare(grams, what, words) for grams in choices)


def _tare(grams: int, what: OnScale, words: Words) -> Action:
    label = words("Bag {grams} g", grams=grams) if grams else words("Without bag")
    if grams == what.tare:
        return Action(
            f"tare-{grams}", f"{label} {CHOSEN}", None, words("{tare}, chosen", tare=label)
        )
    return Action(f"tare-{grams}", label, TareChosen(grams))


def weighing_notice(told: Told, words: Words) -> Notice | None:
    """About weighing; None for what is none of that."""
    match told:
        case Told.CODE_UNWEIGHED:
            text = words("This article has to be weighed.")
            remedy = words("There is no scale here. Please ask our staff.")
        case Told.SCALE_AWAY:
            text = words("The scale does not work at the moment.")
            remedy = words("You can scan all other articles. Please ask our staff.")
        case Told.NOT_WEIGHED:
            text = words("The article was not weighed.")
            remedy = words("Please scan it again if you would like to have it.")
        case Told.TOO_LIGHT:
            text = words("That is too little to be weighed here.")
            remedy = words("Put more on the scale, or ask our staff.")
        case Told.TOO_HEAVY:
            text = words("That is too heavy for this scale.")
            remedy = words("Weigh it in two parts, or ask our staff.")
        case _:
            return None
    return Notice(Tone.WARNING, text, remedy)
