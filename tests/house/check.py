"""`./run check`: everything a machine can judge without running the product."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def tool(*words: str) -> Callable[[], str]:
    """A tool of the environment; what it says if it finds something, empty if not."""

    def run() -> str:
        done = subprocess.run(
            [str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True
        )
        return done.stdout + done.stderr if done.returncode else ""

    return run


def qml() -> str:
    """QML against the generated types of our view models."""
    from tests.house.qml import lint

    return "\n".join(lint())


STAGES: dict[str, Callable[[], str]] = {
    "format": tool("ruff", "format", "--check", "."),
    "lint": tool("ruff", "check", "."),
    "types": tool("mypy"),
    "layers": tool("lint-imports", "--no-cache"),
    "dependencies": tool("deptry", "."),
    "spelling": tool("codespell", "."),
    "qml": qml,
}


def main(names: list[str]) -> int:
    """Run the named stages, or all; 1 if one of them found something."""
    failed = []
    for name in names or STAGES:
        if name not in STAGES:
            print(f"check: no stage {name}; there are {', '.join(STAGES)}", file=sys.stderr)
            return 64
        start = time.monotonic()
        found = STAGES[name]()
        print(
            f"{'FAILED' if found else 'ok':7} {name:13} {time.monotonic() - start:5.1f} s",
            flush=True,
        )
        if found:
            print(found)
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
