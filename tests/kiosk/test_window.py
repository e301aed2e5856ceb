"""The window comes first: what only selling needs is loaded after the first frame."""

from __future__ import annotations

import subprocess
import sys

LATER = ("kiosk.assembly", "kiosk.checkout", "kiosk.receipt", "drivers")


def test_the_first_frame_waits_for_no_event_and_no_driver() -> None:
    """Each of them would keep the customer before a black screen for a while."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.window; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert [name for name in told.stdout.split() if name.startswith(LATER)] == []
