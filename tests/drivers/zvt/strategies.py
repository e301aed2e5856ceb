"""Messages and bytes for hypothesis, drawn from the tables of `messages` themselves."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from drivers.zvt.bitmaps import CONTAINER, LL
from drivers.zvt.fields import LENGTHS, Container, Encoding, Tag
from drivers.zvt.messages import (
    KINDS,
    REGISTRY,
    Completion,
    Message,
    Negative,
    Positive,
    PrintLine,
    Registration,
    SingleTotals,
    StatusInformation,
    Totals,
    Unknown,
)

READY_CODES = (0x00, 0x51, 0x62, 0x9C, 0xC2, 0xDC, 0xDF)
"""Status of chapter 10 that is no bitmap's number."""


def _tag(children: st.SearchStrategy[Tag]) -> st.SearchStrategy[Tag]:
    numbers = st.sampled_from((0x21, 0x24, 0x25, 0x2F, 0xE1, 0x3F01, 0x3F8122))
    return st.builds(Tag, numbers, st.lists(children, max_size=3).map(tuple))


tags = st.recursive(
    st.builds(Tag, st.sampled_from((0x07, 0x12, 0x41, 0x1F07, 0x1F8101)), st.binary(max_size=200)),
    _tag,
    max_leaves=6,
)
containers = st.lists(tags, max_size=4).map(lambda found: Container.of(*found))
digits = st.integers(0, 99).map(lambda value: bytes((value // 10 << 4 | value % 10,)))

SINGLE_TOTALS = StatusInformation.table.bitmaps[0x60][1]
_count = st.builds(Totals, st.integers(0, 255), st.integers(0, 10**12 - 1))
totals = st.builds(
    SingleTotals,
    st.integers(0, 9999),
    st.integers(0, 9999),
    st.lists(_count, min_size=len(KINDS), max_size=len(KINDS)).map(tuple),
    st.binary(max_size=20),
)


def contents(encoding: Encoding, rule: int) -> st.SearchStrategy[bytes]:
    """Bytes that this encoding reads; only digits for one that reads nothing else."""
    most = 99 if rule == LL else 300
    size = encoding.size or rule
    sizes = st.just(size) if size > 0 else st.integers(0, most)
    try:
        encoding.read(b"\xaa" * max(size, 1))
    except ValueError:
        return sizes.flatmap(lambda n: st.lists(digits, min_size=n, max_size=n).map(b"".join))
    return sizes.flatmap(lambda n: st.binary(min_size=n, max_size=n))


def _field(encoding: Encoding, rule: int) -> st.SearchStrategy[Any]:
    if encoding is SINGLE_TOTALS:
        return totals
    return containers if rule == CONTAINER else contents(encoding, rule).map(encoding.read)


_keys = st.binary(max_size=20).map(lambda data: b"1" + data)
_SHAPED: dict[type[Message], st.SearchStrategy[Message]] = {
    Positive: st.one_of(
        st.just(Positive()),
        st.builds(Positive, keys=_keys),
        st.builds(Positive, tlv=containers),
    ),
    Negative: st.builds(Negative, code=st.integers(0, 255), tail=st.binary(max_size=300)),
    PrintLine: st.builds(
        PrintLine,
        st.integers(0, 255),
        st.binary(max_size=300).map(lambda data: data.decode("cp437")),
    ),
}
"""Messages with parts that are neither leads nor bitmaps."""


@st.composite
def messages(draw: st.DrawFn, cls: type[Message]) -> Message:
    """Any message of this class that can be told from every other."""
    if cls in _SHAPED:
        return draw(_SHAPED[cls])
    values: dict[str, Any] = {}
    for name, encoding, required in cls.table.leads:
        if required or draw(st.booleans()):
            values[name] = draw(_field(encoding, 0))
    if values.get("currency") and cls is Registration:
        values["currency"] = draw(st.sampled_from((978, 756, 840, 826)))  # 03xx reads as a bitmap
    if cls is Completion and draw(st.booleans()):
        values["status"] = draw(st.sampled_from(READY_CODES))
        if draw(st.booleans()):
            values["version"] = draw(st.binary(max_size=300)).decode("cp437")
    complete = len([1 for name, _, _ in cls.table.leads if name in values])
    follows = complete == len(cls.table.leads) and (cls is not Completion or "status" in values)
    if cls.table.lead_first and not follows:
        return cls(**values)  # what may come behind the lead needs it
    for bmp, (name, encoding) in cls.table.bitmaps.items():
        if draw(st.booleans()):
            values[name] = draw(_field(encoding, LENGTHS[bmp]))
    if follows and draw(st.booleans()):
        unnamed = sorted(LENGTHS.keys() - cls.table.bitmaps.keys())
        values["extra"] = draw(st.lists(_unnamed(unnamed), max_size=3).map(tuple))
        values["tail"] = draw(st.binary(max_size=20).map(lambda data: b"\x99" + data))
    return cls(**values)


def _unnamed(known: list[int]) -> st.SearchStrategy[tuple[int, bytes]]:
    anything = Encoding(bytes, bytes)
    return st.sampled_from(known).flatmap(
        lambda bmp: st.tuples(
            st.just(bmp),
            st.just(b"") if LENGTHS[bmp] == CONTAINER else contents(anything, LENGTHS[bmp]),
        )
    )


unknown = st.builds(
    Unknown,
    code=st.integers(0, 0xFFFF).filter(lambda code: code not in REGISTRY and code >> 8 != 0x84),
    data=st.binary(max_size=300),
)
any_message = st.one_of(
    *(messages(cls) for cls in REGISTRY.values()),
    unknown,
)
controls = st.one_of(st.sampled_from(sorted(REGISTRY)), st.integers(0, 0xFFFF))
_pieces = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(sorted(LENGTHS)).map(lambda bmp: bytes((bmp,))),
    st.integers(0, 9).map(lambda digit: bytes((0xF0, 0xF0 | digit))),
    containers.filter(lambda each: len(each.raw) < 128).map(
        lambda each: bytes((6, len(each.raw))) + each.raw
    ),
    st.sampled_from(
        (b"\x06\x81", b"\x06\x82\x01", b"\x27\x00", b"\x04\0\0\0\0\x10\x10", b"\x06\x06")
    ),
)
near_zvt = st.lists(_pieces, max_size=12).map(b"".join)
"""Bytes that look like bitmaps more often than chance would have it."""
