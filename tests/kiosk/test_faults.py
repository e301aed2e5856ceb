"""A failure as an event: what it is, whose it was, and whether its outcome is known."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import AskLastOutcome, Authorize, DeviceCommand, ReadyTerminal
from kiosk.checkout.events import Device, FaultKind
from kiosk.faults import fault_of, hung
from kiosk.money import Money
from kiosk.ports import LocalProtocolError, RemoteProtocolError, Silent, Unavailable
from tests.story import P1


@pytest.mark.parametrize(
    ("error", "kind", "known", "detail"),
    [
        (Unavailable("busy"), FaultKind.UNAVAILABLE, True, "Unavailable: busy"),
        (Silent("no answer"), FaultKind.SILENT, False, "Silent: no answer"),
        (LocalProtocolError("ours"), FaultKind.PROTOCOL, False, "LocalProtocolError: ours"),
        (
            RemoteProtocolError("x" * 999),
            FaultKind.PROTOCOL,
            False,
            "RemoteProtocolError: " + "x" * 179,
        ),
        (KeyError("4111111111111111"), FaultKind.BROKEN, False, "KeyError"),
    ],
)
def test_only_what_was_never_sent_is_known(
    error: Exception, kind: FaultKind, known: bool, detail: str
) -> None:
    """The text of an error nobody planned may hold anything: it is left out."""
    fault = fault_of(error, Device.TERMINAL, Authorize(P1, Money(119)))
    assert (fault.kind, fault.outcome_known, fault.detail) == (kind, known, detail)
    assert len(fault.detail) <= 200


@pytest.mark.parametrize(
    ("command", "payment"),
    [
        (None, None),
        (ReadyTerminal(), None),
        (AskLastOutcome(P1), P1),
        (Authorize(P1, Money(1)), P1),
    ],
)
def test_a_fault_names_the_payment_it_struck(
    command: DeviceCommand | None, payment: str | None
) -> None:
    """An older fault must not touch a payment."""
    fault = fault_of(Silent(), Device.TERMINAL, command)
    assert (fault.payment, fault.job) == (payment, None)


def test_a_hang_is_of_unknown_outcome() -> None:
    """Neither an answer nor an error came."""
    fault = hung(Device.TERMINAL, Authorize(P1, Money(119)))
    assert (fault.kind, fault.outcome_known, fault.payment) == (FaultKind.HUNG, False, P1)
