"""Files to records, one at a time: CSV, a JSON array, or JSON objects one a line.

Every line of a CSV is a row of its own: a quotation mark that is never closed costs one row. Only the
row at hand is in memory.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from kiosk.articles.plan import REQUIRED, Plan
from kiosk.articles.rows import BadRow, Fault

LONGEST = 1_000_000
"""Characters of one line, or of one JSON object."""
PLAIN = 100_000
"""Below what a CSV reader refuses as a field."""
CHUNK = 1 << 18
ASIDE = ""
"""Stands for columns that are ignored."""

Record = dict[str, str]
Found = tuple[int, Record | BadRow]
"""The line where it begins, counted from 1, and what stands there."""


def records(source: Path, plan: Plan) -> Iterator[Found]:
    """Every row of the file. Raises ValueError where the whole file is of no use."""
    try:
        # Universal newlines are LF, CR and CRLF: str.splitlines knows more line ends than a CSV has.
        with source.open(encoding="utf-8-sig") as file:
            begin = file.readline(LONGEST)
            while begin and not begin.strip():
                begin = file.readline(LONGEST)
            file.seek(0)
            match begin.lstrip()[:1]:
                case "[":
                    yield from _array(file, plan)
                case "{":
                    yield from _objects(file, plan)
                case _:
                    yield from _table(file, plan)
    except UnicodeDecodeError as error:
        raise ValueError(f"{source}: not UTF-8 ({error.reason})") from error
    except OSError as error:
        raise ValueError(f"{source}: {error.strerror}") from error
    except _Useless as error:
        raise ValueError(f"{source}: {error}") from error


class _Useless(Exception):
    """No row of the file can be trusted."""


def _lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Lines without their end; None for one that is endless."""
    number = 0
    while text := file.readline(LONGEST):
        number += 1
        if text.endswith("\n"):
            yield number, text[:-1]
        elif len(text) < LONGEST:
            yield number, text
        else:
            while (more := file.readline(LONGEST)) and not more.endswith("\n"):
                pass
            yield number, None


def _endless() -> BadRow:
    return BadRow(f"is longer than {LONGEST} characters", Fault.ROW)


def _table(file: TextIO, plan: Plan) -> Iterator[Found]:
    lines = _lines(file)
    head = next(lines, (1, ""))[1]
    if head is None:
        raise _Useless("line 1 has no end")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    columns = _columns(head, delimiter, plan)
    defaults = dict(plan.defaults)
    for line, text in lines:
        if text is None:
            yield line, _endless()
        elif text:
            try:
                # Without quotation marks there is nothing for a reader to understand.
                plain = len(text) < PLAIN and '"' not in text
                values = text.split(delimiter) if plain else _fields(text, delimiter)
            except csv.Error as error:
                yield line, BadRow(_said(error), Fault.ROW)
                continue
            if len(values) > len(columns):
                yield line, BadRow("more fields than the first line has columns", Fault.ROW)
                continue
            record = defaults | dict(zip(columns, values, strict=False))  # a short row lacks some
            record.pop(ASIDE, None)
            yield line, record


def _columns(head: str, delimiter: str, plan: Plan) -> list[str]:
    """Our names of the columns: each known, once. A misspelt `age` must not lift a limit."""
    try:
        theirs = [name.strip().lower() for name in _fields(head, delimiter)]
    except csv.Error as error:
        raise _Useless(f"line 1: {error}") from error
    wanted = [each for each in (*REQUIRED, *plan.columns) if each not in plan.defaults]
    named = dict.fromkeys(plan.columns.get(each, each) for each in wanted)
    if missing := [name for name in named if name not in theirs]:
        raise _Useless(f"the first line lacks the column {', '.join(missing)}")
    try:
        columns = [plan.ours(name) or ASIDE for name in theirs]
    except ValueError as error:
        raise _Useless(error) from error
    for name in columns:
        if name != ASIDE and columns.count(name) > 1:
            raise _Useless(f"the first line has the column {name} more than once")
        if name in plan.defaults:
            raise _Useless(f"the first line has the column {name}, and there is a default for it")
    return columns


def _fields(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter, strict=True), [])


def _said(error: csv.Error) -> str:
    unclosed = str(error) == "unexpected end of data"
    return "a quotation mark is not closed on its line" if unclosed else str(error)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRow("an object has a key more than once", Fault.ROW)
    return found


# Numbers stay as they are written: an amount is never a float.
_READER = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_pairs
)


def _objects(file: TextIO, plan: Plan) -> Iterator[Found]:
    for line, text in _lines(file):
        if text is None:
            yield line, _endless()
        elif text.strip():
            try:
                yield line, _record(_READER.decode(text), plan)
            except json.JSONDecodeError as error:
                yield line, BadRow(f"no JSON object: {error.msg}", Fault.ROW)
            except RecursionError:
                yield line, BadRow("no JSON object: nested too deeply", Fault.ROW)
            except BadRow as error:
                yield line, error


def _array(file: TextIO, plan: Plan) -> Iterator[Found]:
    """Objects of an array. Where one cannot be told from the next, nothing is imported."""
    window = _Window(file)
    window.skip()
    window.take("[")
    more = window.skip() != "]"
    while more:
        line = window.line
        yield line, _item(window, plan)
        more = window.skip() == ","
        if more:
            window.take(",")
            window.skip()
    window.take("]")
    if window.skip():
        raise _Useless(f"line {window.line}: there is more behind the array")


def _item(window: _Window, plan: Plan) -> Record | BadRow:
    try:
        return _record(window.value(), plan)
    except BadRow as error:
        return error


class _Window:
    """The part of a JSON file that is at hand."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self.line = 1

    def skip(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            near = self._text[self._at : self._at + 64]
            rest = near.lstrip(" \t\n")
            self._move(len(near) - len(rest))
            if rest:
                return rest[0]
            if self._at >= len(self._text) and not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Raises _Useless if another character comes next."""
        if self._text[self._at : self._at + 1] != sign:
            raise _Useless(f'line {self.line}: "{sign}" is wanted')
        self._move(1)

    def value(self) -> Any:
        """The next value, with the blanks before it gone."""
        while True:
            try:
                value, end = _READER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > LONGEST or not self._more():
                    raise _Useless(f"line {self.line}: {error.msg}") from error
            except RecursionError as error:
                raise _Useless(f"line {self.line}: nested too deeply") from error
            except BadRow as error:  # where it ends is not known
                raise _Useless(f"line {self.line}: {error}") from error
            else:
                self._move(end - self._at)
                return value

    def _move(self, count: int) -> None:
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def _more(self) -> bool:
        more = self._file.read(CHUNK)
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)


def _record(value: Any, plan: Plan) -> Record:
    """Raises BadRow."""
    if not isinstance(value, dict):
        raise BadRow("no JSON object", Fault.ROW)
    record: Record = dict(plan.defaults)
    for key, each in value.items():
        try:
            name = plan.ours(key)
        except ValueError as error:
            raise BadRow(str(error), Fault.ROW) from error
        if name in plan.defaults:
            raise BadRow(f"{name} is there, and there is a default for it", Fault.ROW)
        if isinstance(each, dict | list):
            raise BadRow(f"{key[:40]} is no single value", Fault.ROW)
        if name:
            record[name] = "" if each is None else str(each)
    return record
