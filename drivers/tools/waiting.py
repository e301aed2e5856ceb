"""A terminal that updates or restarts: its status is asked for until it is ready."""

from __future__ import annotations

import sys

from drivers.tools.ending import ending
from drivers.tools.till import Facts
from drivers.zvt.client import Client
from drivers.zvt.reading import BUSY
from drivers.zvt.results import Condition
from kiosk.ports import DeviceError

LOOK_SECONDS = 2.0
RESTARTS = 0xFC
NOT_YET = BUSY | {RESTARTS}
LEAVES = "it hangs up while it restarts"


def wait_until_ready(client: Client, seconds: float) -> Facts:
    """Whether it became ready, and its condition then. Ctrl-C ends the waiting. Progress on stderr."""
    clock = client.link.clock
    begin = clock.monotonic()
    said = ""
    condition: Condition | None = None
    with ending(seconds) as cancel:
        while not cancel.wait(LOOK_SECONDS):
            condition, words = _look(client)
            if condition and condition.code not in NOT_YET:
                break
            if words != said:
                passed = clock.monotonic() - begin
                print(f"drivers: {passed:.0f} s: {words}", file=sys.stderr, flush=True)
                said = words
    client.link.close()
    return _found(condition)


def _look(client: Client) -> tuple[Condition | None, str]:
    try:
        condition = client.status()
    except DeviceError as error:
        client.link.close()
        return None, f"{error} ({LEAVES})"
    return condition, f"{condition.english} ({condition.code:02X})"


def _found(condition: Condition | None) -> Facts:
    if condition is None:
        remedy = "wait, then ask `drivers terminal status`"
        return {"ready": False, "condition": "does not answer", "remedy": remedy}
    facts: Facts = {"ready": condition.code == 0, "condition": condition.english}
    return facts if condition.code == 0 else facts | {"remedy": condition.next.value}
