"""A trace file read again: its rows, and how people see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from drivers.tools.decode import fields_of
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.redaction import is_text
from drivers.zvt.trace import DIRECTIONS
from kiosk.errors import KioskError, Unavailable


class NoTrace(KioskError):
    """A line that no trace has written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a trace; `apdu` is empty where it tells of bytes that were no whole one."""

    at: datetime
    to_terminal: bool
    message: str
    apdu: bytes
    opaque: bool
    unframed: int


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file. Raises Unavailable, and NoTrace with the number of the line."""
    try:
        with path.open(encoding="utf-8") as lines:
            yield from _rows(path, lines)
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NoTrace(f"{path}: no text, and so no trace") from error


def _rows(path: Path, lines: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        try:
            yield _row(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NoTrace(f"{path}: line {number} is none of a trace") from error


def _row(line: Any) -> Row:
    found = Row(
        at=datetime.fromisoformat(line["time"]),
        to_terminal={way: name == "tx" for name, way in DIRECTIONS.items()}[line["direction"]],
        message=str(line["message"]),
        apdu=bytes.fromhex(line.get("apdu", "")),
        opaque=line.get("opaque", False) is True,
        unframed=int(line.get("bytes", 0)),
    )
    if found.at.tzinfo is None or not (found.apdu or found.unframed):
        raise ValueError("a time without a zone, or nothing that crossed the line")
    if found.apdu and [frame(*each) for each in Deframer().feed(found.apdu)] != [found.apdu]:
        raise ValueError("not one APDU")
    return found


def shown(row: Row) -> str:
    """One line for people: local time, who spoke, the message, and what it says."""
    time = row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    arrow = "till -> terminal" if row.to_terminal else "till <- terminal"
    return f"{time}  {arrow}  {row.message:19} {_said(row)}".rstrip()


def as_json(row: Row) -> dict[str, Any]:
    """The row with what its message says."""
    found: dict[str, Any] = {
        "time": row.at.isoformat(),
        "direction": DIRECTIONS["tx" if row.to_terminal else "rx"],
        "message": row.message,
    }
    if not row.apdu:
        return found | {"bytes": row.unframed}
    ((control, data),) = Deframer().feed(row.apdu)
    found |= {"control": f"{control:04X}", "apdu": row.apdu.hex().upper()}
    return found | ({"opaque": True} if row.opaque else {"fields": fields_of(control, data)})


def _said(row: Row) -> str:
    if not row.apdu:
        return f"{row.unframed} bytes that are no whole message"
    if row.opaque:
        return f"{row.apdu[:2].hex().upper()}, {len(row.apdu)} bytes, not readable and masked"
    ((control, data),) = Deframer().feed(row.apdu)
    told = fields_of(control, data)
    if row.message == "Unknown":
        told = {"control": f"{control:04X}", **told}
    return " ".join(f"{name}={_plain(value)}" for name, value in told.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_tag(each) for each in value)
    if isinstance(value, dict):
        return " ".join(f"{bmp}={content}" for bmp, content in value.items())
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _tag(tag: dict[str, Any]) -> str:
    """Like `24(07="Bitte warten" 1F07=01)`: what is text as text, all else as hex."""
    ((number, content),) = tag.items()
    if isinstance(content, list):
        return f"{number}({_plain(content)})"
    if is_text(int(number, 16)):
        return f"{number}={_plain(bytes.fromhex(content).decode('cp437'))}"
    return f"{number}={content}"
