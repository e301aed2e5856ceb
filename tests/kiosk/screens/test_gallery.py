"""The gallery leaves nothing out, and nothing in it is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.events import PrintFault
from kiosk.checkout.front import Sheet, Shelf, Tile
from kiosk.checkout.states import Closed, Known, Phase, Told
from kiosk.checkout.weigh_events import ScaleSays
from kiosk.offers.promotions import Name
from kiosk.screens.gallery import gallery
from kiosk.screens.present import present
from kiosk.words import Language
from tests.kiosk.screens.test_present import whole
from tests.story import MILK, SHOP

TILE = Tile(MILK.gtin, (Name("de", "Milch"),), 0, (), "", 7)
LOOKS = gallery(SHOP, Shelf(((Name("de", "Kühlregal"),),), (TILE,)))


def test_every_phase_sheet_message_and_fault_is_there() -> None:
    """What is added to the checkout is added here."""
    assert {type(state.phase) for state in LOOKS.values()} == set(Phase.__args__)
    assert {state.front.sheet for state in LOOKS.values()} >= set(Sheet)
    assert {state.notice.told for state in LOOKS.values() if state.notice} == set(Told)
    assert {getattr(state.phase, "fault", None) for state in LOOKS.values()} >= set(PrintFault)
    assert {state.member.known for state in LOOKS.values() if state.member} == set(Known)
    assert {s.live.scale.says for s in LOOKS.values() if s.live.scale} == set(ScaleSays)
    assert {getattr(state.phase, "reason", None) for state in LOOKS.values()} >= set(Closed)


@pytest.mark.parametrize("language", list(Language))
def test_each_of_them_is_a_whole_screen(language: Language) -> None:
    """Words, speech and buttons, as of every state."""
    for state in LOOKS.values():
        whole(present(replace(state, language=language), 1), language)
