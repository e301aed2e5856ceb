"""What guarded rows cost last time somebody said `--keep`, in a file that is committed.

Machines differ: beside each cost stands the cost of a yardstick measured in the same run, and only
the ratio of both is compared.
"""

from __future__ import annotations

import json
from pathlib import Path

from bench.rows import Row

FILE = Path(__file__).parent / "baseline.json"
SLACK = 1.25
"""A guarded row may cost this much of what was kept."""


def most(name: str, yardstick: float) -> float:
    """What this row may cost where the yardstick costs this much; no limit before a first `--keep`."""
    kept = json.loads(FILE.read_text()).get(name) if FILE.exists() else None
    return SLACK * kept["cost"] / kept["yardstick"] * yardstick if kept else float("inf")


def keep(rows: list[Row]) -> None:
    """Make the guarded ones of these rows the new baseline."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    for row in rows:
        if row.guard:
            assert row.peer_value
            kept[row.name] = {"cost": round(row.value, 1), "yardstick": round(row.peer_value, 1)}
    FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
