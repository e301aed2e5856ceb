"""The customer's window: first frame, changes of a long list, scrolling, rest, and many sales."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.rows import Row, percentile

STARTS = 5
SALES = 1_000
LONG = 10_000


def ui(sales: int = SALES) -> list[Row]:
    """Processes of their own, 1080x1920 in software; of `sales` drawn whole it is seen what stays."""
    first = statistics.median(_child("first_frame")["first_frame"] for _ in range(STARTS))
    full = _child("ui_process", "0")
    kept = _child("ui_process", str(sales))["kept"]
    rows = [Row("ui", "start -> first frame", first, "s", 0.5, "lower")]
    for name, words in (("append", "a line more"), ("change", "changed"), ("remove", "taken out")):
        title = f"100 lines, {words} -> frame, p99"
        rows.append(Row("ui", title, percentile(full[name], 0.99), "ms", 20, "lower"))
    intervals = percentile(full["intervals"], 0.99)
    return [
        *rows,
        Row("ui", "scrolling: frame interval, p99", intervals, "ms", 33, "lower"),
        Row("ui", "scrolling: share of a core", full["scrolling"], "%", 40, "lower"),
        Row("ui", "idle CPU", full["idle"], "%", 1, "lower"),
        Row("ui", "resident memory", full["resident_mb"], "MB", 130, "lower"),
        Row("ui", f"memory kept of each of {sales:,} sales", kept, "B", 1000, "lower"),
    ]


def long() -> list[Row]:
    """The same with ten times the sales."""
    return ui(LONG)


def _child(*words: str) -> dict[str, Any]:
    module, *rest = words
    start = time.time()
    command = (sys.executable, "-m", f"bench.{module}", *rest)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "first_frame_at" in found:
        found["first_frame"] = found["first_frame_at"] - start
    return found
