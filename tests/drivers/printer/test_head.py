"""Commands, one by one."""

from __future__ import annotations

import pytest

from drivers.printer.commands import Command
from drivers.printer.head import ACTS, Head
from drivers.printer.sheet import Look
from tests.drivers.printer.printing import block, paper


@pytest.mark.parametrize(
    ("command", "look"),
    [
        (b"\x1b!\xb9", Look(wide=2, high=2, bold=True, small=True, underline=1)),
        (b"\x1d!\x12", Look(wide=2, high=3)),
        (b"\x1bE\x01", Look(bold=True)),
        (b"\x1bG\x01", Look(bold=True)),
        (b"\x1bM\x01", Look(small=True)),
        (b"\x1b-\x02", Look(underline=2)),
        (b"\x1b-2", Look(underline=2)),
        (b"\x1dB\x01", Look(reverse=True)),
        (b"\x1bV\x01", Look(rotated=True)),
        (b"\x1bE\x01\x1b@", Look()),
        (b"\x1b-\x07", Look()),
    ],
)
def test_characters_look_as_told(command: bytes, look: Look) -> None:
    """ESC ! E G M - V and GS ! B."""
    (row,) = paper(command + b"A\n").rows
    assert row.glyphs[0].style == look


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (b"\x1b \x06AB\n", [0, 18]),
        (b"\x1dL\x20\x00A\n", [32]),
        (b"\x1bD\x04\x0a\x00A\tB\tC\tD\n", [0, 48, 120, 132]),
        (b"\x1b$\x10\x00A\x1b\\\xf4\xffB\n", [16, 16]),
        (b"\x1dP\x65\x65\x1b$\x10\x00A\n", [32]),
        (b"\x1dW\x60\x00\x1ba\x02A\n", [84]),
        (b"\x1ba\x01\x1dL\x40\x00A\n", [64 + 250]),
    ],
)
def test_places_are_dots_from_the_margin(data: bytes, places: list[int]) -> None:
    """ESC SP D $ backslash a, GS L W P and HT."""
    (row,) = paper(data).rows
    assert [glyph.x for glyph in row.glyphs] == places


def test_paper_moves_as_told() -> None:
    """ESC J, ESC d, ESC 2 and ESC 3."""
    sheet = paper(b"A\x1bJ\x50\x1b3\x32B\n\x1b2C\n\x1bd\x02D\n")
    assert [row.height for row in sheet.rows] == [80, 50, 30, 30, 30, 30]


@pytest.mark.parametrize("carriage_return", [b"A\rB\n", b"A\x1dT\x31B\n"])
def test_a_line_may_begin_anew(carriage_return: bytes) -> None:
    """CR does nothing without automatic feed; GS T 1 prints what stands there."""
    text = paper(carriage_return).text
    assert text == ("AB\n" if b"\r" in carriage_return else "A\nB\n")


def test_images_are_kept_by_number() -> None:
    """FS q and FS p survive ESC @; GS * and GS / do not; GS ( L is printed once."""
    defined = b"\x1cq\x01\x01\x00\x01\x00" + b"\x80" * 8
    (kept,) = paper(defined + b"\x1b@\x1cp\x01\x03").rows
    assert (kept.pictures[0].width, kept.pictures[0].height) == (16, 16)
    download = b"\x1d*\x01\x01" + b"\x01" * 8
    assert paper(download + b"\x1d/\x00A\n").rows[0].pictures[0].data == bytes(7) + b"\xff"
    assert not paper(download + b"\x1b@\x1d/\x00A\n").rows[0].pictures
    stored = block(b"L", b"\x30\x70\x30\x01\x01\x31\x08\x00\x01\x00\xff")
    printed = block(b"L", b"\x30\x32")
    assert [bool(row.pictures) for row in paper(stored + printed + printed + b"A\n").rows] == [
        True,
        False,
    ]
    assert (
        paper(
            block(b"L", b"\x30\x53\x30ab\x01\x08\x00\x01\x00\x31\xff")
            + block(b"L", b"\x30\x55ab\x02\x01")
        )
        .rows[0]
        .pictures[0]
        .width
        == 16
    )


def test_the_long_form_holds_larger_images() -> None:
    """GS 8 L with four bytes of length."""
    body = b"\x30\x70\x30\x01\x01\x31\x08\x00\x02\x00\xff\x81"
    said = b"\x1d8L" + len(body).to_bytes(4, "little") + body + block(b"L", b"\x30\x02")
    assert paper(said).rows[0].pictures[0].data == b"\xff\x81"


def test_what_leaves_no_trace_on_paper_is_told() -> None:
    """Feeding backwards and characters of one's own."""
    head = Head(576)
    for code in (b"\x1bK", b"\x1b&"):
        head.rows_for(Command(code, b"\x01"))
    assert len(head.remarks()) == 2
    assert head.remarks() == []


def test_every_act_stands_for_a_command() -> None:
    """One or two bytes, the first a control character."""
    assert all(len(code) <= 2 and code[0] < 0x20 for code in ACTS)
