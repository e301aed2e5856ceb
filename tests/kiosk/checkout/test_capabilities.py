"""What can be done, as the devices tell: it changes what is offered, and holds nobody up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.checkout.events import PrintFault
from kiosk.checkout.floor import Ability, Capability, Kind, Severity
from kiosk.checkout.floor_events import AttendantArrived
from kiosk.checkout.regions.capabilities import capabilities
from kiosk.checkout.regions.interventions import holds_up_paying, interventions
from kiosk.checkout.states import Link, Shopping, State
from kiosk.screens.present import present
from tests.story import MILK, Story, shopping


def having(**changes: Any) -> State:
    """A kiosk of which everything works but this."""
    state = shopping(MILK)
    works = replace(state.devices, reader=Link.READY, scale=Link.READY)
    return replace(state, devices=replace(works, **changes))


@pytest.mark.parametrize(
    ("changes", "capability", "ability"),
    [
        ({"terminal": Link.LOST}, Capability.PAYING, Ability.OUT),
        ({"terminal": Link.READYING}, Capability.PAYING, Ability.DEGRADED),
        ({"printer": Link.LOST}, Capability.RECEIPTS, Ability.OUT),
        ({"printer_fault": PrintFault.PAPER_OUT}, Capability.RECEIPTS, Ability.OUT),
        ({"paper_low": True}, Capability.RECEIPTS, Ability.LOW),
        ({"scanner": Link.LOST}, Capability.SCANNING, Ability.DEGRADED),
        ({"reader": Link.LOST}, Capability.CARDS, Ability.OUT),
        ({"reader": Link.UNKNOWN}, Capability.CARDS, Ability.ABSENT),
        ({"scale": Link.LOST}, Capability.WEIGHING, Ability.OUT),
    ],
)
def test_one_thing_that_is_missing(
    changes: dict[str, Any], capability: Capability, ability: Ability
) -> None:
    """Only that one is told of; staff who come by are told, and paying waits for nobody."""
    state = having(**changes)
    able = capabilities(state)
    assert able[capability] is ability
    assert {each for each in Capability if able[each] is not Ability.OK} == {capability}
    found = interventions(state)
    missing = () if ability is Ability.ABSENT else (capability,)
    assert tuple(each.capability for each in found) == missing
    assert all((each.kind, each.severity) == (Kind.DEVICE, Severity.INFO) for each in found)
    assert isinstance(state.phase, Shopping)
    assert not holds_up_paying(state, state.phase.sale)
    said = present((Story(state) >> AttendantArrived("staff")).state, 1).speech
    assert ("Bitte ansehen" in said) is bool(missing)


def test_everything_works() -> None:
    """Then nobody is told anything."""
    assert set(capabilities(having()).values()) == {Ability.OK}
    assert interventions(having()) == ()


def test_a_receipt_by_a_link_is_better_than_none() -> None:
    """And the customer is told which it is."""
    out = having(printer=Link.LOST)
    linked = replace(out, links=True)
    assert capabilities(linked)[Capability.RECEIPTS] is Ability.DEGRADED
    assert "später" in present(out, 1).banners[0].remedy
    assert "Handy" in present(linked, 1).banners[0].remedy
