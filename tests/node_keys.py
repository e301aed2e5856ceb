"""What two nodes of a walk have in common but for their counters: what can still happen does not
depend on those."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

_COUNTER = re.compile(r"-([spjw])\d{6}|[0-9a-f]{64}|f00d|beef")
_COUNTED = {"minted", "receipts", "number", "id"}
_NUMBERS: dict[Hashable, int] = {}
"""Of everything that was ever seen, by what it is: two values are alike if they have one number."""
_KNOWN: dict[int, tuple[Any, Hashable]] = {}
"""By identity. The value is held as well, so that no other one can get its place in memory."""
_MOST = 100_000


def key_of(value: Any) -> Hashable:
    """Equal for values that differ in counters only."""
    kind = type(value)
    if kind in _SIMPLE:
        return (kind, value)
    if kind is str:
        return _plain(value)
    if kind is tuple:
        return _number(tuple(map(key_of, value))) if value else 0
    if kind is frozenset:
        return frozenset(map(key_of, value))
    known = _KNOWN.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    if len(_KNOWN) > _MOST:
        _KNOWN.clear()
    key = _number((kind, *map(key_of, _several(kind)(value)))) if is_dataclass(kind) else value
    _KNOWN[id(value)] = (value, key)
    return key


_SIMPLE = (int, bool, type(None))


def _number(what: Hashable) -> int:
    return _NUMBERS.setdefault(what, len(_NUMBERS) + 1)


@cache
def _several(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    """All but counters: numbers by these names."""
    names = [each.name for each in fields(kind) if each.repr and each.name not in _COUNTED]
    counted = [each.name for each in fields(kind) if each.repr and each.name in _COUNTED]

    def several(value: Any) -> tuple[Any, ...]:
        found = [getattr(value, name) for name in names]
        for name in counted:
            each = getattr(value, name)
            found.append(None if type(each) is int else each)
        return tuple(found)

    return several


@cache
def _plain(text: str) -> str:
    return _COUNTER.sub(r"-\1", text)
