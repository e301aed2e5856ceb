"""Frozen values to plain JSON values and back, driven by their annotations.

A dataclass becomes an object; where an annotation allows several classes the object says which
(`"": "CardApproved"`). Fields marked `compare=False` are not part of the value and are left out.
Unknown fields, missing fields and wrong kinds raise ValueError: a journal is never read by guess.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

from kiosk.replacing import maker_of

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
    if is_record(value):
        body: dict[str, Json] = {TAG: type(value).__name__}
        kind: Any = type(value)
        added = added_of(kind)
        for name in _every_name(kind) if whole else names_of(kind):
            found = getattr(value, name)
            if name not in added or found != added[name]:
                body[name] = encode(found, whole=whole)
        return body
    raise ValueError(f"{type(value).__name__} cannot be kept")


def is_record(kind: Any) -> bool:
    """Whether it is kept by its fields."""
    return is_dataclass(kind)


@cache
def names_of(cls: Any) -> tuple[str, ...]:
    """The fields that are part of the value."""
    return tuple(f.name for f in fields(cls) if f.compare)


@cache
def _every_name(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


@cache
def added_of(cls: Any) -> dict[str, Any]:
    """What a later program added, with its defaults."""
    return {f.name: f.default for f in fields(cls) if f.metadata == ADDED}


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
    if is_record(kind):
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
    by_name: dict[str, Any] = {kind.__name__: kind for kind in rest if is_record(kind)}

    def read(data: Json) -> Any:
        if data is None and nullable:
            return None
        if isinstance(data, dict) and by_name:
            return _reader(by_name[data[TAG]], whole)(data)
        return _reader(rest[0], whole)(data)

    return read


_ABSENT: Any = object()


def _object(cls: Any, whole: bool) -> Reader:
    hints = typing.get_type_hints(cls)
    wanted = tuple(each for each in fields(cls) if each.compare or whole)
    title = cls.__name__
    make = maker_of(cls, tuple(each.name for each in wanted))
    steps: list[tuple[str, Any, Reader, Any]] = []

    def read(data: Json) -> Any:
        if not steps:  # filled late, so that a kind may contain itself
            steps.extend(_step(each, hints[each.name], whole) for each in wanted)
        if data[TAG] != title:
            raise TypeError(f"{title} is wanted, not {data[TAG]}")
        values, absent = [], 0
        for name, kind, reader, default in steps:
            found = data.get(name, _ABSENT)
            if found is _ABSENT:
                if default is _ABSENT:
                    raise TypeError(f"{title} lacks {name}")
                found = default
                absent += 1
            elif type(found) is not kind:  # what is just of its kind needs no reader: so are most
                found = reader(found)
            values.append(found)
        if len(data) + absent != len(wanted) + 1:
            unknown = data.keys() - {each.name for each in wanted} - {TAG}
            raise TypeError(f"{title} has no {', '.join(sorted(unknown))}")
        return make(values)

    return read


def _step(each: Field[Any], kind: Any, whole: bool) -> tuple[str, Any, Reader, Any]:
    """Name, kind, reader and default of a field. Frozen values share their defaults."""
    made = each.default_factory
    default = _ABSENT if each.default is MISSING else each.default
    if made is not MISSING:
        default = made()
    return each.name, kind, _reader(kind, whole), default
