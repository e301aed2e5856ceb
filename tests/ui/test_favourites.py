"""Goods without a code beside the running list, where a lying panel has the width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication

from kiosk.checkout.front import Sheet, Shelf
from kiosk.checkout.front_events import SheetOpened, TilePicked
from kiosk.checkout.states import Shopping, State
from kiosk.demo import SHELF
from kiosk.goods.shelf import read_shelf
from kiosk.screens.present import present
from kiosk.screens.sheet_values import GoodsSheet
from kiosk.screens.sheets import FAVOURITES
from kiosk.screens.values import ScanView
from tests.story import MILK, Story, shopping
from tests.ui.conftest import PROFILES, Stand
from tests.ui.test_screens import rectangle
from ui.profile import INCH, DisplayProfile

BUYING = replace(shopping(MILK), shelf=read_shelf(SHELF.read_text("utf-8")))


def favourites(state: State) -> list[str]:
    view = present(state, 1).view
    assert isinstance(view, ScanView)
    return [each.action.name for each in view.favourites]


def seen(stand: Stand) -> list[str]:
    return [each for each in favourites(BUYING) if any(stand.window.stage.items(each))]


def test_they_are_the_first_tiles_of_the_shelf_and_do_the_same() -> None:
    """In the order of the goods sheet opened in the same month, with the same events."""
    opened = (Story(BUYING) >> SheetOpened(Sheet.GOODS)).state
    sheet, view = present(opened, 1).sheet, present(BUYING, 1).view
    assert isinstance(sheet, GoodsSheet)
    assert isinstance(view, ScanView)
    first = [(tile.action.label, tile.action.event) for tile in sheet.tiles[:FAVOURITES]]
    assert [(each.action.label, each.action.event) for each in view.favourites] == first
    assert favourites(replace(BUYING, shelf=Shelf())) == []


def test_what_is_bought_often_comes_first_but_none_moves_in_a_purchase() -> None:
    """They are picked by habit: the place is where it was a moment ago."""
    last = BUYING.shelf.tiles[-1].gtin
    assert favourites(replace(BUYING, picked=(last,)))[0] == f"favourite-{last}"
    assert isinstance(BUYING.phase, Shopping)
    later = replace(BUYING, front=replace(BUYING.front, month=6))
    assert favourites(later) == favourites(BUYING)


def test_a_touch_picks_the_tile_and_all_stand_apart(stand: Stand) -> None:
    """Lying: 20 mm and more, inside the window, beside list and total. Upright there are none."""
    stand.show(present(BUYING, 1))
    if not stand.profile.tokens().landscape:
        assert seen(stand) == []
        return
    names = seen(stand)
    assert len(names) >= 4
    faces = [rectangle(stand.window.item(name)) for name in (*names, "pay", "open-goods")]
    window = QRectF(0, 0, stand.profile.tokens().width, stand.profile.tokens().height)
    assert all(min(each.width(), each.height()) >= stand.profile.mm(20) for each in faces)
    assert all(window.contains(each) for each in faces)
    assert not any(a.intersects(b) for a in faces for b in faces if a is not b)
    assert rectangle(stand.window.item("lines")).right() <= faces[0].left()
    stand.tap(names[1])
    assert stand.posted == [TilePicked(BUYING.shelf.found("", None, 11, (), "de")[1].gtin)]


@pytest.mark.parametrize(
    ("comfort", "profile", "some"),
    [
        ("standard", PROFILES["landscape"], True),
        ("contrast", PROFILES["landscape"], True),
        ("large", PROFILES["landscape"], False),
        ("standard", DisplayProfile(27 * INCH, 1920, 1080), True),
        ("standard", DisplayProfile(15.6 * INCH, 1920, 1080), False),
    ],
)
def test_the_rows_of_the_list_keep_the_width_their_words_need(
    qapp: QGuiApplication, comfort: str, profile: DisplayProfile, some: bool
) -> None:
    """Where letters are large for the panel, the list has it to itself."""
    stand = Stand(profile)
    stand.show(replace(present(BUYING, 1), comfort=comfort))
    assert bool(seen(stand)) is some
    assert rectangle(stand.window.item("lines")).width() >= 20 * profile.tokens(comfort).lead
    stand.window.close()
