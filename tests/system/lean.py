"""Sweeps that fork at every point do so from a small process: the worker of the tests has loaded all
there is, and each fork of it takes as long as a whole sale."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MEMORY = Path("/dev/shm")
ROOT = Path(__file__).parents[2]
_RUN = """
import json, sys
from importlib import import_module
from pathlib import Path
import kiosk.journal
kiosk.journal.RESERVE_BYTES = 4096  # of each of a thousand journals
module, function, folder, *words = sys.argv[1:]
print(json.dumps(getattr(import_module(module), function)(Path(folder), *words)))
"""


def lean(module: str, function: str, *words: str) -> Any:
    """What this function of a test module gives for an empty folder and words; its failure is the
    test's. The folder is in memory where there is such a place: a killed process needs no disk."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        done = subprocess.run(
            [sys.executable, "-c", _RUN, module, function, folder, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
