"""Ratios as WCAG has them, and a colour that passes is found near by."""

from __future__ import annotations

import pytest

from kiosk.contrast import TEXT, contrast, is_colour, mixed, nearest


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_the_ratio_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """Known pairs; the order makes no difference."""
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567", "123456", "#123456\n"])
def test_what_is_no_colour_is_none(text: str) -> None:
    """Six hex digits, and nothing else."""
    assert not is_colour(text)
    assert is_colour("#12aBcD")


def test_the_nearest_colour_passes_and_is_near() -> None:
    """A yellow becomes a darker yellow; what passes stays; where none passes, none is told."""
    yellow = "#f2c200"
    found = nearest(yellow, lambda one: contrast(one, "#ffffff") >= TEXT)
    assert contrast(found, "#ffffff") >= TEXT
    assert contrast(mixed(found, yellow, 0.1), "#ffffff") < TEXT
    assert nearest("#0b5c3b", lambda one: contrast(one, "#ffffff") >= TEXT) == "#0b5c3b"
    assert nearest(yellow, lambda _: False) == ""
