"""`./run kiosk import-catalogue`: words to an import, findings and progress to people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from kiosk.printable import printable

if TYPE_CHECKING:  # a kiosk that sells need not load what imports
    from kiosk.catalogue_import import Finding, Report

EX_DATAERR = 65
EVERY_SECONDS = 5.0
"""Between two words of progress where nobody watches; on a terminal they come five times a second."""
WATCHED_SECONDS = 0.2


def add_import(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb and its words."""
    verb = verbs.add_parser("import-catalogue", help="CSV or JSON to a catalogue snapshot")
    add_words(verb)
    verb.add_argument("--to", type=Path, default=Path("catalogue.db"))
    verb.add_argument("--json", action="store_true", help="the report as one JSON object")
    verb.set_defaults(run=run_import)


def add_words(verb: argparse.ArgumentParser) -> None:
    """What says which file it is, and how it is to be read: also for who publishes it."""
    verb.add_argument("file", type=Path, help="columns gtin, name, price, vat [, ...]")
    verb.add_argument(
        "--map", action="append", default=[], metavar="gtin=EAN,price=VK",
        help="our columns by the names the file has for them",
    )  # fmt: skip
    verb.add_argument(
        "--default", action="extend", nargs="+", default=[], metavar="vat=7",
        help="for columns that the file does not have; an empty cell is no such column",
    )  # fmt: skip
    verb.add_argument(
        "--ignore", action="append", default=[], metavar="COLUMN,...", help="columns left aside"
    )
    verb.add_argument(
        "--plan", type=Path, help="a TOML file with [columns], [defaults] and ignore = [...]"
    )
    verb.add_argument("--report", type=Path, help="every doubtful row, as JSON, into this file")


def run_import(options: argparse.Namespace) -> int:
    """0 if a catalogue was written; one line and 65 if the file is of no use."""
    try:
        report = imported(options, options.to)
    except ValueError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EX_DATAERR
    if options.json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    else:
        say(report, options.file)
        kept = f"written to {options.to}" if report.articles else "nothing was written"
        print(f"{report.articles} articles, {report.left_out} rows left out; {kept}")
    fetched = options.to.with_name(options.to.name + ".fetched")
    if (fetched / "standing.json").exists():
        beside = "a kiosk that fetches catalogues of the service sells from those"
        print(f"kiosk: {beside} in {fetched}: ./run kiosk catalogue status", file=sys.stderr)
    return 0 if report.articles else EX_DATAERR


def imported(options: argparse.Namespace, to: Path) -> Report:
    """The file of these words (`add_words`), read into `to`; progress is told on the standard error.

    Raises ValueError where the file is of no use; what lay at `to` stays then.
    """
    from kiosk.articles.plan import plan_of
    from kiosk.catalogue_import import import_catalogue
    from kiosk.clock import SystemClock

    progress = _Progress(SystemClock().monotonic)
    try:
        plan = plan_of(options.map, options.default, options.ignore, options.plan)
        with ExitStack() as stack:
            told = None
            if options.report:
                told = stack.enter_context(ReportFile(options.report, (options.file, to)))
            report = import_catalogue(
                options.file,
                to,
                SystemClock().now(),
                plan,
                tell=told.add if told else None,
                progress=progress,
            )
            if told:
                counts = {fault.value: count for fault, count in report.counts}
                told.end(articles=report.articles, left_out=report.left_out, counts=counts)
    finally:
        progress.end()
    return report


def say(report: Report, file: Path) -> None:
    """The doubtful rows, for people."""
    for finding in report.findings:
        print(f"{file}:{finding.line}: {printable(finding.reason)}")
    for note in report.notes:
        print(f"{file}:{note.line}: kept: {printable(note.reason)}")
    if report.left_out > len(report.findings):
        print(f"{report.left_out - len(report.findings)} more; --report FILE has them all")
    for fault, count in report.counts:
        print(f"{count:9,}  {fault}")


class ReportFile:
    """Findings as they come, each on a line of its own, in one JSON object that is whole at the end."""

    def __init__(self, path: Path, others: tuple[Path, ...]) -> None:
        """Raises ValueError if it cannot be written, or would overwrite one of the others."""
        if any(path.resolve() == each.resolve() for each in others):
            raise ValueError(f"{path}: would be overwritten by the report; choose another --report")
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from error
        self._file.write('{"findings": [')
        self._next = "\n"
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._ended:  # nothing was imported: what was found so far still stands
            self.end(articles=0, error=str(error) or "the import was not ended")
        self._file.close()

    def add(self, finding: Finding) -> None:
        """One doubtful row."""
        self._file.write(self._next + json.dumps(asdict(finding), ensure_ascii=False))
        self._next = ",\n"

    def end(self, **told: Any) -> None:
        """How many of what."""
        self._file.write("\n], " + json.dumps(told)[1:] + "\n")
        self._ended = True


class _Progress:
    """Rows and their speed, on the standard error; a short import says nothing."""

    def __init__(self, monotonic: Callable[[], float], out: TextIO | None = None) -> None:
        self._monotonic = monotonic
        self._out = out or sys.stderr
        self._watched = self._out.isatty()
        self._begun = self._said = monotonic()
        self._open = False

    def __call__(self, rows: int) -> None:
        now = self._monotonic()
        if now - self._said < (WATCHED_SECONDS if self._watched else EVERY_SECONDS):
            return
        self._said = now
        text = f"{rows:,} rows, {rows / (now - self._begun):,.0f} a second"
        self._out.write(f"\r{text}" if self._watched else f"kiosk: {text}\n")
        self._out.flush()
        self._open = self._watched

    def end(self) -> None:
        """The line ends where it stands."""
        if self._open:
            self._out.write("\n")
