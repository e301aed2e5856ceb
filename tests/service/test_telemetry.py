"""Logs and metrics: allowed fields come out, everything else stays inside."""

from __future__ import annotations

import json
import logging

import pytest

from service.limits import Limiter
from service.telemetry import JsonLines, Meters, tell


class Kept(logging.Handler):
    """Keeps formatted lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Kept:
    return Kept()


def _with(kept: Kept, name: str) -> logging.Logger:
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [kept], False
    logger.setLevel(logging.DEBUG)
    return logger


def test_fields_that_are_not_allowed_do_not_come_out(kept: Kept) -> None:
    _with(kept, "service")
    tell("refused", reason="forged", status=400, name="Erika", card="4711", count="many")
    line = json.loads(kept.lines[0])
    assert {key: line[key] for key in ("event", "reason", "status")} == {
        "event": "refused",
        "reason": "forged",
        "status": 400,
    }
    assert set(line) == {"time", "level", "event", "reason", "status"}


def test_texts_of_libraries_stay_inside(kept: Kept) -> None:
    _with(kept, "somebody.else").warning("cannot parse %s", "Erika Beispiel")
    assert "Erika" not in kept.lines[0]
    assert json.loads(kept.lines[0])["event"] == "library"


def test_an_error_tells_type_and_place_but_not_its_text(kept: Kept) -> None:
    logger = _with(kept, "service")
    try:
        raise ValueError("4711000011 is no number")
    except ValueError:
        logger.exception("failed")
    line = json.loads(kept.lines[0])
    assert (line["error"], "4711" in kept.lines[0]) == ("ValueError", False)
    assert line["place"].startswith("test_telemetry.py:")


def test_metrics_are_prometheus_text() -> None:
    meters = Meters()
    meters.refusals.labels("forged").inc()
    assert b'kiosk_refusals_total{reason="forged"} 1.0' in meters.text()


def test_a_bucket_empties_and_fills() -> None:
    limiter = Limiter(per_minute=30, burst=3)
    assert [limiter.wait(b"a", 0.0) for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait(b"b", 0.0) == 0
    assert limiter.wait(b"a", 1.9) == 1
    assert limiter.wait(b"a", 2.0) == 0
    assert [limiter.wait(b"a", 1000.0) for _ in range(4)] == [0, 0, 0, 2]


def test_of_strangers_only_so_many_are_remembered() -> None:
    """Who has not come for the longest time is forgotten first, and begins anew."""
    limiter = Limiter(per_minute=1, burst=1, most=2)
    assert [limiter.wait(name, 0.0) for name in (b"a", b"b", b"a")] == [0, 0, 60]
    assert limiter.wait(b"c", 0.0) == 0  # b is forgotten
    assert limiter.wait(b"a", 0.0) == 60
    assert limiter.wait(b"b", 0.0) == 0
