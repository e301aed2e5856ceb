"""A whole kiosk as a process of its own, touched through standard input; for the memory search.

`touch NAME` sends what a finger on that button sends; `view` prints what is shown as JSON. With
`--leak` the lookup makes a mistake that the search must find.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import kiosk.lookup.client
import kiosk.vault
import kiosk.window
from kiosk.checkout.events import Event
from kiosk.checkout.member_events import CustomerFound
from kiosk.config import load
from kiosk.ids import Handle
from kiosk.lookup.session import Told
from kiosk.screens.values import ScanView
from kiosk.window import Relay
from service.wire.messages import CustomerView
from ui.app import KioskWindow
from ui.viewmodels.actions import offered


def leak(self: kiosk.lookup.client.LookupClient, handle: Handle, told: Told) -> Event:
    """The name in an event: the mistake that all of this is there to prevent."""
    del self, handle
    return CustomerFound(Handle(str(CustomerView(told.answer.body).name, "utf-8")))


def obey(window: KioskWindow, relay: Relay) -> None:
    """Until standard input ends; then the process ends as by a signal."""
    for line in sys.stdin:
        verb, _, name = line.strip().partition(" ")
        screen = window.bridge.latest
        if screen and verb == "view":
            view = screen.view
            member = view.member.state.value if isinstance(view, ScanView) and view.member else ""
            lines = len(view.lines) if isinstance(view, ScanView) else 0
            told = {"view": type(view).__name__, "member": member, "lines": lines}
            print(json.dumps(told), flush=True)
        elif screen and verb == "touch":
            action = offered(screen).get(name)
            if action and action.event:
                relay.post(action.event)
            print(json.dumps(bool(action and action.event)), flush=True)
    os._exit(0)


def main(config: str, *flags: str) -> int:
    open_window = kiosk.window.open_window

    def opened(*args: object, **options: object) -> KioskWindow:
        window: KioskWindow = open_window(*args, **options)  # type: ignore[arg-type]
        relay = args[1]
        assert isinstance(relay, Relay)
        threading.Thread(target=obey, args=(window, relay), daemon=True).start()
        return window

    kiosk.window.open_window = opened
    if "--leak" in flags:
        kiosk.lookup.client.LookupClient._understood = leak  # type: ignore[method-assign]
    if os.geteuid():  # who is not root may look into this process only if it allows it
        kiosk.vault._PR_SET_DUMPABLE = 3  # only asks
    return kiosk.window.run_kiosk(load(Path(config)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
