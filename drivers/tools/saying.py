"""How tools say what they found: an object a line for programs, a line for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.clock import Clock
from kiosk.ports import DeviceError

Say = Callable[..., None]
"""Says one event: its name, and what is known of it by name."""


def teller(clock: Clock, *, as_json: bool) -> Say:
    """Says events as they happen, with the time of day."""

    def say(event: str, **facts: Any) -> None:
        now = clock.now().astimezone()
        if as_json:
            row = {"at": now.isoformat(timespec="milliseconds"), "event": event, **facts}
            print(json.dumps(row), flush=True)
        else:
            print(f"{now:%H:%M:%S} {event:8} {in_line(facts)}".rstrip(), flush=True)

    return say


def in_line(facts: Mapping[str, Any]) -> str:
    """Facts one after another."""
    return ", ".join(f"{name} {printable(str(value))}" for name, value in facts.items())


def printable(text: str) -> str:
    """Without what could write over a terminal: texts come from cards and codes of strangers."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def trouble(error: DeviceError, otherwise: str = "") -> dict[str, str]:
    """What is wrong, and what to do about it: our errors say both, apart by a semicolon.

    `otherwise`: what to do where the error does not say it.
    """
    detail, _, remedy = str(error).partition("; ")
    remedy = remedy or otherwise
    return {"detail": detail, "remedy": remedy} if remedy else {"detail": detail}
