"""What PySide does at every import is not done here: no source is read for it, and none is kept."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import linecache
import ui.app
import kiosk.assembly
print([name for name in linecache.cache if "/kiosk/" in name or "/ui/" in name])
"""


def test_no_source_stays_in_memory() -> None:
    """A kiosk's process, with its window and all that it imports after it."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
