"""Receipt encode, beside python-escpos alone."""

from __future__ import annotations

from bench.rows import Row, seconds_each
from drivers.printer.document import printed
from drivers.printer.escpos import encode as encode_receipt
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen


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
