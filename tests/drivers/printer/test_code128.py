"""Code 128 with the host's choice of code sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.code128 import Unprintable, bars, gs1
from tests.drivers.printer.printing import linear, paper, read


@pytest.mark.parametrize(
    ("data", "read_as"),
    [
        (b"{BHallo", b"Hallo"),
        (b"{C\x0c\x22\x63", b"123499"),
        (b"{AAB\x01\x1f", b"AB\x01\x1f"),
        (b"{BAb{C\x0c\x22{BCd", b"Ab1234Cd"),
        (b"{B{{x", b"{x"),
        (b"{Ba{S\x0db", b"a\rb"),
        (b"{B{1011", b"011"),
    ],
)
def test_a_camera_reads_what_the_host_said(data: bytes, read_as: bytes) -> None:
    """Sets, changes, one shifted character, braces and FNC 1."""
    assert read(paper(b"\n\x1ba\x01" + linear(73, data) + b"\n\n")) == [("Code 128", read_as)]


@given(st.binary(min_size=1, max_size=12).map(lambda data: bytes(byte & 0x7F for byte in data)))
def test_every_character_has_its_bars(data: bytes) -> None:
    """All of ASCII, in set B or shifted from it; a symbol is 11 modules a character."""
    said = b"".join(
        b"{S" + bytes((byte,)) if byte < 0x20 else b"{{" if byte == 0x7B else bytes((byte,))
        for byte in data
    )
    modules = bars(b"{B" + said)
    shifts = sum(byte < 0x20 for byte in data)
    assert len(modules) == 11 * (len(data) + shifts + 2) + 13
    assert modules.startswith("11010010000")


@pytest.mark.parametrize(
    "data", [b"Hallo", b"{DA", b"{", b"", b"{Aab", b"{Bf\x80", b"{C\x64", b"{C{2"]
)
def test_what_no_set_has_is_not_printed(data: bytes) -> None:
    """As a printer: no symbol at all instead of a wrong one."""
    with pytest.raises(Unprintable):
        bars(data)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        (b"(01)00614141999996(10)ABC(21)9", b"{B{1010061414199999610ABC{1219"),
        (b"(10)ABC", b"{B{110ABC"),
        (b"0112345678901231", b"{B{10112345678901231"),
        (b"{C\x01", b"{C\x01"),
    ],
)
def test_separators_stand_behind_elements_of_free_length(elements: bytes, said: bytes) -> None:
    """GS1: not behind those of fixed length, nor at the end."""
    assert gs1(elements) == said
