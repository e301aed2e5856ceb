"""Everything that can be touched can be reached by keys: a tactile keypad walks the same way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Stand, spin
from tests.ui.samples import EVERY
from ui.viewmodels.actions import offered


def walked(stand: Stand) -> list[str]:
    """The names that get the focus, one Tab after the other, until the first comes again."""
    view = stand.window.stage.view
    view.requestActivate()
    found: list[str] = []
    while True:
        QTest.keyClick(view, Qt.Key.Key_Tab)
        spin(2)
        item = view.activeFocusItem()
        name = item.objectName() if item else ""
        if name in found or len(found) > 300:
            return found
        found.append(name)


@pytest.mark.parametrize("name", EVERY)
def test_keys_reach_every_action(stand: Stand, name: str) -> None:
    """Each that does something, in a round."""
    screen = EVERY[name]
    stand.show(screen)
    wanted = {each for each, action in offered(screen).items() if action.event is not None}
    missing = wanted - set(walked(stand))
    assert not missing
