"""Sizes and colours, by number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QGuiApplication

from kiosk import look
from kiosk.contrast import PARTS, contrast
from kiosk.contrast import TEXT as READ
from kiosk.logo import Logo
from kiosk.look import Look, LookConfig, look_of
from tests.ui.conftest import PROFILES, Stand, spin
from tests.ui.samples import EVERY
from tests.ui.test_screens import rectangle
from ui.app import KioskWindow
from ui.images import LOGO, Pictures
from ui.profile import CAP_HEIGHT, TARGET_MM, DisplayProfile
from ui.stage import Stage, palette

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


def test_text_has_contrast(portrait: Stand) -> None:
    """All text 4.5:1 and more against every ground it stands on."""
    colours = palette(portrait.window.stage.theme)
    poor = {
        (text, ground): contrast(colours[text], colours[ground])
        for text, grounds in TEXT.items()
        for ground in grounds
        if contrast(colours[text], colours[ground]) < READ
    }
    assert poor == {}


def test_borders_of_controls_have_contrast(portrait: Stand) -> None:
    """What makes a button a button is seen: 3:1 and more."""
    colours = palette(portrait.window.stage.theme)
    for border, grounds in BORDERS.items():
        assert all(contrast(colours[border], colours[ground]) >= PARTS for ground in grounds), (
            border
        )


def test_ours_are_the_same_in_both_places(portrait: Stand) -> None:
    """What a shop's colours are checked against is what is drawn."""
    colours, ours = palette(portrait.window.stage.theme), look_of(LookConfig())
    assert ours == Look()
    assert (colours["accent"], colours["accentPressed"]) == (ours.accent, ours.pressed)
    assert (colours["overAccent"], colours["ground"]) == (ours.accent_text, ours.ground)
    told = {"surface": look.SURFACE, "ink": look.INK, "quiet": look.QUIET}
    told |= {"control": look.CONTROL, "focus": look.FOCUS}
    assert {name: colours[name] for name in told} == told


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
    b'<rect width="20" height="10" fill="#c000c0"/></svg>'
)


def test_a_shop_sells_in_its_own_colours_but_not_in_high_contrast(qapp: QGuiApplication) -> None:
    """Next step, its text, the ground and our pictures follow; high contrast has its own."""
    own = look_of(LookConfig(accent="#7a1f5c", ground="#fbf7f0"))
    stage = Stage(DisplayProfile.portrait().tokens(), motion=False, look=own)
    colours = palette(stage.theme)
    assert (colours["accent"], colours["ground"]) == ("#7a1f5c", "#fbf7f0")
    assert contrast(colours["overAccent"], colours["accentPressed"]) >= READ
    stage.theme.setProperty("contrast", True)
    assert palette(stage.theme)["accent"] == "#ffe14d"
    assert palette(stage.theme)["ground"] == "#000000"
    stage.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_shops_logo_stands_on_the_idle_screen(qapp: QGuiApplication, profile: str) -> None:
    """In its colours, beside the welcome, named as the shop; not where somebody buys."""
    logo = Logo(SVG, True, 2.0)
    window = KioskWindow(PROFILES[profile], lambda _: None, motion=False, look=Look(logo=logo))
    window.show()
    window.bridge.publish(EVERY["attract"])
    spin()
    image, mark = window.grab(), rectangle(window.item("logo"))
    assert image.pixelColor(mark.center().toPoint()).name() == "#c000c0"
    assert mark.height() >= 0.5 * PROFILES[profile].tokens().target
    window.bridge.publish(replace(EVERY["scan"], version=2))
    spin()
    with pytest.raises(LookupError):
        window.item("logo")
    window.close()


def test_a_logo_is_never_bent(qapp: QGuiApplication) -> None:
    """Its viewBox is its shape, also where width and height would say another one."""
    odd = SVG.replace(b"viewBox", b'width="50" height="50" viewBox')
    pictures, size = Pictures({}, {}, Logo(odd, True, 2.0)), QSize()
    image = pictures.requestImage(LOGO, size, QSize(100, 100))
    assert (image.width(), image.height()) == (100, 50)
    assert image.pixelColor(99, 49).name() == "#c000c0"


def test_the_bench_has_contrast_too(portrait: Stand) -> None:
    """Technicians have eyes as well."""
    colours = palette(portrait.window.stage.singleton("Lab", "BenchTheme"))
    for text in ("ink", "quiet"):
        for ground in ("ground", "card", "well", "raised"):
            assert contrast(colours[text], colours[ground]) >= READ, (text, ground)
    assert contrast(colours["ink"], colours["accent"]) >= READ
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
