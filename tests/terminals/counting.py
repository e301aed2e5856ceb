"""Counts of what was tried and how it ended, for the table at the end of the test run."""

from __future__ import annotations

import os
from collections import Counter

from tests.terminals.world import Verdict

KEY = "terminal cases"
WHOLE = os.environ.get("HARM") == "all"
"""Everything there is, which takes minutes; a plain run takes a part that says as much in less time."""


class Tally:
    """Outcomes of one test's cases, by what was done to them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: Counter[tuple[str, str]] = Counter()

    def add(self, case: str, verdict: Verdict) -> None:
        """One more case; its outcome must be the truth."""
        self.rows[case, verdict.outcome] += 1
        assert verdict.outcome == "unknown" or (verdict.outcome == "paid") == verdict.held, (
            f"{self.name}: {case}: the kiosk found {verdict.outcome},"
            f" the terminal holds {'it' if verdict.held else 'nothing'}"
        )

    def as_property(self) -> dict[str, int]:
        """For pytest's report."""
        return {f"{case}|{outcome}": count for (case, outcome), count in self.rows.items()}


def table(properties: list[dict[str, int]]) -> list[str]:
    """The lines of the table over all tests."""
    sums: Counter[str] = Counter()
    for each in properties:
        sums.update(each)
    cases = sorted({key.split("|")[0] for key in sums})
    outcomes = ("paid", "not_paid", "unknown")
    lines = [f"{'what was done':44}" + "".join(f"{each:>10}" for each in outcomes)]
    for case in cases:
        counts = "".join(f"{sums[f'{case}|{each}']:>10}" for each in outcomes)
        lines.append(f"{case:44}{counts}")
    lines.append(f"{sum(sums.values())} cases, each with the outcome the terminal's memory tells")
    return lines
