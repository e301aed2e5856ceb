"""A file of articles to a catalogue snapshot. Doubtful rows are named; the old file stays to the end.

Rows go into the new snapshot one by one, so that a million of them need no more memory than one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.articles.plan import Plan
from kiosk.articles.rows import BadRow, Fault, row_of
from kiosk.articles.source import Found, records
from kiosk.catalog import Writer

MAX_FINDINGS = 10_000
"""Held in a report; all are counted, and all are told to who listens."""
CACHE_KIB = 128 << 10
"""Holds the pages of some two million articles, so that they may come in any order."""
STEP = 10_000
"""Rows between two words of progress."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubtful row. Lines count from 1, the header included. `kept`: it is sold all the same."""

    line: int
    reason: str
    fault: Fault = Fault.ROW
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. With no article imported nothing was written.

    `findings`: rows that were left out, the first ones of very many; `notes`: rows that were kept,
    with something put right. `counts`: how many of each kind, kept ones included.
    """

    articles: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()
    left_out: int = 0
    counts: tuple[tuple[Fault, int], ...] = ()


@dataclass(slots=True)
class _Tally:
    tell: Callable[[Finding], None] | None
    left_out: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    counts: Counter[Fault] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        if self.tell:
            self.tell(finding)
        self.counts[finding.fault] += 1
        self.left_out += not finding.kept
        held = self.notes if finding.kept else self.findings
        if len(held) < MAX_FINDINGS:
            held.append(finding)

    def report(self, articles: int) -> Report:
        counts = tuple(self.counts.most_common())
        return Report(articles, tuple(self.findings), tuple(self.notes), self.left_out, counts)


def import_catalogue(
    source: Path,
    target: Path,
    now: datetime,
    plan: Plan | None = None,
    *,
    tell: Callable[[Finding], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Read `source`, write `target` in one step. Raises ValueError if one of them cannot be used.

    `tell` hears every finding at once, `progress` the number of rows read now and then.
    """
    fresh = target.with_name(target.name + ".new")
    _keep_apart(source, (target, fresh))
    tally = _Tally(tell)
    rows = records(source, plan or Plan())
    try:
        fresh.unlink(missing_ok=True)
        fresh.parent.mkdir(parents=True, exist_ok=True)
        try:
            articles = _fill(fresh, rows, now, tally, progress)
            if articles:
                fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise ValueError(f"{target}: cannot be written: {error}") from error
    return tally.report(articles)


def _keep_apart(source: Path, targets: Iterable[Path]) -> None:
    for written in targets:
        if written.resolve() == source.resolve() or (
            written.exists() and source.exists() and written.samefile(source)
        ):
            raise ValueError(
                f"{source}: would be overwritten by the catalogue; choose another --to"
            )


def _fill(
    fresh: Path,
    rows: Iterable[Found],
    now: datetime,
    tally: _Tally,
    progress: Callable[[int], None] | None,
) -> int:
    db = sqlite3.connect(fresh)
    try:
        db.execute("PRAGMA journal_mode=OFF")  # what is not whole is thrown away
        db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        writer = Writer(db)
        for number, (line, record) in enumerate(rows, 1):
            try:
                if isinstance(record, BadRow):
                    raise record
                row, note = row_of(record)
                if not writer.add(row):
                    again = f"GTIN {record['gtin'].strip()} appeared before"
                    raise BadRow(again, Fault.DUPLICATE)
                if note:
                    tally.add(Finding(line, note, Fault.ENTITIES, kept=True))
            except BadRow as error:
                tally.add(Finding(line, str(error), error.fault))
            if progress and number % STEP == 0:
                progress(number)
        writer.finish(now)
        db.commit()
    finally:
        db.close()
    return writer.articles
