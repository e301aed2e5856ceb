"""Whose weight it is: nothing from before is sold, nothing twice, nothing that swings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.scale.reading import NoWeight, Reading, Weight
from drivers.scale.steadiness import OTHER_GRAMS, Steadiness, Trusting
from kiosk.checkout.weigh_events import ScaleSays

EMPTY, MOVING = NoWeight(ScaleSays.EMPTY), NoWeight(ScaleSays.MOVING)
UNMOVED = ScaleSays.UNMOVED


def last_of(load: Steadiness, *readings: Reading) -> Reading:
    return [load.seen(each) for each in readings][-1]


def test_what_lies_there_at_the_start_is_nobodys() -> None:
    """Until it was touched."""
    load = Steadiness()
    assert last_of(load, *[Weight(742)] * 5) == NoWeight(UNMOVED, 742)
    assert last_of(load, MOVING, Weight(742), Weight(742)) == Weight(742)


def test_another_load_than_at_the_start_was_put_on() -> None:
    """However fast: nobody saw the platter empty."""
    load = Steadiness()
    assert last_of(load, Weight(742), *[Weight(600)] * 2) == Weight(600)


def test_a_weight_counts_when_it_was_told_twice_in_a_row() -> None:
    """Nothing in between."""
    load = Steadiness()
    assert last_of(load, EMPTY, Weight(742)) == NoWeight(ScaleSays.STEADY, 742)
    assert last_of(load, MOVING, Weight(742)) == NoWeight(ScaleSays.STEADY, 742)
    assert last_of(load, Weight(743)) == NoWeight(ScaleSays.STEADY, 743)
    assert last_of(load, Weight(743)) == Weight(743)


def test_the_load_of_the_last_sale_is_not_sold_again() -> None:
    """Drift is not another load; another load is."""
    load = Steadiness()
    last_of(load, EMPTY, Weight(742), Weight(742))
    load.sold(742)
    assert last_of(load, *[Weight(742 + OTHER_GRAMS)] * 3) == NoWeight(UNMOVED, 742 + OTHER_GRAMS)
    assert last_of(load, *[Weight(900)] * 2) == Weight(900)


@given(
    st.lists(st.one_of(st.builds(Weight, st.integers(1, 99_999)), st.just(MOVING), st.just(EMPTY)))
)
def test_a_weight_is_always_one_that_was_just_told(readings: list[Reading]) -> None:
    """Whatever came before."""
    load = Steadiness()
    for reading in readings:
        seen = load.seen(reading)
        assert not isinstance(seen, Weight) or seen == reading
        if isinstance(seen, Weight):
            load.sold(seen.gross)
            assert load.seen(reading) == NoWeight(UNMOVED, seen.gross)


def test_a_scale_that_guards_itself_is_believed() -> None:
    """It tells no load twice."""
    assert Trusting().seen(Weight(742)) == Weight(742)
