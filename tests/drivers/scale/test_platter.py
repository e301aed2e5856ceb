"""A virtual platter feels what a real one feels."""

from __future__ import annotations

import pytest

from drivers.scale.platter import CAPACITY, MINIMUM, Platter
from kiosk.checkout.weigh_events import ScaleSays


@pytest.mark.parametrize(
    ("grams", "moving", "says"),
    [
        (0, False, ScaleSays.EMPTY),
        (0, True, ScaleSays.MOVING),
        (-1, False, ScaleSays.BELOW_ZERO),
        (MINIMUM - 1, False, ScaleSays.TOO_LIGHT),
        (MINIMUM, False, ScaleSays.STEADY),
        (CAPACITY, False, ScaleSays.STEADY),
        (CAPACITY + 1, True, ScaleSays.OVERLOAD),
    ],
)
def test_what_it_feels(grams: int, moving: bool, says: ScaleSays) -> None:
    """From below zero to above its capacity."""
    assert Platter(grams, moving).says() is says


def test_the_same_load_again_is_no_touch() -> None:
    """Putting on what lies there changes nothing."""
    platter = Platter(742)
    platter.put(742)
    assert not platter.fresh
    platter.put(0)
    assert platter.fresh
