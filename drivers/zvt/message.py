"""What a ZVT message is: a class with a table of its fields, found by its control field.

What a message does not name is kept as it came: known bitmaps in `extra`, anything after an unknown one
in `tail`, and the order of all in `order`. So whatever was decoded encodes to the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform, get_type_hints

from drivers.zvt.fields import LENGTHS, Container, Encoding, bcd, bitmap_writer, read_container


@dataclass(frozen=True, slots=True)
class At:
    """Field behind bitmap `bmp`."""

    bmp: int
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Lead:
    """Field before the bitmaps, at a fixed place. One that may be missing has a default."""

    encoding: Encoding


@dataclass(frozen=True, kw_only=True)
class Message:
    """One APDU's meaning. Its repr leaves out what may be somebody's: a repr gets into logs."""

    control: ClassVar[int]
    table: ClassVar[Table]
    extra: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    order: tuple[int, ...] = field(default=(), compare=False)
    tail: bytes = field(default=b"", repr=False)


Reader = tuple[int, str, Callable[[bytes], Any] | None]
"""Length rule, field's name, and what reads its content; None where no field names it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A message's fields as decode and encode want them."""

    leads: tuple[tuple[str, Encoding, bool], ...]
    bitmaps: dict[int, tuple[str, Encoding]]
    """By bitmap: the field's name and encoding."""
    readers: dict[int, Reader]
    """By every known bitmap: how it is read."""
    writers: tuple[Callable[[Any], bytes], ...]
    """For each of `bitmaps`: its bytes with id and length."""
    values: Callable[[Message], tuple[Any, ...]]
    """What stands in the bitmaps' fields, in the table's order."""
    lead_first: bool
    """A byte where an optional lead may stand is that lead, even if it could be a bitmap."""


M = TypeVar("M", bound=Message)
REGISTRY: dict[int, type[Message]] = {}
CONTAINER_ENCODING = Encoding(read_container, lambda container: container.raw)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def message(control: int, *, lead_first: bool = False) -> Callable[[type[M]], type[M]]:
    """Make a class the message of this control field (class and instruction byte)."""

    def register(cls: type[M]) -> type[M]:
        made = dataclass(frozen=True)(cls)
        made.control = control
        made.table = _table(made, lead_first=lead_first)
        REGISTRY[control] = made
        return made

    return register


def _table(cls: type[Message], *, lead_first: bool) -> Table:
    hints = get_type_hints(cls, include_extras=True)
    leads = []
    bitmaps = {}
    for each in fields(cls):
        for note in getattr(hints[each.name], "__metadata__", ()):
            if isinstance(note, Lead):
                leads.append((each.name, note.encoding, each.default is MISSING))
            else:
                bitmaps[note.bmp] = (each.name, note.encoding)
    return Table(
        leads=tuple(leads),
        bitmaps=bitmaps,
        readers={bmp: _reader(bmp, bitmaps) for bmp in LENGTHS},
        writers=tuple(bitmap_writer(bmp, encoding) for bmp, (_, encoding) in bitmaps.items()),
        values=_getter([name for name, _ in bitmaps.values()]),
        lead_first=lead_first,
    )


def _reader(bmp: int, bitmaps: dict[int, tuple[str, Encoding]]) -> Reader:
    if bmp not in bitmaps:
        return LENGTHS[bmp], "", None
    name, encoding = bitmaps[bmp]
    return LENGTHS[bmp], name, encoding.read


def _getter(names: list[str]) -> Callable[[Message], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(getattr(message, name) for name in names)


Tlv = Annotated[Container | None, At(0x06, CONTAINER_ENCODING)]
Password = Annotated[int, Lead(bcd(3))]


@dataclass(frozen=True)
class Unknown(Message):
    """A control field no table names, kept whole."""

    code: int = 0
    data: bytes = field(default=b"", repr=False)
