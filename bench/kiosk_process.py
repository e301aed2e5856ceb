"""The measured kiosk: a process of its own that prints what it found as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.frames import Frames, idle_percent, resident_mb
from drivers.line import Line, PtyListener
from kiosk.screens.values import Action, AttractView, ScanView, ThanksView
from kiosk.window import Relay, open_window, start_checkout
from kiosk.words import Language
from ui.app import KioskWindow, make_app
from ui.loop import spin, until_frame
from ui.profile import DisplayProfile
from ui.tidy import REST_SECONDS

SCANS = 300
IN_BASKET = 20


def main(folder: str, addresses: str, what: str) -> None:
    make_app(offscreen=True)
    relay = Relay()
    window = open_window(
        DisplayProfile.portrait(), relay, Language.DE, full_screen=False, motion=True
    )
    found: dict[str, object] = {"first_frame_at": time.time()}  # a little late: the frame is out
    from kiosk.demo import config_of

    frames = Frames(window)
    scanner = PtyListener(f"{folder}/scanner-{os.getpid()}")
    config = config_of(Path(folder), json.loads(addresses) | {"scanner": scanner.address})
    checkout = start_checkout(config, relay, window)
    wait_for(window, AttractView)
    while frames.version == 0:
        spin(0.002)
    found["ready_at"] = frames.last
    if what == "full":
        found |= measure(window, frames, scanner, json.loads(addresses)["lab"])
    checkout.stop()
    scanner.close()
    window.close()
    print(json.dumps(found))


def measure(
    window: KioskWindow, frames: Frames, scanner: PtyListener, lab_address: str
) -> dict[str, object]:
    """Idle, then scans one at a time with a growing basket, then a sale to its end."""
    from drivers.lab.client import LabClient
    from kiosk.demo import ARTICLES

    lab = LabClient(lab_address)
    wait_for(window, AttractView)
    spin(3 * REST_SECONDS)
    idle = idle_percent()
    codes = [line.split(",")[0] for line in ARTICLES.read_text().splitlines()[1:]]
    codes = [code for code in codes if not code.startswith("28")]
    touch(window, lambda view: view.start)
    wait_for(window, ScanView)
    spin(0.5)
    line = scanner.accept(0)
    if line is None:
        raise SystemExit("the scanner's line is not there")
    scans = []
    for number in range(SCANS):
        scans.append(one_scan(window, frames, line, codes[number % len(codes)]))
        if number % IN_BASKET == IN_BASKET - 1:
            empty(window)
    one_scan(window, frames, line, codes[0])
    wait_for(window, ScanView)
    spin(0.5)
    touch(window, lambda view: view.pay)
    for _ in range(200):
        spin(0.02)
        if not lab.do("approve"):
            break
    wait_for(window, ThanksView)
    wait_for(window, AttractView)
    spin(2 * REST_SECONDS)
    return {"scans": scans, "idle_percent": idle, "resident_mb": resident_mb()}


def one_scan(window: KioskWindow, frames: Frames, line: Line, code: str) -> float:
    """Milliseconds from the scanner's bytes until a frame shows the new line."""
    before = window.bridge.latest
    version = before.version if before else 0
    start = time.time()
    line.write(f"]E0{code}\r".encode())
    end = start + 5
    while frames.version <= version or (frames.last or 0) < start:
        until_frame(window.stage.view, 1.0)  # asleep until Qt has something to do, as a kiosk is
        if time.time() > end:
            raise SystemExit("a scan did not reach the screen")
    shown = frames.last or 0.0
    spin(0.31)  # the scanner's guard against double scans, and the frame that follows
    return (shown - start) * 1000


def touch(window: KioskWindow, button: Callable[[Any], Action]) -> None:
    """Send what a touch of this button sends."""
    screen = window.bridge.latest
    event = button(screen.view).event if screen else None
    if event is None:
        raise SystemExit("the button is not enabled")
    window.bridge.send(event)


def empty(window: KioskWindow) -> None:
    """Take everything out of the basket again."""
    screen = window.bridge.latest
    if screen and isinstance(screen.view, ScanView):
        for line in screen.view.lines:
            if line.remove.event:
                window.bridge.send(line.remove.event)
    spin(0.5)


def wait_for(window: KioskWindow, kind: type) -> None:
    end = time.time() + 20
    while (screen := window.bridge.latest) is None or not isinstance(screen.view, kind):
        spin(0.01)
        if time.time() > end:
            raise SystemExit(f"{kind.__name__} did not come")


if __name__ == "__main__":
    main(*sys.argv[1:])
