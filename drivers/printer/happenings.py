"""What happens in a simulated printer, as values: for its event log, and for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes came from the host."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Obeyed:
    """A command was carried out: `code` as hex, the bytes of the command without arguments."""

    offset: int
    code: bytes
    arguments: bytes = b""
    real_time: bool = False


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Bytes no command begins with, so many bytes after the start of the stream."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LinePrinted:
    """A row is on paper, which is `millimetres` long by now."""

    text: str
    millimetres: float


@dataclass(frozen=True, slots=True)
class CutOff:
    """A piece of paper came off."""

    torn: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Bytes went to the host."""

    data: bytes


@dataclass(frozen=True, slots=True)
class FaultHappened:
    """Somebody laid hands on the printer, or it failed by itself."""

    name: str


@dataclass(frozen=True, slots=True)
class DrawerKicked:
    """A pulse for the drawer; `opened` is false where it sticks."""

    opened: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the paper does not show: a symbol that could not be drawn, a setting refused."""

    text: str


Happening = (
    Received
    | Obeyed
    | NotKnown
    | LinePrinted
    | CutOff
    | Answered
    | FaultHappened
    | DrawerKicked
    | Remark
)
Listen = Callable[[Happening], None]


def as_dict(happening: Happening) -> dict[str, object]:
    """For a line of JSON: `event` is the name, bytes are hex."""
    found: dict[str, object] = {"event": type(happening).__name__}
    for each in fields(happening):
        value = getattr(happening, each.name)
        found[each.name] = value.hex() if isinstance(value, bytes) else value
    return found
