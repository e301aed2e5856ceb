"""The event log as a file."""

from __future__ import annotations

import json
from pathlib import Path

from drivers.printer.happenings import LinePrinted, NotKnown
from drivers.printer.record import NAME, Record
from tests.wired import FakeClock


def test_each_event_is_a_line_of_json(tmp_path: Path) -> None:
    """With the seconds since the start; nothing is written before `open` or after `close`."""
    clock = FakeClock(5.0)
    record = Record(tmp_path, clock)
    record(NotKnown(0, b"early"))
    record.open()
    clock.pass_time(1.5)
    record(NotKnown(3, b"\x1b\x7f"))
    record(LinePrinted("Äpfel", 3.75))
    record.flush()
    lines = (tmp_path / NAME).read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": 1.5, "event": "NotKnown", "offset": 3, "data": "1b7f"},
        {"at": 1.5, "event": "LinePrinted", "text": "Äpfel", "millimetres": 3.75},
    ]
    record.close()
    record.close()
    record(NotKnown(0, b"late"))
    assert len((tmp_path / NAME).read_text("utf-8").splitlines()) == 2
