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


def maker_of(kind: type, names: tuple[str, ...]) -> Callable[[list[Any]], Any]:
    """How to make values of a dataclass from those of some of its fields, in that order; the others
    have to have defaults."""
    draft = _draft(kind)
    others = [each for each in dataclasses.fields(kind) if each.name not in names]
    if draft is None or any(each.default is dataclasses.MISSING for each in others):
        return lambda values: kind(**dict(zip(names, values, strict=True)))
    known = {f"default_{each.name}": each.default for each in others}
    lines = [f"    new.{each.name} = default_{each.name}" for each in others]
    if names:
        lines.insert(0, f"    {''.join(f'new.{name}, ' for name in names)}= values")
    return _written("values", lines, kind, draft, known)


def _maker(kind: type) -> Maker:
    """How to copy values of this kind."""
    draft = _draft(kind)
    if draft is None:
        return _as_the_library
    names = [each.name for each in dataclasses.fields(kind)]
    lines = [f"    new.{name} = value.{name}" for name in names]
    lines += ["    for name, each in changes.items():", "        setattr(new, name, each)"]
    made = _written("value, changes", lines, kind, draft, {})

    def make(value: Any, changes: dict[str, Any]) -> Any:
        try:
            return made(value, changes)
        except AttributeError as error:
            raise TypeError(str(error)) from error

    return make


def _draft(kind: type) -> type | None:
    """A class of the same slots that can be written to; None for one whose values check themselves."""
    fields = dataclasses.fields(typing.cast("Any", kind))
    slots = {name for each in kind.__mro__ for name in getattr(each, "__slots__", ())}
    plain = all(each.init for each in fields) and not hasattr(kind, "__post_init__")
    if not plain or slots != {each.name for each in fields} or kind.__dictoffset__:
        return None
    own = {"__slots__": getattr(kind, "__slots__", ()), "__setattr__": object.__setattr__}
    return type(kind.__name__, kind.__bases__, own)


def _written(
    arguments: str, lines: list[str], kind: type, draft: type, known: dict[str, Any]
) -> Callable[..., Any]:
    """A function that fills a draft by these lines, and lets it become what it stands for."""
    body = ["    new = draft()", *lines, "    new.__class__ = kind", "    return new"]
    names: dict[str, Any] = {"draft": draft, "kind": kind, **known}
    code = "\n".join((f"def made({arguments}):", *body))
    exec(code, names)  # noqa: S102 - names of our own fields; as dataclasses makes its methods
    made: Callable[..., Any] = names["made"]
    return made


def _as_the_library(value: Any, changes: dict[str, Any]) -> Any:
    return dataclasses.replace(value, **changes)
