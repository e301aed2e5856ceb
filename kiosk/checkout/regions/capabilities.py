"""What can be done here right now. It changes what is offered, never where one is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.checkout.floor import Ability, Capability
from kiosk.checkout.states import Link, State

_OF_LINK = {
    Link.READY: Ability.OK,
    Link.READYING: Ability.DEGRADED,
    Link.UNKNOWN: Ability.ABSENT,
    Link.LOST: Ability.OUT,
}


def capabilities(state: State) -> Mapping[Capability, Ability]:
    """Each, derived from what the devices said last."""
    devices = state.devices
    return MappingProxyType(
        {
            Capability.PAYING: Ability.OUT if state.storage_low else _OF_LINK[devices.terminal],
            Capability.RECEIPTS: _receipts(state),
            # Without the scanner goods can still be typed, and picked by their pictures.
            Capability.SCANNING: Ability.DEGRADED
            if devices.scanner is Link.LOST
            else _OF_LINK[devices.scanner],
            Capability.CARDS: _OF_LINK[devices.reader],
            Capability.WEIGHING: _OF_LINK[devices.scale],
        }
    )


def _receipts(state: State) -> Ability:
    """On paper; by a link where there is none and the service takes receipts; else later."""
    devices = state.devices
    if devices.printer is Link.LOST or devices.printer_fault:
        return Ability.DEGRADED if state.links else Ability.OUT
    if devices.paper_low:
        return Ability.LOW
    return _OF_LINK[devices.printer]
