"""A QR code as modules, for screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

Modules = tuple[bytes, ...]
"""Rows of a code, a byte a module, 1 is black."""


def qr(content: bytes) -> Modules:
    """At level M, without the white around it."""
    import zxingcpp  # only where something is drawn

    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    seen = memoryview(cast("Buffer", code.to_image(scale=1, add_quiet_zones=False)))
    rows, columns = cast("tuple[int, int]", seen.shape)
    ink = bytes(seen).translate(bytes((1,)) + bytes(255))
    return tuple(ink[row * columns : (row + 1) * columns] for row in range(rows))
