"""The customer's strip: drawn from lent memory, glyph by glyph, with no text of it anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from kiosk.checkout.member_events import NotMePressed
from tests.ui.conftest import Stand
from tests.ui.samples import EVERY, FOUND, LATER, LINES, scan, screen
from ui.viewmodels.member import characters, figures


def strip(stand: Stand) -> QImage:
    """The picture of the strip."""
    item = stand.window.item("member")
    place = item.mapRectToScene(item.boundingRect()).toRect()
    return stand.window.grab().copy(QRect(place))


def show(stand: Stand, name: str, points: int | None) -> QImage:
    """The strip of this customer."""
    stand.lent = (memoryview(name.encode()), points)
    stand.show(EVERY["attract"])
    stand.show(EVERY["member"])
    return strip(stand)


def test_name_and_points_are_drawn(stand: Stand) -> None:
    """Different people give different pictures; the same give the same."""
    first = show(stand, "Erika", 1250)
    assert first == show(stand, "Erika", 1250)
    for other in (("Erik", 1250), ("Erika", 1251), ("Erika", None), ("", 1250)):
        assert show(stand, *other) != first


def test_a_long_name_is_cut_and_leaves_room_for_the_rest(stand: Stand) -> None:
    """The points and the button stay where they are."""
    show(stand, "W" * 79, 1_234_567)
    window, button = stand.window.item("customer"), stand.window.item("not-me")
    right = button.mapRectToScene(button.boundingRect()).right()
    assert right <= window.width()
    stand.tap("not-me")
    assert stand.posted == [NotMePressed()]


def test_nobody_lends_where_nobody_is_found(portrait: Stand) -> None:
    """While the service is asked, or away, only our own words stand there."""
    asked: list[object] = []
    model = portrait.window.model._scan._member
    model._lend = lambda slot: asked.append(slot)
    portrait.show(screen(scan(LINES[:4], member=LATER)))
    assert str(model.greeting).startswith("Ihre Punkte")
    assert not asked
    portrait.show(screen(scan(LINES[:4], member=replace(FOUND, greeting="Hallo"))))
    assert asked


def test_no_property_of_the_strip_holds_the_name(portrait: Stand) -> None:
    """Not a text, not what a screen reader is told."""
    show(portrait, "Erika", 1250)
    waiting = [portrait.window.item("member")]
    while waiting:
        item = waiting.pop()
        for name in ("text", "label", "spoken", "name", "objectName", "greeting"):
            assert "Erika" not in str(item.property(name)), name
        waiting.extend(item.childItems())


@pytest.mark.parametrize("name", ["Erika", "Zoë Müßig", "Ελένη", "Łukasz", "😀x", ""])
def test_characters_are_what_a_decoder_would_give(name: str) -> None:
    """One at a time."""
    letters = list(characters(memoryview(name.encode())))
    assert "".join(letters) == name
    assert all(len(letter) == 1 for letter in letters)


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"\xf4\x90\x80\x80", b"A\xcc", b"\x80", b"A\x00\n\xe2\x80\xaeB"]
)
def test_hostile_bytes_never_raise(raw: bytes) -> None:
    """And no control or direction mark is drawn."""
    for letter in characters(memoryview(raw)):
        assert letter.isprintable()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (7, "7"), (999, "999"), (1000, "1.000"), (1_234_567, "1.234.567"), (-50, "−50")],
)
def test_figures_are_grouped(number: int, text: str) -> None:
    """With the language's mark."""
    assert "".join(figures(number, ".")) == text
