"""Slips from lines and blocks: joined, styled, and told apart; those to be signed are noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.zvt.charsets import CP437, LATIN_1, UTF_8
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import PrintLine, PrintTextBlock
from drivers.zvt.receipts import part_of
from kiosk.receipt import Slip, joined


def block(*tags: Tag, kind: bytes | None = None, flags: int | None = None) -> PrintTextBlock:
    """06 D3 with its receipt type (1F07) and receipt information (1F37)."""
    head = [Tag(0x1F07, kind)] if kind is not None else []
    head += [Tag(0x1F37, bytes((flags,)))] if flags is not None else []
    return PrintTextBlock(tlv=Container.of(*head, Tag(0x25, tags)))


def text(data: bytes) -> Tag:
    return Tag(0x07, data)


def attribute(value: int) -> Tag:
    return Tag(0x09, bytes((value,)))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(b"\x01", "merchant"), (b"\x02", "customer"), (b"\x03", "admin"), (b"\x09", "")],
)
def test_a_block_knows_for_whom_it_is(kind: bytes, expected: str) -> None:
    """Tag 1F07; one of another number tells nothing, and goes to the customer."""
    part = part_of(block(attribute(0x40), text(b"Total"), text(b""), kind=kind))
    assert (part.kind, part.lines, part.styles) == (expected, ("Total", ""), ("centre", "centre"))
    assert not part.ended
    assert part.for_customer == (expected in ("customer", ""))


def test_what_tells_nothing_is_an_empty_part() -> None:
    """A block without its container, and one without lines."""
    assert part_of(PrintTextBlock()) == Slip("", (), ended=False)
    assert part_of(block()) == Slip("", (), ended=False)
    assert part_of(PrintTextBlock(tlv=Container.of(Tag(0x25, ()), Tag(0x1F37, b"")))).lines == ()


@pytest.mark.parametrize(
    ("value", "line", "style", "ended"),
    [
        (0x00, "Summe", "", False),
        (0x03, "   Summe", "", False),
        (0x43, "Summe", "centre", False),
        (0x20, "Summe", "wide", False),
        (0x10, "Summe", "tall", False),
        (0x70, "Summe", "centre wide tall", False),
        (0x80, "Summe", "", False),
        (0x81, "Summe", "", True),
        (0xC0, "Summe", "centre", True),
    ],
)
def test_attributes_of_a_line(value: int, line: str, style: str, ended: bool) -> None:
    """Table 16: style bits, indent, and the last line, which 80 is not."""
    part = part_of(PrintLine(value, "Summe  "))
    assert (part.lines, part.styles) == ((line,), (style,) if style else ())
    assert part.ended is ended
    same = part_of(block(attribute(value), text(b"Summe")))
    assert same.lines == part.lines


@pytest.mark.parametrize(("count", "lines"), [("\x03", 3), ("", 1), ("\xff", 20)])
def test_feeds_are_empty_lines(count: str, lines: int) -> None:
    """FF and a number of them, bounded; in a block one."""
    assert part_of(PrintLine(0xFF, count)).lines == ("",) * lines
    assert part_of(block(text(b"A"), attribute(0xFF), text(b"B"))).lines == ("A", "", "B")


def test_a_receipt_of_blocks_is_joined() -> None:
    """Several APDUs until one ends with 1xxxxxxx; the next slip is another."""
    slips: tuple[Slip, ...] = ()
    for message in (
        block(attribute(0x40), text(b"Kundenbeleg"), kind=b"\x02"),
        block(text(b"Betrag"), kind=b"\x02"),
        block(text(b"Danke"), attribute(0x81), kind=b"\x02"),
        block(text(b"H"), attribute(0x81), kind=b"\x01"),
    ):
        slips = joined(slips, part_of(message))
    assert slips[0] == Slip(
        "customer", ("Kundenbeleg", "Betrag", "Danke"), ("centre", "", ""), ended=True
    )
    assert slips[1].kind == "merchant"


def test_lines_are_joined_and_name_themselves() -> None:
    """06 D1 has no receipt type: what the slip calls itself tells, wherever it says it."""
    slips: tuple[Slip, ...] = ()
    for value, line in (
        (0x00, "ACME"),
        (0x40, "- Haendlerbeleg -"),
        (0x81, ""),
        (0x00, "ACME"),
        (0x40, "Kunden-Beleg"),
        (0x81, ""),
    ):
        slips = joined(slips, part_of(PrintLine(value, line)))
    assert [each.kind for each in slips] == ["merchant", "customer"]
    assert slips[0].lines == ("ACME", "- Haendlerbeleg -", "")
    assert slips[0].styles == ("", "centre", "")


def test_another_kind_begins_another_slip() -> None:
    """A terminal that forgot to end the one before mixes nothing up."""
    slips = joined((), part_of(block(text(b"H"), kind=b"\x01")))
    slips = joined(slips, part_of(block(text(b"K"), kind=b"\x02")))
    assert [each.lines for each in slips] == [("H",), ("K",)]


@pytest.mark.parametrize(
    ("message", "signs"),
    [
        (block(text(b"Unterschrift:"), kind=b"\x01"), True),
        (block(text(b"Keine Unterschrift erforderlich")), False),
        (block(text(b"no signature required")), False),
        (block(text(b"X"), flags=0x03), True),
        (block(text(b"X"), flags=0x81), False),
        (block(text(b"X"), flags=0x06), False),
        (PrintLine(0, "Signature ____________"), True),
        (PrintLine(0, "Zahlung ohne Unterschrift"), False),
        (PrintLine(0, "Unterschrift"), True),
        (PrintLine(0, "Unterschrift Karteninhaber: ......"), True),
        (PrintLine(0, "Cardholder Signature"), True),
        (PrintLine(0, "X______________"), True),
        (PrintLine(0, "  X _ _ _"), False),
        (PrintLine(0, "X"), False),
        (PrintLine(0, "PIN statt Unterschrift"), False),
        (PrintLine(0, "Unterschrift entfällt"), False),
        (PrintLine(0, "Unterschriftsfreie Zahlung"), False),
        (PrintLine(0, "TSE-Signature: abc"), False),
        (PrintLine(0, "TSE-Signature:"), False),
        (PrintLine(0, "Unterschrift ist"), False),
        (block(text(b"Unterschrift ist"), text(b"nicht erforderlich")), False),
        (block(text(b"Unterschrift"), text(b"nicht erforderlich")), False),
        (block(text(b"Unterschrift"), text(b"Bitte nicht knicken")), True),
        (block(text(b"Unterschrift: ____"), flags=0x01), False),
        (block(text(b"Unterschrift: ____"), flags=0x02), False),
        (block(text(b"PIN statt Unterschrift"), flags=0x03), True),
    ],
)
def test_a_field_to_sign_in_is_noticed(message: PrintLine | PrintTextBlock, signs: bool) -> None:
    """By the flags of a positive receipt (1F37) alone; where there are none, by a line to sign on."""
    assert part_of(message).signature is signs


@pytest.mark.parametrize("agreed", [CP437, LATIN_1, UTF_8])
@pytest.mark.parametrize("written", ["cp437", "latin-1", "utf-8"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Händlerbeleg", "merchant"),
        ("** HÄNDLER-BELEG **", "merchant"),
        ("Haendler Beleg", "merchant"),
        ("Beleg für Händler", "merchant"),
        ("Beleg fuer den Haendler", "merchant"),
        ("KUNDENBELEG", "customer"),
        ("Kunden-Beleg", "customer"),
        ("Beleg für Kunden", "customer"),
        ("Beleg für den Kunden", "customer"),
        ("Danke, Ihr Fachhändler", ""),
        ("Bitte Beleg aufbewahren", ""),
    ],
)
def test_a_slip_says_for_whom_it_is(line: str, kind: str, written: str, agreed: int) -> None:
    """In lines nothing else does, and some terminals write in another character set than agreed."""
    assert part_of(PrintLine(0, line.encode(written).decode("cp437")), agreed).kind == kind


@pytest.mark.parametrize("kind", [b"\x01", b"\x03", b"\x09", None])
def test_numbers_on_slips_for_others_are_masked(kind: bytes | None) -> None:
    """Merchants' slips name cards and accounts, and are journalled; a line may not tell whose it is."""
    line = "PAN 6725901234567890123  IBAN DE89370400440532013000"
    masked = "PAN ***************0123  IBAN ******************3000"
    assert part_of(block(text(line.encode()), kind=kind)).lines == (masked,)
    assert part_of(PrintLine(0, line)).lines == (masked,)


def test_a_customers_slip_stays_as_it_is() -> None:
    """The terminal has masked there what must be, and the rest is the customer's."""
    line = "VU-Nr. 455600012345"
    assert part_of(block(text(line.encode()), kind=b"\x02")).lines == (line,)
    assert part_of(PrintLine(0, f"Kundenbeleg {line}")).lines == (f"Kundenbeleg {line}",)


def test_texts_are_read_in_the_agreed_character_set() -> None:
    """CP437 unless the registration agreed on another."""
    assert part_of(PrintLine(0, "Gr\u207fn"), LATIN_1).lines == ("Grün",)
    assert part_of(block(text("Grün €".encode())), UTF_8).lines == ("Grün €",)


def test_a_container_behind_a_line_is_no_text() -> None:
    """Some terminals append one; a mere control character stays, unseen."""
    container = b"\x06\x04\x1f\x07\x01\x02"
    assert part_of(PrintLine(0, "Summe" + container.decode("cp437"))).lines == ("Summe",)
    assert part_of(PrintLine(0, "A\x06B")).lines == ("AB",)


@given(st.binary(max_size=80), st.integers(0, 255))
def test_hostile_lines_raise_nothing(data: bytes, value: int) -> None:
    """And bring no control character into a slip."""
    for line in part_of(PrintLine(value, data.decode("cp437"))).lines:
        assert line.isprintable()


@given(st.lists(st.tuples(st.sampled_from((0x07, 0x09, 0xE3)), st.binary(max_size=20)), max_size=8))
def test_hostile_blocks_raise_nothing(tags: list[tuple[int, bytes]]) -> None:
    """Any tags in any order."""
    for line in part_of(block(*(Tag(*each) for each in tags))).lines:
        assert line.isprintable()
