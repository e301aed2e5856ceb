"""ZVT decode and encode, receipt encode (beside python-escpos alone)."""

from __future__ import annotations

from bench.rows import Row, seconds_each
from drivers.printer.document import printed
from drivers.printer.escpos import encode as encode_receipt
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.zvt.codec import decode, encode
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import StatusInformation


def status_information() -> StatusInformation:
    """An approval as terminals send it, with a container: about 230 bytes."""
    texts = tuple(Tag(0x07, f"Zeile {number} des Belegs".encode()) for number in range(3))
    tlv = Container.of(
        Tag(0x2F, (Tag(0x1F10, b"\x00\x00\x01"), Tag(0x1F12, b"\x02"))),
        Tag(0x43, bytes.fromhex("A0000003591010028001")),
        Tag(0x44, b"girocard"),
        Tag(0x24, texts),
    )
    return StatusInformation(
        result=0,
        amount=1010,
        currency=978,
        trace=123,
        time=120102,
        date=1121,
        expiry="2912",
        card_sequence=1,
        payment_type=0x70,
        card_number="6725eeeeeeeee4711f",
        terminal_id=52001234,
        merchant_id="455600054321   ",
        authorisation=b"123456\0\0",
        additional_text="Zahlung erfolgt",
        receipt=77,
        turnover=123,
        card_type=5,
        card_name="girocard\0",
        tlv=tlv,
    )


def zvt() -> list[Row]:
    """Messages a second, both ways."""
    message = status_information()
    control, data = encode(message)
    decoded = 1 / seconds_each(lambda: decode(control, data), 3000)
    encoded = 1 / seconds_each(lambda: encode(message), 3000)
    name = f"status information of {len(data)} bytes"
    return [
        Row("zvt", f"decode, {name}", decoded, "1/s", 20_000, "higher"),
        Row("zvt", f"encode, {name}", encoded, "1/s", 40_000, "higher"),
    ]


def receipts() -> list[Row]:
    """Layout and encoding of 30 articles; the peer writes the same lines with its own calls."""
    from escpos.printer import Dummy  # the peer: its import is not part of the number

    receipt = specimen(30)
    lines = list(printed(lay_out(receipt)))

    def peer() -> bytes:
        printer = Dummy()
        printer.hw("INIT")
        printer.charcode("CP1252")
        for line in lines:
            printer.set_with_default(bold=False)
            printer.text(f"{line.text}\n")
        printer.cut()
        return bytes(printer.output)

    doc = lay_out(receipt)
    ours = seconds_each(lambda: encode_receipt(doc), 100) * 1000
    whole = seconds_each(lambda: encode_receipt(lay_out(receipt)), 100) * 1000
    theirs = seconds_each(peer, 30) * 1000
    size = float(len(encode_receipt(lay_out(receipt)).data))
    theirs_size = float(len(peer()))
    name, alone = "30 articles with slip", "python-escpos"
    return [
        Row("receipts", f"encode, {name}", ours, "ms", 1.5, "lower", alone, theirs),
        Row("receipts", f"layout and encode, {name}", whole, "ms", 1.5, "lower"),
        Row("receipts", f"size, {name}", size, "bytes", 4000, "lower", alone, theirs_size),
    ]
