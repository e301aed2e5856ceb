"""The bench seen from another process: the same interface over the lab's port."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from drivers.lab.wire import BenchState, ShelfItem
from drivers.line import tcp_endpoint
from kiosk.ports import Unavailable

TIMEOUT_SECONDS = 40.0


class LabClient:
    """One connection to a lab. For one thread."""

    def __init__(self, address: str) -> None:
        """Connect. Raises Unavailable."""
        try:
            self._sock = socket.create_connection(tcp_endpoint(address), timeout=TIMEOUT_SECONDS)
        except OSError as error:
            raise Unavailable(f"{address}: no lab answers ({error.strerror or error})") from error
        self._file = self._sock.makefile("rwb")

    def do(self, verb: str, *words: str) -> str:
        """Carry out a verb. Raises ValueError for what the lab does not know."""
        said: str = self._ask({"do": [verb, *words]})["said"]
        return said

    def state(self, seen: int, seconds: float) -> BenchState:
        """The lab's state as soon as it is newer than `seen`, or after `seconds`."""
        body = self._ask({"state": seen, "seconds": seconds})["state"]
        body["shelf"] = tuple(ShelfItem(**item) for item in body["shelf"])
        for name in ("terminal_lines", "faults", "log", "cards"):
            body[name] = tuple(body[name])
        return BenchState(**body)

    def close(self) -> None:
        """Let go of the connection."""
        self._file.close()
        self._sock.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            self._file.write(json.dumps(request).encode() + b"\n")
            self._file.flush()
            answer = json.loads(self._file.readline() or b'{"gone": true}')
        except (OSError, ValueError) as error:
            raise Unavailable(f"the lab is gone ({error})") from error
        if "error" in answer:
            raise ValueError(answer["error"])
        if "gone" in answer:
            raise Unavailable("the lab is gone")
        found: dict[str, Any] = answer
        return found


def address_in(folder: Path) -> str:
    """Where the lab of this folder listens. Raises Unavailable if none runs."""
    try:
        address: str = json.loads((folder / "lab.json").read_text())["lab"]
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(f"no demo runs in {folder}; start one with ./run") from error
    return address
