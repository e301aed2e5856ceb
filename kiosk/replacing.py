"""`dataclasses.replace` for frozen values with slots, made for the machine: several times an event.

The library's own fills a frozen value by way of `object.__setattr__`, field by field: of a state with
many fields that takes longer than all that is decided. Here a class of the same slots that can be
written to is filled, and then becomes the other one, as the catalogue's articles do.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Maker = Callable[[Any, dict[str, Any]], Any]
_MAKERS: dict[type, Maker] = {}


def replace(value: T, /, **changes: Any) -> T:
    """A copy with some fields changed. Raises TypeError for a field there is not, as the library's."""
    kind = type(value)
    make = _MAKERS.get(kind)
    if make is None:
        make = _MAKERS[kind] = _maker(kind)
    changed: T = make(value, changes)
    return changed


def _maker(kind: type) -> Maker:
    """How to copy values of this kind. One that checks itself when it is made is left to the library."""
    fields = dataclasses.fields(typing.cast("Any", kind))
    names = [each.name for each in fields]
    plain = all(each.init for each in fields) and not hasattr(kind, "__post_init__")
    if not plain or tuple(names) != getattr(kind, "__slots__", ()):
        return _as_the_library
    draft = type(kind.__name__, (), {"__slots__": names})
    lines = [f"    new.{name} = value.{name}\n" for name in names]
    code = (
        "def make(value, changes):\n"
        "    new = draft()\n"
        f"{''.join(lines)}"
        "    for name, each in changes.items():\n"
        "        setattr(new, name, each)\n"
        "    new.__class__ = kind\n"
        "    return new\n"
    )
    known: dict[str, Any] = {"draft": draft, "kind": kind}
    exec(code, known)  # noqa: S102 - names of our own fields; as dataclasses makes its methods

    made = known["make"]

    def make(value: Any, changes: dict[str, Any]) -> Any:
        try:
            return made(value, changes)
        except AttributeError as error:
            raise TypeError(str(error)) from error

    return make


def _as_the_library(value: Any, changes: dict[str, Any]) -> Any:
    return dataclasses.replace(value, **changes)
