"""What the whole run says at its end: how many payments and receipts were harmed, and how they ended."""

from __future__ import annotations

import os
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.printers import counting as printers
from tests.terminals import counting as terminals

settings.register_profile("house", deadline=None)  # time is measured by `./run bench` alone
settings.load_profile("house")
TABLES = (
    ("card terminal: harmed payments", terminals.KEY, terminals.table),
    ("receipt printer: harmed receipts", printers.KEY, printers.table),
)


SLOW = ("system", "terminals", "service", "drivers/tools", "kiosk/checkout", "printers")
"""Folders whose tests take seconds each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the slow ones, so that none is left alone with them.

    Workers take even pieces of this list, from the front; modules stay whole.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    here = Path(__file__).parent
    modules = [list(group) for _, group in groupby(items, key=lambda item: item.path)]
    slow = [each for each in modules if _is_slow(each[0].path.relative_to(here))]
    quick = [each for each in modules if not _is_slow(each[0].path.relative_to(here))]
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, module in enumerate(slow):
        shares[number % workers] += module
    for module in sorted(quick, key=len, reverse=True):
        min(shares, key=len).extend(module)
    items[:] = chain.from_iterable(shares)


def _is_slow(path: Path) -> bool:
    return path.as_posix().startswith(SLOW)


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
