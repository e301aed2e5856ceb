"""How the columns of a file are to be read: which is which, what is left aside, what stands for all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REQUIRED = ("gtin", "name", "price", "vat")
OPTIONAL = {
    "currency": "EUR",
    "unit": "piece",
    "deposit": "0",
    "age": "0",
    "sold": "yes",
    "limit": "0",
    "content": "",
    "content_unit": "",
}
"""What an empty cell means."""
KNOWN = (*REQUIRED, *OPTIONAL)


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns`: our column to the file's; `defaults`: for columns the file does not have.

    Nothing is guessed: a column that is neither known nor mapped nor ignored is an error.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def ours(self, theirs: str) -> str | None:
        """Our name of a column of the file; None where it is ignored. Raises ValueError."""
        name = theirs.strip().lower()
        found = next((ours for ours, told in self.columns.items() if told == name), None)
        if found:
            return found
        if name in self.ignored:
            return None
        if name not in KNOWN:
            known = ", ".join(KNOWN)
            raise ValueError(f'unknown column "{name[:40]}"; known are {known}')
        if name in self.columns:
            raise ValueError(f'column {name} stands beside "{self.columns[name]}", mapped to it')
        return name


def plan_of(
    mapped: Iterable[str] = (),
    defaults: Iterable[str] = (),
    ignored: Iterable[str] = (),
    file: Path | None = None,
) -> Plan:
    """A plan from words like `gtin=EAN,price=VK` and `price=1.00`; they outrank the file's.

    Raises ValueError.
    """
    told = _file(file) if file else {}
    pairs = [pair for each in mapped for pair in each.split(",")]
    columns = {**_table(told, "columns"), **_pairs(pairs)}
    standing = {**_table(told, "defaults"), **_pairs(defaults)}
    aside = [
        *_list(told.get("ignore", [])),
        *(name for each in ignored for name in each.split(",")),
    ]
    for name in (*columns, *standing):
        if name not in KNOWN:
            raise ValueError(f'no column "{name}"; there are {", ".join(KNOWN)}')
    for name in standing:
        if name in columns:
            raise ValueError(f"{name} is mapped to a column and has a default, too")
    theirs = {ours: column.strip().lower() for ours, column in columns.items()}
    if len(set(theirs.values())) < len(theirs):
        raise ValueError("one column of the file is mapped to two of ours")
    return Plan(theirs, standing, frozenset(name.strip().lower() for name in aside))


def _pairs(words: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not value.strip():
            raise ValueError(f'"{word}" is not of the form column=value')
        found[name.strip().lower()] = value
    return found


def _file(path: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    for key in told:
        if key not in ("columns", "defaults", "ignore"):
            raise ValueError(f"{path}: {key}: unknown key; known are columns, defaults, ignore")
    return told


def _table(told: Mapping[str, Any], key: str) -> dict[str, str]:
    table = told.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(each, str) for each in table.values()):
        raise ValueError(f"{key}: a table of texts is wanted")
    return {name.lower(): value for name, value in table.items()}


def _list(told: Any) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise ValueError("ignore: a list of texts is wanted")
    return told
