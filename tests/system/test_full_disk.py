"""A full disk ends no purchase and starts none: the reserve is for what is under way."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMESPACES = (["unshare", "-m"], ["unshare", "-r", "-m"])
"""As root, and as a user whose kernel allows it."""


@cache
def namespace() -> list[str]:
    """How this machine lets a process have mounts of its own; empty if it does not."""
    for words in NAMESPACES:
        mount = [*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        try:
            if subprocess.run(mount, capture_output=True).returncode == 0:
                return words
        except FileNotFoundError:
            break
    return []


@pytest.mark.parametrize("kind", ["tmpfs", "pages"])
def test_a_purchase_is_finished_on_the_reserve(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """StorageLow once, the sale to its end, then closed; with no reserve left nothing is accepted."""
    words = namespace() if kind == "tmpfs" else []
    if kind == "tmpfs" and not words:
        kind = "pages"
        with capfd.disabled():
            print("\n  full disk: no mounts allowed here, sqlite's own limit instead")
    run = [*words, sys.executable, "-m", "tests.system.full_disk", kind, str(tmp_path)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "had_reserve": True,
        "while_full": ["keep"],
        "finished": ["keep"] * 4,
        "after": "OutOfService storage",
        "reserve_left": False,
        "halts": 1,
        "halted_verdicts": ["refuse", "refuse"],
        "unchanged": True,
        "replayed": True,
        "storage_low": 1,
    }
