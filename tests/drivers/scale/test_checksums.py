"""The two checksums of Dialog 06, by hand. No polynomial of any maker stands here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale.checksums import MASK, Keys, left, remainder

WORD = st.integers(0, MASK)


def long_division(value: int, polynomial: int) -> int:
    """As on paper: the value with sixteen noughts behind it, the whole divisor taken off from the left."""
    rest, divisor = value << 16, (1 << 16) | polynomial
    for place in range(15, -1, -1):
        if rest & (1 << (place + 16)):
            rest ^= divisor << place
    return rest


@given(WORD, WORD)
def test_the_remainder_is_that_of_a_division_on_paper(value: int, polynomial: int) -> None:
    """Without carry, bit by bit."""
    assert remainder(value, polynomial) == long_division(value, polynomial)


@pytest.mark.parametrize(
    ("value", "places", "turned"),
    [
        (0x8001, 1, 0x0003),
        (0x1234, 4, 0x2341),
        (0x1234, 12, 0x4123),
        (0x1234, 16, 0x1234),
        (1, 0, 1),
    ],
)
def test_turning(value: int, places: int, turned: int) -> None:
    """What falls out at the left comes in at the right."""
    assert left(value, places) == turned


def test_the_answer_to_a_random_number() -> None:
    """47h: the first by four to the left, the second by seven to the right; upper case."""
    keys = Keys(0xABCD, 0x0001)  # x^16 + 1 leaves the value itself
    assert remainder(0xABCD, 1) == 0xABCD
    assert keys.answer(0x47) == "BCDA" + "9B57"
    assert keys.answer(0x00) == "ABCDABCD"


@given(WORD, WORD, st.integers(0, 255))
def test_every_answer_has_eight_digits(checksum: int, polynomial: int, random: int) -> None:
    """And turning back gives what was turned."""
    said = Keys(checksum, polynomial).answer(random)
    assert len(said) == 8
    assert left(int(said[:4], 16), 16 - (random >> 4)) == checksum
    assert left(int(said[4:], 16), random & 15) == remainder(checksum, polynomial)


def test_a_polynomial_is_not_shown() -> None:
    """It is a secret of two makers."""
    assert "4660" not in repr(Keys(1, 4660))
