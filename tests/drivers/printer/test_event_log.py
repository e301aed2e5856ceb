"""The event log as a file."""

from __future__ import annotations

import json
from pathlib import Path

from drivers.printer.event_log import NAME, EventLog
from drivers.printer.happenings import LinePrinted, NotKnown
from tests.wired import FakeClock


def test_each_event_is_a_line_of_json(tmp_path: Path) -> None:
    """With the seconds since the start; nothing is written before `open` or after `close`."""
    clock = FakeClock(5.0)
    log = EventLog(tmp_path, clock)
    log(NotKnown(0, b"early"))
    log.open()
    clock.pass_time(1.5)
    log(NotKnown(3, b"\x1b\x7f"))
    log(LinePrinted("Äpfel", 3.75))
    log.flush()
    lines = (tmp_path / NAME).read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": 1.5, "event": "NotKnown", "offset": 3, "data": "1b7f"},
        {"at": 1.5, "event": "LinePrinted", "text": "Äpfel", "millimetres": 3.75},
    ]
    log.close()
    log.close()
    log(NotKnown(0, b"late"))
    assert len((tmp_path / NAME).read_text("utf-8").splitlines()) == 2
