"""Layouts for who needs another one: larger, lower, in high contrast; on panels of three sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible, QGuiApplication

from kiosk.contrast import contrast
from kiosk.screens.sheet_values import KeypadSheet
from tests.ui.conftest import PROFILES, Stand
from tests.ui.samples import EVERY
from tests.ui.test_screens import rectangle, shown
from tests.ui.test_theme import BORDERS, TEXT
from ui.profile import INCH, LARGER, REACH_MM, TARGET_MM, DisplayProfile
from ui.stage import palette
from ui.viewmodels.actions import offered

PANELS = {
    f"{inches}-{'portrait' if upright else 'landscape'}": DisplayProfile(
        diagonal_mm=inches * INCH,
        width_px=1080 if upright else 1920,
        height_px=1920 if upright else 1080,
        viewing_distance_mm=distance,
    )
    for inches, distance in ((15.6, 500.0), (21.5, 600.0), (27.0, 650.0))
    for upright in (True, False)
}
KEYS = (*(f"digit-{digit}" for digit in range(10)), "digit-back", "digits-done")


@pytest.fixture
def panel(request: pytest.FixtureRequest, qapp: QGuiApplication) -> Iterator[Stand]:
    made = Stand(PANELS[request.param])
    yield made
    made.window.close()


def looks() -> Iterator[tuple[str, str]]:
    """Panels and layouts that differ in their places. On the middle panel every screen has a test of its
    own; lying ones hang low enough, but for the largest; high contrast is as the standard.
    """
    yield from ((name, "standard") for name in ("15.6-portrait", "15.6-landscape", "27.0-portrait"))
    yield from ((f"{inches}-portrait", "low") for inches in ("15.6", "21.5", "27.0"))
    yield "27.0-landscape", "low"
    yield from ((name, "large") for name in PANELS if not name.startswith("27"))
    yield "21.5-portrait", "contrast"


@pytest.mark.parametrize(("panel", "comfort"), tuple(looks()), indirect=["panel"])
def test_everything_can_be_named_seen_and_hit(panel: Stand, comfort: str) -> None:
    """On each panel, in each layout: named, 20 mm both ways, inside the window, and not too high."""
    profile = panel.profile
    blocked = profile.tokens(comfort).blocked
    top_mm = profile.mount_mm + profile.height_px / profile.px_per_mm
    wrong = []
    for name, screen in EVERY.items():
        panel.show(replace(screen, comfort=comfort))
        window = rectangle(panel.window.item("customer"))
        for action in (*offered(screen), *(KEYS if isinstance(screen.sheet, KeypadSheet) else ())):
            item = shown(panel, action)
            face = rectangle(item)
            if min(face.width(), face.height()) / profile.px_per_mm < TARGET_MM:
                wrong.append((name, action, "small", face.width(), face.height()))
            if not window.contains(face):
                wrong.append((name, action, "outside", face.x(), face.bottom()))
            edge = top_mm - face.top() / profile.px_per_mm
            if comfort == "low" and edge > REACH_MM + 0.5:
                wrong.append((name, action, "high", edge, blocked))
            spoken = QAccessible.queryAccessibleInterface(item)
            assert spoken is not None
            if not spoken.text(QAccessible.Text.Name):
                wrong.append((name, action, "nameless", 0, 0))
    assert wrong == []


def test_large_text_is_larger_and_nothing_else_is(portrait: Stand) -> None:
    """Targets keep their millimetres, letters grow."""
    plain, large = (PROFILES["portrait"].tokens(each) for each in ("standard", "large"))
    assert large.target == plain.target
    for name in ("small", "body", "lead", "title", "headline", "display", "giant"):
        assert getattr(large, name) / getattr(plain, name) == pytest.approx(LARGER, rel=0.03)
    portrait.show(replace(EVERY["scan"], comfort="large"))
    assert portrait.window.stage.theme.property("body") == large.body
    portrait.show(replace(EVERY["scan"], version=2))
    assert portrait.window.stage.theme.property("body") == plain.body


def test_high_contrast_has_seven_to_one(portrait: Stand) -> None:
    """Text 7:1, borders 4.5:1, in its own colours; and back again."""
    before = palette(portrait.window.stage.theme)
    portrait.show(replace(EVERY["scan"], comfort="contrast"))
    colours = palette(portrait.window.stage.theme)
    assert colours["ground"] == "#000000"
    for text, grounds in TEXT.items():
        for ground in grounds:
            assert contrast(colours[text], colours[ground]) >= 7, (text, ground)
    for border, grounds in BORDERS.items():
        assert all(contrast(colours[border], colours[each]) >= 4.5 for each in grounds), border
    portrait.show(replace(EVERY["scan"], version=2))
    assert palette(portrait.window.stage.theme) == before


def test_pictures_follow_the_colours(portrait: Stand) -> None:
    """What was dark on white is white on black, not gone."""
    portrait.show(replace(EVERY["attract"], comfort="contrast"))
    image = portrait.window.grab()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert "#ffffff" in colours
    assert "#000000" in colours
    assert "#15191c" not in colours


@pytest.mark.parametrize("mount", [0.0, 700.0, 1100.0])
def test_what_is_blocked_follows_the_mount(mount: float) -> None:
    """A panel that hangs low enough has nothing to give up."""
    profile = replace(PROFILES["portrait"], mount_mm=mount)
    height_mm = profile.height_px / profile.px_per_mm
    over = mount + height_mm - REACH_MM
    assert profile.blocked == pytest.approx(max(0.0, over) * profile.px_per_mm, abs=1.0)
    assert profile.tokens().blocked == 0
    assert replace(profile, scale=0.5).blocked == pytest.approx(profile.blocked / 2, abs=1.0)
