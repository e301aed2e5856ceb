"""What the whole run says at its end: how many payments and receipts were harmed, and how they ended."""

from __future__ import annotations

from itertools import chain
from typing import Any

from hypothesis import settings

from tests.printers import counting as printers
from tests.terminals import counting as terminals

settings.register_profile("house", deadline=None)  # time is measured by `./run bench` alone
settings.load_profile("house")
TABLES = (
    ("card terminal: harmed payments", terminals.KEY, terminals.table),
    ("receipt printer: harmed receipts", printers.KEY, printers.table),
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The tables of cases, over all workers."""
    reports = list(chain.from_iterable(terminalreporter.stats.values()))
    for title, key, table in TABLES:
        found = [
            value
            for report in reports
            if getattr(report, "when", "") == "teardown"
            for name, value in getattr(report, "user_properties", ())
            if name == key
        ]
        if found:
            terminalreporter.section(title)
            for line in table(found):
                terminalreporter.write_line(line)
