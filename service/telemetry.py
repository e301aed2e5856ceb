"""What operators see: counters, and log lines in JSON made of allowed fields only. Never a person."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

ALLOWED = {
    "reason": str,
    "kiosk": str,
    "status": int,
    "kind": str,
    "door": str,
    "count": int,
    "seconds": float,
    "version": int,
    "process": int,
    "place": str,
    "region": str,
    "error": str,
}
"""Fields a log line may have beside time, level and event; what else is given is left out."""

log = logging.getLogger("service")


def tell(event: str, level: int = logging.INFO, **fields: object) -> None:
    """One log line. Fields that are not allowed, or of another type, do not come out."""
    log.log(level, event, extra={"told": fields})


def tell_error(error: BaseException) -> None:
    """Log the type and place of an error, never its text."""
    log.error("failed", exc_info=error)


def tell_store_away(error: BaseException) -> None:
    """The store did not answer: log the type of what lies behind it."""
    tell("store away", logging.ERROR, error=type(error.__cause__ or error).__name__)


class JsonLines(logging.Formatter):
    """Ours say what `tell` was given; other libraries' lines only where they come from.

    Their texts may quote what a stranger sent, so they stay inside.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == log.name:
            line["event"] = record.msg
            told = getattr(record, "told", {})
            line |= {key: told[key] for key in ALLOWED if type(told.get(key)) is ALLOWED[key]}
        else:
            line |= {"event": "library", "place": f"{record.name}:{record.lineno}"}
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            frames = traceback.extract_tb(record.exc_info[2])[-3:]
            line["place"] = " < ".join(
                f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames)
            )
        return json.dumps(line)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Set up logging of the whole process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(level)


class Meters:
    """The counters of one process, in Prometheus's text form."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requested: dict[tuple[str, str], Counter] = {}
        self.requests = Counter(
            "kiosk_requests", "Sealed requests by outcome.", ["kind", "outcome"], registry=registry
        )
        self.refusals = Counter(
            "kiosk_refusals", "Requests not accepted, by reason.", ["reason"], registry=registry
        )
        self.handshakes = Counter(
            "kiosk_tls_handshakes", "TLS handshakes by outcome.", ["outcome"], registry=registry
        )
        self.proofs = Counter(
            "kiosk_proofs_refused",
            "Cards and codes refused, by kind and reason.",
            ["kind", "reason"],
            registry=registry,
        )
        self.alarms = Counter("kiosk_alarms", "Alarms raised.", ["kind"], registry=registry)
        self.seconds = Histogram(
            "kiosk_request_seconds",
            "Time to answer a sealed request.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=registry,
        )
        self.key_days = Gauge(
            "kiosk_key_days_left",
            "Days until the last prepared key runs out.",
            ["use"],
            registry=registry,
        )
        self.sales = Counter(
            "kiosk_sales_booked", "Sales booked for the first time.", registry=registry
        )

        self.receipts = Counter(
            "kiosk_receipts",
            "Sealed receipts that came, by outcome.",
            ["outcome"],
            registry=registry,
        )

        self.catalogues = Counter(
            "kiosk_catalogues",
            "Statements and pieces of catalogues that kiosks were given.",
            ["what"],
            registry=registry,
        )

    def requested(self, kind: str, outcome: str) -> Counter:
        """One line of `requests`, kept: finding it by its labels costs more than counting."""
        found = self._requested.get((kind, outcome))
        if found is None:
            found = self._requested[kind, outcome] = self.requests.labels(kind, outcome)
        return found

    def text(self) -> bytes:
        """For GET /metrics."""
        return generate_latest(self._registry)


class ViewMeters:
    """The counters of the public process: how requests ended, and nothing of what they asked for."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.views = Counter(
            "kiosk_receipt_views", "Requests at the public door.", ["outcome"], registry=registry
        )
        self.joining = Counter(
            "kiosk_joining", "What joining came to.", ["outcome"], registry=registry
        )

    def text(self) -> bytes:
        """For GET /metrics."""
        return generate_latest(self._registry)
