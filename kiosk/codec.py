"""Frozen values to plain JSON values and back, driven by their annotations.

A dataclass becomes an object; where an annotation allows several classes the object says which
(`"": "CardApproved"`). Fields marked `compare=False` are not part of the value and are left out.
Unknown fields, missing fields and wrong kinds raise ValueError: a journal is never read by guess.
"""

from __future__ import annotations

import marshal
import types
import typing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union

T = TypeVar("T")
TAG = ""
ADDED = {"added": True}
"""Metadata of a field that a later program added: while it has its default it is left out of the
fingerprint, so that the digests of older records stay true."""

Json = Any
Reader = Callable[[Json], Any]


def encode(value: object, *, whole: bool = False) -> Json:
    """The JSON value of a frozen value. Every dataclass carries its name; fields that a later program
    added are left out while they are as ever, so that digests of older values stay true.

    `whole`: with the fields that are not part of the value; `decode` has to be told so, too.
    """
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [encode(item, whole=whole) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if _is_record(value):
        body: dict[str, Json] = {TAG: type(value).__name__}
        kind: Any = type(value)
        added = _added(kind)
        for name in _every_name(kind) if whole else _names(kind):
            found = getattr(value, name)
            if name not in added or found != added[name]:
                body[name] = encode(found, whole=whole)
        return body
    raise ValueError(f"{type(value).__name__} cannot be kept")


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind)


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if f.compare)


@cache
def _every_name(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


@cache
def _added(cls: Any) -> dict[str, Any]:
    """What a later program added, with its defaults."""
    return {f.name: f.default for f in fields(cls) if f.metadata == ADDED}


def fingerprint(value: object) -> bytes:
    """The value as bytes that are equal if and only if the values are: for digests, not for reading.

    Five times as fast as JSON, and taken at every event: what is still the same value as at an earlier
    one is not taken apart again.
    """
    if len(_FLATS) > MOST_FLATS:
        _FLATS.clear()
    return marshal.dumps(_flat(value), 2)  # version 2 marks no shared objects


_FEW = 8
"""Longer tuples are held too: what is remembered for long stays the same over many events."""
MOST_FLATS = 1024
"""Values held, with what they are as plain ones; of a state that is a few events' worth."""
_FLATS: dict[int, tuple[Any, Any]] = {}
"""By identity. The value is held as well, so that no other one can get its place in memory."""


def _flat(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple and len(value) <= _FEW:
        return _flat_all(value)
    known = _FLATS.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    getter = _flat_all if kind is tuple else _GETTERS.get(kind) or _getter(kind)
    flat = getter(value)
    if kind is not datetime:
        _FLATS[id(value)] = (value, flat)
    return flat


_PLAIN = frozenset((int, str, bool, types.NoneType))
_GETTERS: dict[type, Callable[[Any], Any]] = {}


def _getter(kind: Any) -> Callable[[Any], Any]:
    """How to flatten a kind; dataclasses by their fields, all else by its one plain form."""
    name = kind.__name__
    getter: Callable[[Any], Any]
    if _is_record(kind):
        names = _names(kind)
        added = tuple(_added(kind).items())
        if added:
            getter = _with_added(kind, tuple(n for n in names if n not in dict(added)), added)
        else:
            several = _several(names)
            getter = lambda value: (name, *_flat_all(several(value)))  # noqa: E731
    elif issubclass(kind, Enum):
        getter = lambda value: (name, value.value)  # noqa: E731
    elif kind is datetime:
        getter = datetime.isoformat
    else:
        raise ValueError(f"{name} cannot be kept")
    _GETTERS[kind] = getter
    return getter


def _with_added(
    kind: Any, names: tuple[str, ...], added: tuple[tuple[str, Any], ...]
) -> Callable[[Any], Any]:
    """The old fields in their order, then name and value of each new one that is not as ever."""
    name = kind.__name__
    places = tuple(each for each, _ in added)
    usual = tuple(default for _, default in added)
    olds, news = _several(names), _several(places)

    def flat(value: Any) -> Any:
        found = news(value)
        if found == usual:
            return (name, *_flat_all(olds(value)))
        fresh = [
            (place, _flat(each))
            for place, each, default in zip(places, found, usual, strict=True)
            if each is not default and each != default
        ]
        return (name, *_flat_all(olds(value)), *fresh)

    return flat


def _several(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _flat_all(values: tuple[Any, ...]) -> list[Any]:
    return [value if type(value) in _PLAIN else _flat(value) for value in values]


def decode(kind: type[T], data: Json, *, whole: bool = False) -> T:
    """The value of this kind that `data` describes. Raises ValueError."""
    try:
        value = _reader(kind, whole)(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return typing.cast("T", value)


_READERS: dict[tuple[Any, bool], Reader] = {}


def _reader(kind: Any, whole: bool) -> Reader:
    reader = _READERS.get((kind, whole))
    if reader is None:
        reader = _READERS[kind, whole] = _new_reader(kind, whole)
    return reader


def _new_reader(kind: Any, whole: bool) -> Reader:
    origin = typing.get_origin(kind)
    if origin is tuple:
        item = _reader(typing.get_args(kind)[0], whole)
        return lambda data: tuple(item(each) for each in _list(data))
    if origin in (Union, types.UnionType):
        return _union(typing.get_args(kind), whole)
    if isinstance(kind, typing.NewType):
        return _reader(kind.__supertype__, whole)
    if kind in (int, str, bool):
        return _plain(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if _is_record(kind):
        return _object(kind, whole)
    raise TypeError(f"{kind} cannot be read")


def _list(data: Json) -> list[Json]:
    if not isinstance(data, list):
        raise TypeError("a list is wanted")
    return data


def _plain(kind: type) -> Reader:
    def read(data: Json) -> Any:
        if type(data) is not kind:
            raise TypeError(f"{kind.__name__} is wanted")
        return data

    return read


def _union(kinds: tuple[Any, ...], whole: bool) -> Reader:
    nullable = types.NoneType in kinds
    rest = tuple(kind for kind in kinds if kind is not types.NoneType)
    by_name: dict[str, Any] = {kind.__name__: kind for kind in rest if _is_record(kind)}

    def read(data: Json) -> Any:
        if data is None and nullable:
            return None
        if isinstance(data, dict) and by_name:
            return _reader(by_name[data[TAG]], whole)(data)
        return _reader(rest[0], whole)(data)

    return read


def _object(cls: Any, whole: bool) -> Reader:
    hints = typing.get_type_hints(cls)
    wanted: dict[str, tuple[Field[Any], Reader]] = {}
    quick: list[tuple[str, Any, Reader]] = []
    title = cls.__name__

    def read(data: Json) -> Any:
        if not quick:  # filled late, so that a kind may contain itself
            for each in fields(cls):
                if each.compare or whole:
                    wanted[each.name] = (each, _reader(hints[each.name], whole))
            quick.extend((name, hints[name], reader) for name, (_, reader) in wanted.items())
        if data[TAG] != title:
            raise TypeError(f"{title} is wanted, not {data[TAG]}")
        if len(data) == len(wanted) + 1:  # nearly always all are there, and nothing else
            with suppress(KeyError):
                values = {}
                for name, kind, reader in quick:
                    found = data[name]
                    # What is just of its kind needs no reader: so are most.
                    values[name] = found if type(found) is kind else reader(found)
                return cls(**values)
        unknown = data.keys() - wanted.keys() - {TAG}
        if unknown:
            raise TypeError(f"{title} has no {', '.join(sorted(unknown))}")
        values = {}
        for name, (each, reader) in wanted.items():
            if name in data:
                values[name] = reader(data[name])
            elif each.default is MISSING and each.default_factory is MISSING:
                raise TypeError(f"{title} lacks {name}")
        return cls(**values)

    return read
