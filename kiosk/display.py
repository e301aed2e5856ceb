"""Whether a display answers. Qt aborts the process where none does, so it is asked before."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path

SECONDS = 3.0
X_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where every X server has it
X_PORT = 6000
_X_NAME = re.compile(r"(?:[a-z]+/)?(?P<host>[^/]*):(?P<number>\d{1,5})(?:\.\d+)?")


def missing_display(environment: Mapping[str, str] = os.environ) -> str:
    """Why there is no display, for people; empty if one answers."""
    wayland, x11 = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    if not wayland and not x11:
        return "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"
    if (x11 and _x_answers(x11)) or (wayland and _wayland_answers(wayland, environment)):
        return ""
    named = [
        f"{name}={value}"
        for name, value in (("DISPLAY", x11), ("WAYLAND_DISPLAY", wayland))
        if value
    ]
    return f"no display answers at {', '.join(named)}"


def _x_answers(name: str) -> bool:
    found = _X_NAME.fullmatch(name)
    if not found:
        return False
    host, number = found["host"], int(found["number"])
    if host in ("", "unix"):
        path = str(X_SOCKETS / f"X{number}")
        return _unix_answers(path) or _unix_answers(f"\0{path}")
    try:
        socket.create_connection((host.strip("[]"), X_PORT + number), SECONDS).close()
    except (OSError, OverflowError):
        return False
    return True


def _wayland_answers(name: str, environment: Mapping[str, str]) -> bool:
    folder = environment.get("XDG_RUNTIME_DIR", "")
    if not folder and not Path(name).is_absolute():
        return False
    return _unix_answers(str(Path(folder, name)))


def _unix_answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(SECONDS)
        try:
            sock.connect(path)
        except (OSError, ValueError):
            return False
    return True
