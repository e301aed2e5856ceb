"""A frozen value as bytes that are equal if and only if the values are: for digests, not for reading.

The bytes are those that `marshal` makes of the value as plain tuples and lists. They are put together
from the bytes of its parts, so that what is still the same part as at an earlier event is not taken
apart again: a state of many fields costs what has changed in it.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from marshal import dumps
from operator import attrgetter
from typing import Any

from kiosk.codec import added_of, is_record, names_of

_VERSION = 2
"""Of marshal: it marks no shared objects, so the bytes of a whole are those of its parts."""
_PLAIN = frozenset((int, str, bool, types.NoneType))
_FEW = 8
"""Longer tuples are held too: what is remembered for long stays the same over many events."""
MOST = 1024
"""Values held: of a state that is a few events' worth."""
LONGEST = 4096
"""Bytes; what is longer is put together anew, from parts that are held."""

Piece = Callable[[Any], bytes]
_MAKERS: dict[type, Piece] = {}
_HELD: dict[int, tuple[Any, bytes]] = {}
"""By identity. The value is held as well, so that no other one can get its place in memory."""


def fingerprint(value: Any) -> bytes:
    """The bytes of a value. Raises ValueError for one of a kind that is not kept."""
    if len(_HELD) > MOST:
        _HELD.clear()
    kind = type(value)
    if kind in _PLAIN:
        return dumps(value, _VERSION)
    if kind is tuple:
        return _piece(value)
    return (_MAKERS.get(kind) or _maker(kind))(value)  # itself it is a new one every time


def _piece(value: Any) -> bytes:
    kind = type(value)
    if kind is tuple and len(value) <= _FEW:
        return _listed(value)
    known = _HELD.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    piece = (_listed if kind is tuple else _MAKERS.get(kind) or _maker(kind))(value)
    if kind is not datetime and len(piece) <= LONGEST:
        _HELD[id(value)] = (value, piece)
    return piece


def _pieces(values: tuple[Any, ...]) -> list[bytes]:
    return [dumps(each, _VERSION) if type(each) in _PLAIN else _piece(each) for each in values]


def _listed(values: tuple[Any, ...]) -> bytes:
    return b"[%b%b" % (len(values).to_bytes(4, "little"), b"".join(_pieces(values)))


def _head(name: str, count: int) -> bytes:
    """Of a tuple that begins with a name and has so many more."""
    return b"(" + (count + 1).to_bytes(4, "little") + dumps(name, _VERSION)


def _maker(kind: Any) -> Piece:
    """How to take a kind apart: dataclasses by their fields, all else by its one plain form."""
    name = kind.__name__
    if is_record(kind):
        made = _record(kind)
    elif issubclass(kind, Enum):
        head = _head(name, 1)
        made = lambda value: head + dumps(value.value, _VERSION)  # noqa: E731
    elif kind is datetime:
        made = lambda value: dumps(value.isoformat(), _VERSION)  # noqa: E731
    else:
        raise ValueError(f"{name} cannot be kept")
    _MAKERS[kind] = made
    return made


def _record(kind: Any) -> Piece:
    """The old fields in their order, then name and value of each new one that is not as ever."""
    added = added_of(kind)
    names = tuple(each for each in names_of(kind) if each not in added)
    heads = [_head(kind.__name__, len(names) + more) for more in range(len(added) + 1)]
    olds, head = _several(names), heads[0]
    if not added:
        return lambda value: head + b"".join(_pieces(olds(value)))
    usual = tuple(added.values())
    news = _several(tuple(added))
    marks = [_head(each, 1) for each in added]
    last: tuple[Any, ...] = usual
    strange: tuple[int, ...] = ()
    """Where the last value of this kind was not as ever: mostly the next one is alike."""

    def made(value: Any) -> bytes:
        nonlocal last, strange
        pieces = _pieces(olds(value))
        found = news(value)
        if found == usual:
            return head + b"".join(pieces)
        if found != last:
            strange = tuple(row for row, each in enumerate(found) if each != usual[row])
            last = found
        pieces += [marks[row] + _pieces((found[row],))[0] for row in strange]
        return heads[len(strange)] + b"".join(pieces)

    return made


def _several(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)
