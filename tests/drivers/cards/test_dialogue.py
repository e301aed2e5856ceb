"""Running a dialogue: one deadline, so many frames, and answers that are wiped."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from drivers.cards.dialogue import run
from drivers.cards.tag import FRAMES_MOST, Ask, CardBroken, CardGone, CardSlow, Dialogue, Target
from tests.drivers.cards.bench import HandClock


@dataclass
class Scripted:
    """A reader whose card says the same for ever; `takes` seconds each time."""

    clock: HandClock
    says: bytes | None = b"secret"
    takes: float = 0.0
    there: bool = True
    given: list[bytearray] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    name: str = "script"

    def poll(self, seconds: float) -> Target | None:
        raise AssertionError("nobody polls")

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        self.waits.append(seconds)
        self.clock.now_seconds += self.takes
        if self.says is None:
            raise CardGone("silent")
        self.given.append(bytearray(self.says))
        return self.given[-1]

    def present(self, seconds: float) -> bool:
        return self.there

    def release(self) -> None:
        raise AssertionError("nobody releases")

    def close(self) -> None:
        raise AssertionError("nobody closes")


def asking(times: int, *, quiet: bool = False) -> Dialogue[list[bytes]]:
    heard = []
    for _ in range(times):
        answer = yield Ask(b"?", 0.25, quiet=quiet)
        heard.append(bytes(answer))
    return heard


def test_what_was_found_is_told_and_answers_are_wiped() -> None:
    """Also the one after which the dialogue ends."""
    clock = HandClock()
    card = Scripted(clock)
    assert run(card, asking(3), clock) == [b"secret"] * 3
    assert not any(any(each) for each in card.given)


def test_answers_are_wiped_when_the_dialogue_fails() -> None:
    """And the error is its own."""

    def failing() -> Dialogue[None]:
        yield Ask(b"?")
        raise CardBroken("nonsense")

    clock = HandClock()
    card = Scripted(clock)
    with pytest.raises(CardBroken):
        run(card, failing(), clock)
    assert not any(card.given[0])


def test_one_deadline_for_all() -> None:
    """The last wait is cut short by it."""
    clock = HandClock()
    card = Scripted(clock, takes=0.3)
    with pytest.raises(CardSlow):
        run(card, asking(100), clock)
    assert card.waits == [0.25, 0.25, 0.25, pytest.approx(0.1)]


def test_a_card_that_is_silent_until_the_deadline_is_slow() -> None:
    """It is not gone."""
    clock = HandClock()
    with pytest.raises(CardSlow):
        run(Scripted(clock, says=None, takes=1.1), asking(1), clock)


def test_so_many_commands_and_no_more() -> None:
    """One that asks for ever is ended."""
    clock = HandClock()
    card = Scripted(clock)
    with pytest.raises(CardSlow):
        run(card, asking(10_000), clock)
    assert len(card.given) == FRAMES_MOST
    assert len(run(card, asking(FRAMES_MOST), clock)) == FRAMES_MOST


@pytest.mark.parametrize("there", [True, False])
def test_silence_is_an_answer_where_it_was_expected(there: bool) -> None:
    """Of a card that is still there."""
    clock = HandClock()
    card = Scripted(clock, says=None, there=there)
    if there:
        assert run(card, asking(2, quiet=True), clock) == [b"", b""]
    else:
        with pytest.raises(CardGone):
            run(card, asking(2, quiet=True), clock)
    with pytest.raises(CardGone):
        run(card, asking(1), clock)


def test_a_wish_to_stop_ends_it() -> None:
    """Before the next command."""
    clock = HandClock()
    card = Scripted(clock)
    with pytest.raises(CardGone):
        run(card, asking(3), clock, stop=lambda: len(card.given) == 2)
    assert len(card.given) == 2
