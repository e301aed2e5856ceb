"""What runs beside the demo's kiosk, in processes of their own: simulated devices, central service."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from drivers.lab.client import LabClient
from kiosk.config import ServiceConfig
from kiosk.ports import ConfigError

ROOT = Path(__file__).parents[1]


class Beside:
    """One process; it says in a JSON line where it listens, and ends with ours, however ours ends."""

    def __init__(self, what: str, *words: str) -> None:
        """Start it; it gets ready while others start."""
        self._what = what
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is ours to answer; it ends with its input
        )

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where it listens, as soon as it does. Raises ConfigError if it ended instead."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.stop()
            raise ConfigError(f"{self._what} did not start")
        found: dict[str, str] = json.loads(line)
        return found

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


class Lab(Beside):
    """The simulators."""

    def __init__(self, folder: Path, speed: float, shelf: Path, cards: Path | None = None) -> None:
        """`speed`: of the printer, millimetres a second; `shelf`: catalogue CSV to scan from.

        `cards`: the file of the central service that tells its member's cards.
        """
        folder.mkdir(parents=True, exist_ok=True)
        words = ["-m", "drivers", "lab", "--with-parent", "--state", str(folder)]
        words += ["--speed", str(speed), "--shelf", str(shelf)]
        words += ["--cards", str(cards)] if cards else []
        words += ["serve"]
        super().__init__("the simulated devices", *words)

    def connect(self) -> LabClient:
        """A line of its own to the lab."""
        return LabClient(self.addresses["lab"])


class Central(Beside):
    """A central service with this kiosk and one member: card 4711; receipts by link beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "central"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._receipts: Beside | None = None
        identity = str(self._folder / "identity")
        words = ["-m", "service", "--at", str(self._folder / "service"), "demo"]
        super().__init__("the central service", *words, "--identity", identity, "--with-parent")

    @property
    def cards(self) -> Path:
        """The file that tells the member's cards; there once it listens."""
        return self._folder / "service" / "cards.json"

    def config(self) -> ServiceConfig:
        """How the kiosk reaches it. Raises ConfigError if it did not start."""
        _ = self.addresses  # its store is there
        service = str(self._folder / "service")
        words = ("-m", "service", "--at", service, "receipts", "--with-parent", "--quiet")
        self._receipts = Beside("the receipts' pages", *words)
        return ServiceConfig(
            self._folder / "identity",
            self._folder / "outbox.db",
            f"http://{self._receipts.addresses['receipts']}",
        )

    def stop(self) -> None:
        """End both."""
        if self._receipts:
            self._receipts.stop()
        super().stop()
