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


def encode(value: object) -> Json:
    """The JSON value of a frozen value. Every dataclass carries its name; fields that a later program
    added are left out while they are as ever, so that digests of older values stay true.
    """
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if _is_record(value):
        body: dict[str, Json] = {TAG: type(value).__name__}
        kind: Any = type(value)
        added = _added(kind)
        for name in _names(kind):
            found = getattr(value, name)
            if name not in added or found != added[name]:
                body[name] = encode(found)
        return body
    raise ValueError(f"{type(value).__name__} cannot be kept")


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind)


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if f.compare)


@cache
def _added(cls: Any) -> dict[str, Any]:
    """What a later program added, with its defaults."""
    return {f.name: f.default for f in fields(cls) if f.metadata == ADDED}


def fingerprint(value: object) -> bytes:
    """The value as bytes that are equal if and only if the values are: for digests, not for reading.

    Five times as fast as JSON, and taken at every event.
    """
    return marshal.dumps(_flat(value), 2)  # version 2 marks no shared objects


def _flat(value: Any) -> Any:
    kind = type(value)
    if kind is int or kind is str or kind is bool or value is None:
        return value
    if kind is tuple:
        return [_flat(item) for item in value]
    getter = _GETTERS.get(kind) or _getter(kind)
    return getter(value)


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
        elif len(names) > 1:
            several = attrgetter(*names)
            getter = lambda value: (name, *map(_flat, several(value)))  # noqa: E731
        else:
            getter = lambda value: (name, *(_flat(getattr(value, each)) for each in names))  # noqa: E731
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

    def flat(value: Any) -> Any:
        news = [
            (each, _flat(found))
            for each, usual in added
            if (found := getattr(value, each)) != usual
        ]
        return (name, *(_flat(getattr(value, each)) for each in names), *news)

    return flat


def decode(kind: type[T], data: Json) -> T:
    """The value of this kind that `data` describes. Raises ValueError."""
    try:
        value = _reader(kind)(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return typing.cast("T", value)


_READERS: dict[Any, Reader] = {}


def _reader(kind: Any) -> Reader:
    reader = _READERS.get(kind)
    if reader is None:
        reader = _READERS[kind] = _new_reader(kind)
    return reader


def _new_reader(kind: Any) -> Reader:
    origin = typing.get_origin(kind)
    if origin is tuple:
        item = _reader(typing.get_args(kind)[0])
        return lambda data: tuple(item(each) for each in _list(data))
    if origin in (Union, types.UnionType):
        return _union(typing.get_args(kind))
    if isinstance(kind, typing.NewType):
        return _reader(kind.__supertype__)
    if kind in (int, str, bool):
        return _plain(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if _is_record(kind):
        return _object(kind)
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


def _union(kinds: tuple[Any, ...]) -> Reader:
    nullable = types.NoneType in kinds
    rest = tuple(kind for kind in kinds if kind is not types.NoneType)
    by_name: dict[str, Any] = {kind.__name__: kind for kind in rest if _is_record(kind)}

    def read(data: Json) -> Any:
        if data is None and nullable:
            return None
        if isinstance(data, dict) and by_name:
            return _reader(by_name[data[TAG]])(data)
        return _reader(rest[0])(data)

    return read


def _object(cls: Any) -> Reader:
    hints = typing.get_type_hints(cls)
    wanted: dict[str, tuple[Field[Any], Reader]] = {}

    def read(data: Json) -> Any:
        if not wanted:  # filled late, so that a kind may contain itself
            for each in fields(cls):
                if each.compare:
                    wanted[each.name] = (each, _reader(hints[each.name]))
        if data[TAG] != cls.__name__:
            raise TypeError(f"{cls.__name__} is wanted, not {data[TAG]}")
        unknown = data.keys() - wanted.keys() - {TAG}
        if unknown:
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        values = {}
        for name, (each, reader) in wanted.items():
            if name in data:
                values[name] = reader(data[name])
            elif each.default is MISSING and each.default_factory is MISSING:
                raise TypeError(f"{cls.__name__} lacks {name}")
        return cls(**values)

    return read
