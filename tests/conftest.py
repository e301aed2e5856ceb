"""What the whole run says at its end: how many harmed payments there were, and how they ended."""

from __future__ import annotations

from itertools import chain
from typing import Any

from tests.terminals.counting import KEY, table


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of the card terminal's cases, over all workers."""
    reports = chain.from_iterable(terminalreporter.stats.values())
    found = [
        value
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, value in getattr(report, "user_properties", ())
        if name == KEY
    ]
    if found:
        terminalreporter.section("card terminal: harmed payments")
        for line in table(found):
            terminalreporter.write_line(line)
