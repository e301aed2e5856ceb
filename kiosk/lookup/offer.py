"""A receipt by a link: sealed by a token that only the customer's screen shows, and nobody keeps."""

from __future__ import annotations

import json
import secrets

from kiosk.ids import Handle
from kiosk.matrix import Modules, qr
from kiosk.receipt import Receipt
from kiosk.receipt_record import write
from kiosk.vault import Vault, wipe
from service.wire.ereceipt import TOKEN_BYTES, Sealed, seal, token_text


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
    return None if link is None else qr(bytes(link))
