"""The hand at the bench, used from several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import VirtualCard
from drivers.lab.hand import Hand
from drivers.lab.purse import Purse
from drivers.line import listen


class Place(ReaderSimulator):
    """Where cards are held; something else may happen while one is."""

    def __init__(self, address: str) -> None:
        super().__init__(listen(address))
        self.cards: list[VirtualCard] = []
        self.meanwhile: Callable[[], None] | None = None

    def hold(self, *cards: VirtualCard, pulled_after: int | None = None) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        self.cards += cards

    def remove(self) -> None:
        self.cards.clear()


class Late:
    """A timer that fires when it is told to, also where it was cancelled too late."""

    made: list[Late]

    def __init__(self, seconds: float, act: Callable[..., None], words: tuple[int, ...] = ()):
        self._act, self._words = act, words
        self.daemon = False
        self.made.append(self)

    def start(self) -> None:
        """Nothing yet."""

    def cancel(self) -> None:
        """Too late."""

    def fire(self) -> None:
        self._act(*self._words)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Nothing is held; timers fire when they are told to."""
    Late.made = []
    monkeypatch.setattr(threading, "Timer", Late)
    found = Place(f"pty://{tmp_path / 'reader'}")
    yield found
    found.stop()


@pytest.fixture
def hand(place: Place, tmp_path: Path) -> Hand:
    """With the cards of strangers."""
    return Hand(place, Purse(tmp_path, None))


def test_a_tap_ends_its_own_card_only(place: Place, hand: Hand) -> None:
    """Its timer had fired when the next card came."""
    hand.tap("foreign")
    hand.hold("felica")
    (timer,) = Late.made
    timer.fire()
    assert (hand.held, len(place.cards)) == ("felica", 1)
    hand.take()
    hand.tap("foreign")
    Late.made[-1].fire()
    assert (hand.held, place.cards) == ("", [])


def test_two_hands_hold_one_card_after_the_other(place: Place, hand: Hand) -> None:
    """A card that comes in the middle of a tap is the one that stays."""
    other = threading.Thread(target=hand.hold, args=("felica",))

    def meanwhile() -> None:
        other.start()
        other.join(0.1)

    place.meanwhile = meanwhile
    hand.tap("foreign")
    other.join()
    for timer in Late.made:
        timer.fire()
    assert (hand.held, len(place.cards)) == ("felica", 1)
