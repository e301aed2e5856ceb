"""Every screen, in both orientations, as a customer meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.checkout.events import PayPressed
from kiosk.checkout.floor_events import PinTyped
from kiosk.money import Money
from kiosk.screens.sheet_values import KeypadSheet
from kiosk.screens.values import Hero, Notice, ScanView, Tone
from tests.ui.conftest import PROFILES, Stand, spin
from tests.ui.samples import EVERY, LINES, PAYING, UNKNOWN, line, scan, screen
from ui.app import KioskWindow
from ui.stage import reveal
from ui.viewmodels.actions import offered

HOSTILE = {
    "html": "<b>fett</b><img src=x onerror=alert(1)><a href='file:///etc/passwd'>x</a>",
    "long": "Wortungetüm" * 370,
    "controls": "A\x00B\x07\r\n\x1b[31mC\u2028D\u200b",
    "rtl": "\u202eegalf eht\u202c \u2066x\u2067y\u2069 \u200f",
    "marks": "Z" + "\u0301" * 60 + "algo",
    "arabic": "حليب كامل الدسم 1 لتر",
}


def painted(image: QImage) -> bool:
    """Whether there is more than one colour."""
    colours = {
        image.pixel(x, y) for x in range(0, image.width(), 37) for y in range(0, image.height(), 41)
    }
    return len(colours) > 2


def rectangle(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def shown(stand: Stand, name: str) -> QQuickItem:
    """The item of an action; a row out of sight is brought into it."""
    row = stand.window.model.row_of(name)
    if row >= 0:
        stand.window.stage.invoke(stand.window.item("lines"), "reveal", row)
        spin(10)
    item = stand.window.item(name)
    reveal(item)
    return item


@pytest.mark.parametrize("name", EVERY)
def test_every_view_is_drawn_without_a_warning(stand: Stand, name: str) -> None:
    """Each view appears, fills its window, and Qt has nothing to complain about."""
    stand.show(EVERY[name])
    image = stand.window.grab()
    tokens = stand.profile.tokens()
    assert (image.width(), image.height()) == (tokens.width, tokens.height)
    assert painted(image)


@pytest.mark.parametrize("name", EVERY)
def test_every_action_can_be_named_and_hit(stand: Stand, name: str) -> None:
    """Each action has its button: named for screen readers, 20 mm both ways, inside the window."""
    stand.show(EVERY[name])
    window = QRectF(0, 0, stand.profile.tokens().width, stand.profile.tokens().height)
    for action in offered(EVERY[name]):
        item = shown(stand, action)
        face = rectangle(item)
        assert min(face.width(), face.height()) / stand.profile.px_per_mm >= 20.0, action
        assert window.contains(face), action
        spoken = QAccessible.queryAccessibleInterface(item)
        assert spoken is not None
        assert spoken.text(QAccessible.Text.Name), action


@pytest.mark.parametrize("name", EVERY)
def test_a_touch_sends_exactly_the_event_of_its_action(stand: Stand, name: str) -> None:
    """A finger on a button posts that action's event once; on a disabled one, nothing."""
    stand.show(EVERY[name])
    for action in offered(EVERY[name]).values():
        stand.posted.clear()
        stand.tap(action.name)
        assert stand.posted == ([] if action.event is None else [action.event]), action.name


def test_a_touch_anywhere_on_the_attract_screen_starts(portrait: Stand) -> None:
    """Nobody has to find the button."""
    attract = EVERY["attract"]
    portrait.show(attract)
    QTest.mouseClick(portrait.window.stage.view, Qt.MouseButton.LeftButton, pos=QPoint(500, 900))
    spin()
    assert portrait.posted == [offered(attract)["start"].event]


def test_an_outdated_action_is_never_sent(portrait: Stand) -> None:
    """A newer screen is known but not drawn yet: what it does not offer any more is not posted."""
    portrait.show(EVERY["scan"])
    portrait.window.bridge.publish(replace(screen(PAYING), version=2))
    portrait.window.model.press("pay")
    assert portrait.posted == []


def test_a_total_that_changes_under_the_finger_is_not_paid(portrait: Stand) -> None:
    """Down on one total, up on another: nothing is posted, and the next touch works."""
    portrait.show(EVERY["scan"])
    window = portrait.window
    pay = rectangle(window.item("pay")).center().toPoint()
    QTest.mousePress(window.stage.view, Qt.MouseButton.LeftButton, pos=pay)
    view = EVERY["scan"].view
    assert isinstance(view, ScanView)
    dearer = replace(view, pay=replace(view.pay, event=PayPressed(2, Money(9999))))
    portrait.show(replace(EVERY["scan"], version=2, view=dearer))
    QTest.mouseRelease(window.stage.view, Qt.MouseButton.LeftButton, pos=pay)
    spin()
    assert portrait.posted == []
    portrait.tap("pay")
    assert portrait.posted == [PayPressed(2, Money(9999))]


def test_what_a_newer_screen_still_offers_is_sent(portrait: Stand) -> None:
    """A message that comes while the finger is down does not swallow the touch."""
    portrait.show(EVERY["scan"])
    portrait.window.bridge.publish(replace(EVERY["scan-notice"], version=2))
    portrait.window.model.press("line-1-plus")
    assert len(portrait.posted) == 1


LONG = Notice(
    Tone.ERROR,
    "Das Kartenterminal antwortet nicht. Es wurde nichts abgebucht.",
    "Bitte warten Sie einen Moment, oder fragen Sie unser Personal.",
)


@pytest.mark.parametrize("notice", [UNKNOWN, LONG], ids=["short", "long"])
def test_a_message_moves_nothing_and_stands_apart_from_undo(stand: Stand, notice: Notice) -> None:
    """Said whole above the last article, which stays with its way back; every button stays."""
    quiet, told = screen(scan()), screen(scan(), version=2, notice=notice)
    stand.show(quiet)
    before = {
        action.name: rectangle(shown(stand, action.name)) for action in offered(quiet).values()
    }
    stand.show(told)
    after = {action.name: rectangle(shown(stand, action.name)) for action in offered(told).values()}
    assert after == before
    message = stand.window.item("message")
    assert not any(rectangle(message).intersects(face) for face in after.values())
    assert rectangle(message).bottom() <= after["undo"].top()
    said = texts(message)
    assert [item.property("text") for item in said] == [notice.text, notice.remedy]
    assert not any(item.property("truncated") for item in said)
    assert all(rectangle(message).contains(rectangle(item)) for item in said)


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_names_are_only_text(stand: Stand, case: str) -> None:
    """HTML, floods, controls and direction marks in a name change no button and no layout."""
    name = HOSTILE[case]
    bad = (line(1, name, name, "1,00 €", badge=name), *LINES[1:4])
    view = replace(
        scan(bad), hero=Hero(name, name, "1,00 €", name, None), empty=name, age_banner=name
    )
    stand.show(screen(view, title=name, subtitle=name))
    window = QRectF(0, 0, stand.profile.tokens().width, stand.profile.tokens().height)
    for action in offered(screen(view)):
        assert window.contains(rectangle(shown(stand, action))), action
    faces = [rectangle(shown(stand, f"line-1-{part}")) for part in ("remove", "minus", "plus")]
    assert not any(a.intersects(b) for a in faces for b in faces if a is not b)
    for item in texts(stand.window.stage.view.contentItem()):
        assert not set(str(item.property("text"))) & set("\x00\x07\r\n\x1b\u2028\u202e\u2066\u200f")


def texts(item: QQuickItem) -> list[QQuickItem]:
    # `metaObject()` would leave a wrapper behind that Qt later takes for another object.
    found = [item] if item.inherits("QQuickText") else []
    return found + [each for child in item.childItems() for each in texts(child)]


def test_the_language_switch_keeps_everything(portrait: Stand) -> None:
    """Other words, same lines, same scroll, same buttons."""
    portrait.show(EVERY["scan"])
    items = portrait.window.item("lines")
    portrait.window.stage.invoke(items, "reveal", 5)
    spin()
    before = items.property("contentY")
    buttons = set(offered(EVERY["scan"]))
    view = EVERY["scan"].view
    assert isinstance(view, ScanView)
    english = replace(
        EVERY["scan"], version=2, view=replace(view, total_label="Total, 13 articles")
    )
    english = replace(english, header=replace(EVERY["english"].header, title="Scan articles"))
    portrait.show(english)
    assert portrait.window.item("lines") is items or items.property("contentY") == before
    assert items.property("contentY") == before
    assert buttons == set(offered(english))
    portrait.tap("language")
    assert portrait.posted == [offered(english)["language"].event]


def test_a_screen_older_than_the_one_shown_is_ignored(portrait: Stand) -> None:
    """Screens never run backwards."""
    portrait.show(replace(EVERY["scan"], version=7))
    portrait.show(replace(EVERY["closed"], version=6))
    assert portrait.window.item("pay").isVisible()


def test_minus_trash_and_plus_stand_apart_in_one_row(stand: Stand) -> None:
    """The trash stands beside the minus, never in its place, and none overlaps another."""
    stand.show(screen(scan(LINES[:2], hero=0)))
    trash, minus, plus = (
        rectangle(shown(stand, f"line-1-{part}")) for part in ("remove", "minus", "plus")
    )
    assert trash.right() <= minus.left() < minus.right() <= plus.left()
    assert trash.center().y() == minus.center().y() == plus.center().y()


@pytest.mark.parametrize("name", [name for name in EVERY if name not in {"printing", "doubt"}])
def test_a_screen_that_waits_draws_nothing(qapp: QGuiApplication, name: str) -> None:
    """No frame is drawn while nothing changes, even with motion switched on."""
    window = KioskWindow(PROFILES["portrait"], lambda _event: None, motion=True)
    window.show()
    window.bridge.publish(EVERY[name])
    frames: list[int] = []
    window.stage.view.frameSwapped.connect(lambda: frames.append(1))
    for _ in range(40):  # until what moves has come to rest, however slow this machine is
        frames.clear()
        spin(250)
        if not frames:
            break
    window.close()
    assert frames == []


def test_screens_follow_each_other_without_leftovers(portrait: Stand) -> None:
    """All views in turn, three times, in one window."""
    for version, name in enumerate(list(EVERY) * 3, start=1):
        portrait.show(replace(EVERY[name], version=version))
    assert portrait.posted == []


def test_digits_stay_in_the_window_until_they_are_complete(portrait: Stand) -> None:
    """Each key says only that somebody is here; done makes the event, and the field is empty."""
    portrait.show(EVERY["sheet-pin"])
    pad = EVERY["sheet-pin"].sheet
    assert isinstance(pad, KeypadSheet)
    for key in ("digit-4", "digit-7", "digit-1", "digit-back", "digit-2"):
        portrait.tap(key)
    assert portrait.posted == [pad.touched] * 5
    field = portrait.window.item("typed")
    assert field.property("text") == "●●●"
    portrait.posted.clear()
    portrait.tap("digits-done")
    assert portrait.posted == [PinTyped("472")]
    assert field.property("text") == ""


def test_a_field_is_empty_on_another_keypad_and_takes_so_much(portrait: Stand) -> None:
    """What was typed for one thing is never sent for another."""
    portrait.show(EVERY["sheet-resume"])
    for _ in range(6):
        portrait.tap("digit-9")
    assert portrait.window.item("typed").property("text") == "9999"
    portrait.show(replace(EVERY["sheet-digits"], version=2))
    assert portrait.window.item("typed").property("text") == ""
    portrait.posted.clear()
    portrait.tap("digit-5")
    portrait.show(replace(EVERY["scan"], version=3))
    portrait.show(replace(EVERY["sheet-digits"], version=4))
    assert portrait.window.item("typed").property("text") == ""
