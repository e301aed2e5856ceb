"""What waits for staff. Whatever can wait never stops scanning, and is settled once, before paying."""

from __future__ import annotations

from kiosk.checkout.floor import Ability, Intervention, Kind, Severity
from kiosk.checkout.regions.capabilities import capabilities
from kiosk.checkout.states import InDoubt, Paying, Sale, Settling, Shopping, State


def interventions(state: State) -> tuple[Intervention, ...]:
    """All that is open now, the gravest first. Derived from the state: none is forgotten."""
    phase = state.phase
    found: list[Intervention] = []
    if isinstance(phase, InDoubt) and phase.staff:
        found.append(Intervention(Kind.PAYMENT, Severity.BLOCKING))
    if isinstance(phase, Shopping | Paying | Settling | InDoubt):
        found += of_sale(state, phase.sale)
    found += of_devices(state)
    return tuple(sorted(found, key=lambda each: -each.severity))


def of_sale(state: State, sale: Sale) -> tuple[Intervention, ...]:
    """What this sale has to be asked about."""
    found = []
    if sale.basket.age > sale.released:
        found.append(Intervention(Kind.AGE, Severity.BEFORE_PAY, sale.basket.age))
    limit = state.limits.void.minor
    if limit and sale.voided > limit:
        found.append(Intervention(Kind.VOID, Severity.BEFORE_PAY, limit))
    return tuple(found)


def of_devices(state: State) -> tuple[Intervention, ...]:
    """What somebody should see to when they come by; no customer waits for it."""
    return tuple(
        Intervention(Kind.DEVICE, Severity.INFO, capability=capability)
        for capability, ability in capabilities(state).items()
        if ability in (Ability.OUT, Ability.DEGRADED, Ability.LOW)
    )


def holds_up_paying(state: State, sale: Sale) -> bool:
    """Whether staff have to come before this can be paid."""
    return any(each.severity >= Severity.BEFORE_PAY for each in of_sale(state, sale))
