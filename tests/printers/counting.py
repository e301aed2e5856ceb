"""Counts of receipts that were harmed, and how they ended, for the table at the end of the run."""

from __future__ import annotations

from collections import Counter

from tests.printers.world import Outcome

KEY = "printer cases"
_SAID = ("printed", "weak", "failed", "unknown")


class Tally:
    """Outcomes of one test's cases, by what was done to them."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, str]] = Counter()

    def add(self, case: str, outcome: Outcome) -> None:
        """One more case, found true."""
        self.rows[case, outcome.said] += 1

    def as_property(self) -> dict[str, int]:
        """For pytest's report."""
        return {f"{case}|{said}": count for (case, said), count in self.rows.items()}


def table(properties: list[dict[str, int]]) -> list[str]:
    """The lines of the table over all tests."""
    sums: Counter[str] = Counter()
    for each in properties:
        sums.update(each)
    cases = sorted({key.split("|")[0] for key in sums})
    lines = [f"{'what was done':56}" + "".join(f"{each:>9}" for each in _SAID)]
    for case in cases:
        counts = "".join(f"{sums[f'{case}|{said}']:>9}" for said in _SAID)
        lines.append(f"{case:56}{counts}")
    lines.append(
        f"{sum(sums.values())} cases: each outcome true, nothing stale for the next customer,"
        " no second original"
    )
    return lines
