"""Everything that can be touched can be reached by keys: a tactile keypad walks the same way, both ways,
round after round."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Stand, spin
from tests.ui.samples import EVERY
from ui.viewmodels.actions import offered


def round_of(stand: Stand, key: Qt.Key) -> list[str]:
    """The names that get the focus, one after the other, until the first comes again."""
    view = stand.window.stage.view
    view.requestActivate()
    found: list[str] = []
    while True:
        QTest.keyClick(view, key)
        spin(2)
        item = view.activeFocusItem()
        name = item.objectName() if item else ""
        if found[:1] == [name] or len(found) > 300:
            return found
        found.append(name)


@pytest.mark.parametrize("name", EVERY)
def test_keys_reach_every_action(stand: Stand, name: str) -> None:
    """Each that does something, once a round: forwards, again, and backwards."""
    screen = EVERY[name]
    stand.show(screen)
    wanted = {each for each, action in offered(screen).items() if action.event is not None}
    onwards = round_of(stand, Qt.Key.Key_Tab)
    again = [onwards[0], *round_of(stand, Qt.Key.Key_Tab)[:-1]]
    back = round_of(stand, Qt.Key.Key_Backtab)
    assert not wanted - set(onwards)
    assert len(onwards) == len(set(onwards))
    assert len(again) == len(set(again)) == len(onwards)
    assert set(back) == set(onwards)
    assert len(back) == len(onwards)
