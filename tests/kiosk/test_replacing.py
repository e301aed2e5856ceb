"""A copy with some fields changed is what the library's would be."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass

import pytest

from kiosk.basket import Basket
from kiosk.checkout.states import Live, State
from kiosk.offers.promotions import Promotion, WrongPromotion
from kiosk.replacing import replace
from tests.price_samples import promotion
from tests.strategies import history


def test_every_state_of_a_life_is_copied_alike() -> None:
    """Also what no comparison looks at; the copy can be changed as little as the first."""
    for _, state in history(3, 200):
        copied = replace(state, minted=state.minted + 1, live=Live(5))
        wanted = dataclasses.replace(state, minted=state.minted + 1, live=Live(5))
        assert copied == wanted
        assert (type(copied), hash(copied.devices)) == (State, hash(wanted.devices))
        assert (copied.live, copied.offers) == (wanted.live, wanted.offers)
        assert copied.phase is state.phase
        with pytest.raises(dataclasses.FrozenInstanceError):
            copied.minted = 1  # type: ignore[misc]


def test_a_field_there_is_not_is_refused() -> None:
    """As by the library."""
    with pytest.raises(TypeError):
        replace(Basket(), colour=1)


def test_what_checks_itself_is_checked_again() -> None:
    """A copy is no way around it."""
    rule = promotion(random.Random(1), 1)
    assert isinstance(rule, Promotion)
    with pytest.raises(WrongPromotion):
        replace(rule, id="")


@dataclass(frozen=True)
class _Open:
    a: int
    b: int = 2


def test_other_dataclasses_are_left_to_the_library() -> None:
    """Without slots there is nothing to fill."""
    assert replace(_Open(1), b=3) == _Open(1, 3)
