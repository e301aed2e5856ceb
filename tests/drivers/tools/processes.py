"""The tools as a technician starts them: processes, their output, and their end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def started(*words: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """`./run drivers ...` under way, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "drivers", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )


def ran(*words: str, given: str = "") -> tuple[int, str, str]:
    """Exit code, output and complaints of `./run drivers ...`."""
    process = started(*words)
    out, err = process.communicate(given, timeout=60)
    return process.returncode, out, err


class Simulated:
    """A simulator process to talk to by lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._process, self._to, self._from = process, process.stdin, process.stdout
        hello = self._from.readline()
        self.address = hello.split()[-1]

    def play(self, line: str) -> str:
        """One line; the answer to it."""
        self._to.write(line + "\n")
        self._to.flush()
        return self._from.readline().strip()

    @property
    def turnover(self) -> int:
        """What the terminal holds, in cents."""
        return int(self.play("turnover"))


def terminal(*words: str) -> AbstractContextManager[Simulated]:
    """A simulated terminal, ended by SIGTERM."""
    return simulated("terminal", "--listen", "tcp://127.0.0.1:0", *words)


@contextmanager
def simulated(*words: str) -> Iterator[Simulated]:
    """`sim ...`, ended by SIGTERM."""
    process = started("sim", *words)
    try:
        yield Simulated(process)
    finally:
        process.terminate()
        process.communicate(timeout=90)
        assert process.returncode == 0


def pay_words(address: str, *words: str, amount: str = "10.10") -> tuple[str, ...]:
    """The words of a payment."""
    return ("terminal", "pay", "--at", address, "--amount", amount, "--json", *words)


def paid(address: str, *words: str, amount: str = "10.10") -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of a payment."""
    code, out, err = ran(*pay_words(address, *words, amount=amount))
    assert out, err
    found: dict[str, Any] = json.loads(out)
    return code, found
