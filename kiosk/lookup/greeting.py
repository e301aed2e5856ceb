"""What the window may draw of a customer: lent for the moment, never kept."""

from __future__ import annotations

from kiosk.ids import Handle
from kiosk.vault import Vault
from service.wire.messages import CustomerView, Field, Malformed

Greeting = tuple[memoryview, int | None]
"""The name in UTF-8, where it lies in the vault, and the points; None if they may not be shown."""


def greeting(vault: Vault, handle: Handle) -> Greeting | None:
    """None if nobody is known by this handle, or not any more."""
    data = vault.lend(handle)
    if data is None:
        return None
    try:
        view = CustomerView(data)
    except Malformed:  # wiped while it was looked at
        return None
    points = view.balance if Field.BALANCE in view.granted else None
    return view.name, points
