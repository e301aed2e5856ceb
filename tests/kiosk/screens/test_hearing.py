"""Each sound has a visible change beside it, and the one that matters most is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.events import ArticleScanned, PayPressed, QuantitySet, TimerFired
from kiosk.checkout.events import Timer as T
from kiosk.checkout.floor_events import HelpPressed
from kiosk.checkout.states import Attract, Settling, Shopping, State, Told
from kiosk.checkout.states import Notice as Message
from kiosk.ids import LineId
from kiosk.screens.hearing import audible, heard
from kiosk.screens.present import present
from kiosk.screens.values import Notice, Tone
from kiosk.sounds import Silent, Sound
from kiosk.words import Language
from tests.story import MILK, WATER, Story, card, shopping

BUYING = shopping(MILK)


def after(state: State, *events: object) -> State:
    story = Story(state)
    for event in events:
        story = story >> event  # type: ignore[operator]
    return story.state


def sound(before: State, now: State) -> Sound | None:
    return heard(present(before, 1), present(now, 2))


def settling() -> State:
    paying = (Story(BUYING) >> PayPressed(1, MILK.price)).state
    return replace(paying, phase=Settling(paying.phase.sale, paying.phase.payment, card()))  # type: ignore[union-attr]


CASES = {
    Sound.SCAN: (BUYING, after(BUYING, ArticleScanned(WATER))),
    Sound.GOOD: ((Story(BUYING) >> PayPressed(1, MILK.price)).state, settling()),
    Sound.HELP: (BUYING, after(BUYING, HelpPressed())),
    Sound.ATTENTION: (BUYING, after(BUYING, TimerFired(T.IDLE))),
    Sound.ERROR: (BUYING, replace(BUYING, notice=Message(Told.DECLINED, 0x6F))),
}


@pytest.mark.parametrize("wanted", list(Sound))
def test_each_sound_has_its_visible_change(wanted: Sound) -> None:
    """One way and not back, and not while it stays."""
    before, now = CASES[wanted]
    assert sound(before, now) is wanted
    assert sound(now, now) is None
    assert sound(now, before) is None


def test_the_first_article_and_one_more_of_the_same_are_heard() -> None:
    """From the idle screen, and where only a quantity grows; what goes away makes no sound."""
    idle = replace(BUYING, phase=Attract())
    assert sound(idle, BUYING) is Sound.SCAN
    assert isinstance(BUYING.phase, Shopping)
    line = BUYING.phase.sale.basket.lines[0].id
    more = after(BUYING, QuantitySet(LineId(line), 2))
    assert sound(BUYING, more) is Sound.SCAN
    assert sound(more, BUYING) is None


@pytest.mark.parametrize(
    ("tone", "wanted"),
    [
        (Tone.INFO, None),
        (Tone.GOOD, Sound.GOOD),
        (Tone.WARNING, Sound.ATTENTION),
        (Tone.ERROR, Sound.ERROR),
    ],
)
def test_a_message_is_heard_by_its_tone(tone: Tone, wanted: Sound | None) -> None:
    """And an error is louder than the article that came with it."""
    quiet = present(BUYING, 1)
    told = replace(quiet, notice=Notice(tone, "Something", "to do"))
    assert heard(quiet, told) is wanted
    scanned = replace(present(after(BUYING, ArticleScanned(WATER)), 2), notice=told.notice)
    assert heard(quiet, scanned) is (wanted if wanted in CASES else Sound.SCAN)


def test_nothing_is_heard_that_is_not_seen() -> None:
    """Another language, a layout, a basket that comes back, the first screen of all: silence."""
    assert sound(BUYING, replace(BUYING, language=Language.FR)) is None
    declined = CASES[Sound.ERROR][1]
    assert sound(declined, replace(declined, language=Language.FR)) is None
    parked = after(BUYING, ArticleScanned(WATER))
    assert sound(replace(parked, phase=Attract()), parked) is None
    paying = CASES[Sound.GOOD][0]
    assert sound(paying, BUYING) is None
    assert heard(None, present(CASES[Sound.ERROR][1], 1)) is None
    called = CASES[Sound.HELP][1]
    assert called.help is not None
    assert sound(called, replace(called, help=replace(called.help, reminded=3))) is None


def test_screens_are_published_first_and_heard_after() -> None:
    """Each once, in their order; a sound comes with the screen that it belongs to."""
    done: list[object] = []

    class Ear(Silent):
        def play(self, sound: Sound) -> None:
            done.append(sound)

    publish = audible(lambda screen: done.append(screen.version), Ear())
    publish(present(BUYING, 1))
    publish(present(after(BUYING, ArticleScanned(WATER)), 2))
    publish(present(after(BUYING, ArticleScanned(WATER)), 3))
    assert done == [1, 2, Sound.SCAN, 3]
