"""`./run kiosk export` and `./run kiosk sale`: the books of a kiosk, for offices and for questions."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from kiosk.printable import printable

if TYPE_CHECKING:
    from kiosk.books.entries import Entry
    from kiosk.books.source import Source
    from kiosk.config import Config

EX_USAGE, EX_NO_SUCH, EX_CANTCREAT = 64, 65, 73
EXAMPLES = """Days are the shop's own, both included; a sale belongs to the day on which it was paid.
The kiosk may run or stand still. Nothing of a customer is in its journal, nor in this.
What the fields mean: docs/export.md, docs/export-v1.schema.json.

examples:
  ./run kiosk export --config kiosk.toml --from 2026-11-01 --to 2026-11-30 --format csv --out november
  ./run kiosk export --config kiosk.toml --from 2026-11-21 --to 2026-11-21 --format json > day.json
"""


class _Wrong(ValueError):
    """What was asked for cannot be meant."""


class Asked(NamedTuple):
    """Which days, as what, and where to."""

    first: date
    last: date
    form: str
    out: Path | None
    comma: bool


def add_export(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Both verbs and their words."""
    export = verbs.add_parser(
        "export",
        help="sales, taxes, payments and acts of some days, as CSV or JSON",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("--from", required=True, dest="first", metavar="DATE", help="2026-11-01")
    export.add_argument("--to", required=True, dest="last", metavar="DATE", help="2026-11-30")
    export.add_argument("--format", required=True, choices=["csv", "json"], dest="form")
    export.add_argument("--out", type=Path, help="csv: a new folder; json: a new file (or stdout)")
    export.add_argument(
        "--decimal-comma",
        action="store_true",
        dest="comma",
        help="csv as German offices open it: 1,99 and semicolons",
    )
    export.set_defaults(run=_export)
    sale = verbs.add_parser("sale", help="everything about one sale, by its receipt number")
    sale.add_argument("number", metavar="RECEIPT_NUMBER", help="as it stands on the receipt")
    sale.add_argument("--json", action="store_true", help="as in an export")
    sale.set_defaults(run=_sale)
    for verb in (export, sale):
        # Before the verb or after it: what is not said here must not undo what was said there.
        verb.add_argument("--config", type=Path, default=argparse.SUPPRESS)
        verb.set_defaults(configured=True)


def _export(options: argparse.Namespace) -> int:
    from kiosk.books.source import opened
    from kiosk.config import load

    try:
        asked = _asked(options)
    except _Wrong as error:
        return _failed(EX_USAGE, str(error))
    config = load(options.config)
    try:
        with opened(config.kiosk.journal, config.kiosk.id) as source:
            _write(asked, source, config)
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EX_CANTCREAT
    except OSError as error:
        return _failed(EX_CANTCREAT, f"{asked.out or 'stdout'}: {error.strerror or error}")
    return 0


def _asked(options: argparse.Namespace) -> Asked:
    first, last = _day("--from", options.first), _day("--to", options.last)
    if first > last:
        raise _Wrong(f"--from {first} is after --to {last}")
    if options.form == "csv" and options.out is None:
        raise _Wrong("--out FOLDER is wanted: CSV is several files")
    if options.form == "json" and options.comma:
        raise _Wrong("--decimal-comma is for CSV")
    out: Path | None = options.out
    if out is not None and (out.exists() or out.is_symlink()):
        raise _Wrong(f"{out} exists; choose another --out")
    return Asked(first, last, options.form, out, options.comma)


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise _Wrong(f'{name}: "{text}" is no day like 2026-11-22')
    return found


def _write(asked: Asked, source: Source, config: Config) -> None:
    """To a place beside, which gets its name when all is in it. Raises OSError."""
    from kiosk.books.plain import Plainly
    from kiosk.books.sheets import Sheets
    from kiosk.books.stream import head_of, write_json

    zone = ZoneInfo(config.shop.zone)
    plainly, entries = Plainly(zone), _between(source, asked, zone)
    head = head_of(source.kiosk, source.epoch, config.shop.zone, asked.first, asked.last)
    if asked.out is None:
        write_json(sys.stdout, head, entries, plainly)
        sys.stdout.flush()
        return
    fresh = asked.out.with_name(asked.out.name + ".part")
    _remove(fresh)
    try:
        if asked.form == "json":
            with fresh.open("w", encoding="utf-8") as file:
                write_json(file, head, entries, plainly)
        else:
            fresh.mkdir()
            with closing(Sheets(fresh, comma=asked.comma)) as sheets:
                sheets.write(entries, plainly)
        fresh.rename(asked.out)
    finally:
        _remove(fresh)


def _remove(fresh: Path) -> None:
    if fresh.is_dir() and not fresh.is_symlink():
        shutil.rmtree(fresh)
    else:
        fresh.unlink(missing_ok=True)


def _between(source: Source, asked: Asked, zone: ZoneInfo) -> Iterator[Entry]:
    from kiosk.books.entries import moment_of
    from kiosk.books.reading import read

    for entry in read(source.kiosk, source.epoch, source.records):
        if asked.first <= moment_of(entry).astimezone(zone).date() <= asked.last:
            yield entry


def _sale(options: argparse.Namespace) -> int:
    from kiosk.books.entries import SaleEntry
    from kiosk.books.reading import read
    from kiosk.books.source import opened
    from kiosk.config import load

    if not (options.number.isascii() and options.number.isdecimal()):
        return _failed(EX_USAGE, f'"{printable(options.number)}" is no receipt number')
    number = int(options.number[:18])
    config = load(options.config)
    with opened(config.kiosk.journal, config.kiosk.id) as source:
        for entry in read(source.kiosk, source.epoch, source.records):
            if isinstance(entry, SaleEntry) and entry.number == number > 0:
                _tell(entry, ZoneInfo(config.shop.zone), as_json=options.json)
                return 0
    return _failed(EX_NO_SUCH, f"kiosk {config.kiosk.id} has no receipt {number}")


def _tell(entry: Any, zone: ZoneInfo, *, as_json: bool) -> None:
    import json

    from kiosk.books.plain import Plainly
    from kiosk.books.view import view

    plain = Plainly(zone).sale(entry)
    lines = [json.dumps(plain, ensure_ascii=False, indent=1)] if as_json else view(plain)
    with suppress(BrokenPipeError):
        for line in lines:
            print(line if as_json else printable(line))


def _failed(code: int, reason: str) -> int:
    print(f"kiosk: {reason}", file=sys.stderr)
    return code
