"""The whole kiosk offscreen: scan to line, start to first frame, memory, idle CPU."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.rows import Row, percentile
from kiosk.beside import Lab
from kiosk.demo import ARTICLES

STARTS = 5


def window() -> list[Row]:
    """A kiosk process beside simulators in another one."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        lab = Lab(Path(folder) / "lab", speed=0, shelf=ARTICLES)
        try:
            starts = [_child(folder, lab, "start") for _ in range(STARTS)]
            full = _child(folder, lab, "full")
        finally:
            lab.stop()
    scans: list[float] = full["scans"]
    first = statistics.median(start["first_frame"] for start in starts)
    ready = statistics.median(start["ready"] for start in starts)
    return [
        Row("window", "scan -> line on screen, p50", percentile(scans, 0.5), "ms", 20, "lower"),
        Row("window", "scan -> line on screen, p99", percentile(scans, 0.99), "ms", 20, "lower"),
        Row("window", "start -> first frame", first, "s", 0.5, "lower"),
        Row("window", "start -> ready to sell, on screen", ready, "s", 2, "lower"),
        Row(
            "window", "resident memory, idle after a sale", full["resident_mb"], "MB", 130, "lower"
        ),
        Row("window", "idle CPU", full["idle_percent"], "%", 1, "lower"),
    ]


def _child(folder: str, lab: Lab, what: str) -> dict[str, Any]:
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "bench.kiosk_process", folder, json.dumps(lab.addresses), what],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["first_frame"] = found["first_frame_at"] - start
    found["ready"] = found["ready_at"] - start
    return found
