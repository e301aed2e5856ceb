"""A receipt by a link: sealed by a token that only the customer's screen shows, and nobody keeps."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, cast

from kiosk.ids import Handle
from kiosk.receipt import Receipt
from kiosk.receipt_record import write
from kiosk.vault import Vault, wipe
from service.wire.ereceipt import TOKEN_BYTES, Sealed, seal, token_text

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

Modules = tuple[bytes, ...]
"""Rows of a QR code, a byte a module, 1 is black."""


def offer(vault: Vault, base: str, receipt: Receipt) -> tuple[Sealed, Handle]:
    """The sealed receipt, and where in the vault the link to it lies. Raises Malformed: too large."""
    token = bytearray(secrets.token_bytes(TOKEN_BYTES))
    try:
        record = json.dumps(write(receipt), ensure_ascii=False, separators=(",", ":"))
        sealed = seal(token, record.encode())
        link = bytearray(f"{base}/b/{token_text(token)}", "ascii")
    finally:
        wipe(token)
    return sealed, vault.hold(link)


def modules(vault: Vault, handle: Handle) -> Modules | None:
    """The link as a code to draw; None if it is gone."""
    link = vault.lend(handle)
    if link is None:
        return None
    import zxingcpp  # only where something is drawn

    code = zxingcpp.create_barcode(bytes(link), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    seen = memoryview(cast("Buffer", code.to_image(scale=1, add_quiet_zones=False)))
    rows, columns = cast("tuple[int, int]", seen.shape)
    ink = bytes(seen).translate(bytes((1,)) + bytes(255))
    return tuple(ink[row * columns : (row + 1) * columns] for row in range(rows))
