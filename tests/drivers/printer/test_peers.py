"""A library that shares no code with the simulated printer writes, the paper is read."""

from __future__ import annotations

from escpos.printer import Dummy
from PIL import Image

from drivers.printer.commands import Reader, Unknown
from tests.drivers.printer.printing import paper, read


def written() -> bytes:
    """Looks, a QR code, two bar codes, one image in three ways, drawer and cut."""
    peer = Dummy()
    peer.charcode("CP1252")
    peer.set(align="center", bold=True, double_height=True, double_width=True)
    peer.text("Markt €\n")
    peer.set(align="left", bold=False, normal_textsize=True, underline=2)
    peer.text("Äpfel 1 kg\n")
    peer.set(align="center", underline=0)
    peer.qr("Hallo Käse", native=True, size=5)
    peer.text("\n\n")
    peer.barcode("4006381333931", "EAN13", 64, 3, "BELOW", "A")
    peer.text("\n\n")
    peer.barcode("{BHallo", "CODE128", function_type="B")
    peer.text("\n\n")
    image = Image.new("1", (64, 24), 255)
    image.paste(0, (8, 8, 24, 20))
    for way in ("bitImageRaster", "graphics", "bitImageColumn"):
        peer.image(image, impl=way, center=False)
    peer.cashdraw(2)
    peer.buzzer()
    peer.cut()
    output: bytes = peer.output
    return output


def test_a_receipt_of_another_library_is_understood() -> None:
    """Nothing is unknown, text and symbols are right, and an image is the same in three ways."""
    data = written()
    assert not [found for found in Reader().feed(data) if isinstance(found, Unknown)]
    sheet = paper(data)
    assert [line.strip() for line in sheet.text.splitlines() if line.strip()] == [
        "Markt €",
        "Äpfel 1 kg",
        "4006381333931",
        "Hallo",
    ]
    assert sorted(read(sheet)) == [
        ("Code 128", b"Hallo"),
        ("EAN-13", b"4006381333931"),
        ("QR Code", "Hallo Käse".encode()),
    ]
    images = [picture for row in sheet.rows for picture in row.pictures if picture.about == ""]
    assert [(picture.width, picture.height) for picture in images] == [(64, 24)] * 3
    assert len({picture.data for picture in images}) == 1
