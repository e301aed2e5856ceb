"""Links as codes on the screen, which nobody keeps: to a receipt, sealed by its token, and to join."""

from __future__ import annotations

import json
import secrets

from kiosk.ids import Handle
from kiosk.lookup.session import Session
from kiosk.matrix import Modules, qr
from kiosk.receipt import Receipt
from kiosk.receipt_record import write
from kiosk.vault import Vault, wipe
from service.wire.ereceipt import TOKEN_BYTES, Sealed, seal, token_text
from service.wire.invitation import make


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


def invitation(vault: Vault, base: str, session: Session) -> Handle:
    """Where in the vault a link lies by which one person may join. Raises Unavailable.

    Signed here, so that it needs no answer of the service to be shown.
    """
    identity = session.identity
    text = make(identity.kiosk, session.now(), identity.keys.tenant, identity.signing)
    return vault.hold(bytearray(f"{base}/j/{text}", "ascii"))


def modules(vault: Vault, handle: Handle) -> Modules | None:
    """The link as a code to draw; None if it is gone."""
    link = vault.lend(handle)
    return None if link is None else qr(bytes(link))
