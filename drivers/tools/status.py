"""`drivers terminal status`: is it there, and what was its last transaction?"""

from __future__ import annotations

from drivers.line import connect
from drivers.zvt.link import Settings
from drivers.zvt.terminal import ZvtTerminal
from drivers.zvt.trace import Trace
from kiosk.checkout.commands import ReadyTerminal
from kiosk.checkout.events import TerminalReady
from kiosk.clock import SystemClock, local_zone
from kiosk.ports import Cancel


def status_of(address: str, password: int, trace: Trace | None = None) -> dict[str, object]:
    """Terminal id and last transaction. Raises DeviceError."""
    terminal = ZvtTerminal(
        address,
        clock=SystemClock(),
        settings=Settings(password, local_zone()),
        connect=trace.connect if trace else connect,
        tap=trace,
    )
    try:
        event = next(terminal.execute(ReadyTerminal(), Cancel()))
    finally:
        terminal.close()
    found: dict[str, object] = {"state": "ready"}
    if isinstance(event, TerminalReady):
        found["terminal_id"] = event.terminal_id
        if event.last:
            last = event.last
            found |= {"trace": last.trace, "receipt": last.receipt, "amount": last.amount.minor}
            found |= {"result": last.result, "at": last.at.isoformat() if last.at else None}
    return found
