"""Who cannot buy here is told where else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.decide import decide
from kiosk.checkout.events import Restarted
from kiosk.checkout.states import Closed, OutOfService
from kiosk.screens.present import present
from kiosk.screens.values import ClosedView
from kiosk.words import Language
from tests.story import NOW, SHOP, shopping

NAMES = ("Kasse 3 (links)", "Kasse 5")


@pytest.mark.parametrize("reason", list(Closed))
def test_a_closed_kiosk_names_the_nearest_checkout(reason: Closed) -> None:
    """From its configuration, in the language of the moment; not while it only starts."""
    started = replace(Restarted(SHOP, neighbours=NAMES), at=NOW)
    state = replace(decide(shopping(), started).state, phase=OutOfService(reason))
    screen = present(state, 1)
    assert isinstance(screen.view, ClosedView)
    if reason is Closed.STARTING:
        assert screen.view.nearest == ""
        return
    assert screen.view.nearest == "Nächste Kasse: Kasse 3 (links)"
    assert screen.view.others == "Oder: Kasse 5"
    assert screen.view.nearest in screen.speech
    english = present(replace(state, language=Language.EN), 1).view
    assert isinstance(english, ClosedView)
    assert english.nearest == "Nearest checkout: Kasse 3 (links)"
    alone = present(replace(state, neighbours=NAMES[:1]), 1).view
    assert isinstance(alone, ClosedView)
    assert alone.others == ""
