"""Sizes and colours, by number."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from tests.ui.conftest import PROFILES, Stand
from ui.profile import CAP_HEIGHT, TARGET_MM, DisplayProfile
from ui.stage import palette

TEXT = {
    "ink": ("ground", "surface", "shade", "pressed"),
    "quiet": ("ground", "surface"),
    "faint": ("surface",),
    "overAccent": ("accent", "accentPressed"),
    "infoInk": ("info",),
    "goodInk": ("good",),
    "warningInk": ("warning",),
    "errorInk": ("error",),
}
BORDERS = {
    "control": ("ground", "surface"),
    "focus": ("ground", "surface"),
    "accent": ("ground", "surface"),
}


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_text_has_contrast(portrait: Stand) -> None:
    """All text 4.5:1 and more against every ground it stands on."""
    colours = palette(portrait.window.stage.theme)
    poor = {
        (text, ground): contrast(colours[text], colours[ground])
        for text, grounds in TEXT.items()
        for ground in grounds
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert poor == {}


def test_borders_of_controls_have_contrast(portrait: Stand) -> None:
    """What makes a button a button is seen: 3:1 and more."""
    colours = palette(portrait.window.stage.theme)
    for border, grounds in BORDERS.items():
        assert all(contrast(colours[border], colours[ground]) >= 3 for ground in grounds), border


def test_the_bench_has_contrast_too(portrait: Stand) -> None:
    """Technicians have eyes as well."""
    colours = palette(portrait.window.stage.singleton("Lab", "BenchTheme"))
    for text in ("ink", "quiet"):
        for ground in ("ground", "card", "well", "raised"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["accent"]) >= 4.5
    assert contrast(colours["edgeColor"], colours["card"]) >= 3


def test_the_theme_takes_every_size(portrait: Stand) -> None:
    """No token is set that QML does not know, and none is forgotten."""
    theme: QObject = portrait.window.stage.theme
    tokens = portrait.profile.tokens()
    for name in tokens.__slots__:
        assert theme.property(name) == getattr(tokens, name), name


@pytest.mark.parametrize("inches", [15.6, 21.5, 27.0])
def test_sizes_follow_millimetres(inches: float) -> None:
    """A denser panel has more pixels to the same 20 mm and the same angle."""
    profile = DisplayProfile(diagonal_mm=inches * 25.4)
    assert profile.tokens().target / profile.px_per_mm >= TARGET_MM
    cap = profile.text(0.7) * CAP_HEIGHT / profile.px_per_mm
    assert abs(cap - 7.33) < 0.15


def test_a_demo_window_is_the_panel_made_small() -> None:
    """Half the height, half of everything."""
    whole, half = DisplayProfile.portrait().tokens(), DisplayProfile.portrait(0.5).tokens()
    assert (half.width, half.height) == (540, 960)
    assert abs(half.target * 2 - whole.target) <= 2


def test_a_display_of_no_size_is_refused() -> None:
    """Zero millimetres are a mistake in the configuration."""
    with pytest.raises(ValueError, match="size"):
        DisplayProfile(diagonal_mm=0)


def test_orientation_follows_the_panel() -> None:
    """Wider than high is landscape."""
    assert [profile.tokens().landscape for profile in PROFILES.values()] == [False, True]
