"""`./run`: each verb gets its words as they were written, where the caller stands."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = """#!/bin/sh
[ "$1" = -V ] && { echo Python 3.11.0; exit; }
printf '%s\\n' "at $PWD" "path ${PYTHONPATH:-}" "$@"
"""
STUBS = {
    "id": "#!/bin/sh\necho 0\n",
    "stat": "#!/bin/sh\necho somebody\n",
    "apt-get": "#!/bin/sh\nexit 0\n",
    "runuser": "#!/bin/sh\nprintf '%s\\n' \"$@\"\n",
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that is set up, with a Python that tells what it was given."""
    clone = tmp_path / "a clone"
    (clone / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", "requirements.lock", "requirements-dev.lock", "build-constraints.txt"):
        shutil.copy(ROOT / name, clone / name)
    executable(clone / ".venv" / "bin" / "python", PYTHON)
    locks = "requirements*.lock build-constraints.txt"
    stamp = f'printf "%s Python 3.11.0 %s" "$(cat {locks} | cksum)" "$(pwd -P)"'
    for name in (".ready", ".ready-dev"):
        subprocess.run(["sh", "-c", f"{stamp} >.venv/{name}"], cwd=clone, check=True)
    return clone


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def run(clone: Path, *words: str, **more: str) -> list[str]:
    """What is started from a folder elsewhere."""
    elsewhere = clone.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "SUDO_USER")
    }
    done = subprocess.run(
        [clone / "run", *words], cwd=elsewhere, env={**kept, **more}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ((), ["kiosk", "demo"]),
        (("--out", "my album"), ["kiosk", "demo", "--out", "my album"]),
        (("demo", "--script", "a b"), ["kiosk", "demo", "--script", "a b"]),
        (("screens", "--out", "a b"), ["kiosk", "screens", "--out", "a b"]),
        (("kiosk", "--config", "a b"), ["kiosk", "--config", "a b"]),
        (("drivers", "list"), ["drivers", "list"]),
        (("lab", "scan", "a b"), ["drivers", "lab", "scan", "a b"]),
    ],
)
def test_paths_are_the_callers(clone: Path, words: tuple[str, ...], module: list[str]) -> None:
    """The folder is not left, and words with spaces stay whole."""
    at = [f"at {clone.parent / 'elsewhere'}", f"path {clone}"]
    assert run(clone, *words) == [*at, "-m", *module]


def test_root_hands_on_the_words_as_they_were(clone: Path) -> None:
    """`sudo ./run` in a user's clone goes on as the user."""
    (clone / ".venv" / ".ready").unlink()
    for name, text in STUBS.items():
        executable(clone.parent / "stubs" / name, text)
    path = f"{clone.parent / 'stubs'}:{os.environ['PATH']}"
    words = ("demo", "--out", "my  album", "*", "")
    found = run(clone, *words, PATH=path, SUDO_USER="somebody")
    assert found == ["-u", "somebody", "--", str(clone / "run"), *words]
