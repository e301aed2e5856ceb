"""The public door: who has a link sees the receipt; everybody else sees one and the same page.

No path, token or address is logged or counted; no cookie is set; nothing may be stored, framed,
indexed or sent on as a referrer. A link that never was, one that has run out and one that is not
even a link get the same bytes after the same look into the store.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from enum import Enum

from starlette.types import Receive, Scope, Send

from service.clock import Clock
from service.errors import SettingsError, StoreAway
from service.joining.front import BUSY, JoinFront
from service.joining.pages import STYLE_HASH as JOIN_STYLE_HASH
from service.receipts.callers import Callers
from service.receipts.page import (
    LATER,
    NOTHING_HERE,
    STYLE_HASH,
    opened,
    receipt_page,
    receipt_pdf,
)
from service.store.port import SealedReceipt
from service.store.shelf import Shelf
from service.telemetry import ViewMeters, tell_error, tell_store_away
from service.wire.ereceipt import TOKEN_BYTES, name_of, token_in, token_text, unseal
from service.wire.messages import Malformed

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "content-security-policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), "
        "payment=(), usb=()"
    ),
}
"""On every answer, also on those that the server gives by itself."""
JOINING_HEADERS = {
    **HEADERS,
    "content-security-policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}' '{JOIN_STYLE_HASH}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
}
"""The same where members join: there are buttons, which lead to this door alone."""
HTML, PDF, TEXT = "text/html; charset=utf-8", "application/pdf", "text/plain; charset=utf-8"
ROBOTS = b"User-agent: *\nDisallow: /\n"
AWAY_SECONDS = 30
AT_ONCE = 2
"""Receipts drawn at the same time: more would only wait for each other."""
_LINK = re.compile(rb"/b/([A-Za-z0-9_-]{22})(\.pdf)?")


class Outcome(Enum):
    """All that is counted of a request."""

    PAGE = "page"
    PDF = "pdf"
    NOTHING = "nothing"
    DAMAGED = "damaged"
    """It was there, and could not be shown."""
    ROBOTS = "robots"
    JOINING = "joining"
    """Of whatever came of it, `kiosk_joining` knows more."""
    TOO_OFTEN = "too_often"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and the few headers that differ."""

    outcome: Outcome
    status: int
    body: bytes
    kind: str = HTML
    more: tuple[tuple[str, str], ...] = ()


_NOTHING = Answer(Outcome.NOTHING, 404, NOTHING_HERE)
_DAMAGED = Answer(Outcome.DAMAGED, 404, NOTHING_HERE)


class Front:
    """An ASGI application."""

    def __init__(
        self,
        shelf: Shelf,
        clock: Clock,
        callers: Callers,
        meters: ViewMeters,
        joining: JoinFront | None = None,
    ) -> None:
        """`joining`: None where nobody joins."""
        self._joining = joining
        self._shelf = shelf
        self._clock = clock
        self._callers = callers
        self._meters = meters
        self._drawing = asyncio.Semaphore(AT_ONCE)
        self._nobody = secrets.token_bytes(TOKEN_BYTES)
        """Looked for where a path holds no token."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; what it asks in its body is never read."""
        del receive
        if scope["type"] != "http":
            return
        answer = await self._answer(scope)
        self._meters.views.labels(answer.outcome.value).inc()
        headers = [
            ("content-type", answer.kind),
            ("content-length", str(len(answer.body))),
            *answer.more,
        ]
        if _has_body(scope):  # it may be without end
            headers.append(("connection", "close"))
        start = {"type": "http.response.start", "status": answer.status}
        pairs = [(name.encode(), value.encode()) for name, value in headers]
        await send({**start, "headers": pairs})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope) -> Answer:
        wait = self._callers.wait(scope, self._clock.monotonic())
        if wait:
            return Answer(Outcome.TOO_OFTEN, 429, LATER, more=(("retry-after", str(wait)),))
        if self._joining and scope["method"] in ("GET", "HEAD", "POST"):
            page = await self._joined(self._joining, scope)
            if page:
                return page
        asked = scope["method"] in ("GET", "HEAD")
        path = scope["raw_path"] if asked else b""
        if path == b"/robots.txt":
            return Answer(Outcome.ROBOTS, 200, ROBOTS, TEXT)
        token, pdf = _token_of(path)
        try:
            now = self._clock.now_ms()
            found = await self._shelf.receipt(name_of(token or self._nobody), now)
        except StoreAway as error:
            tell_store_away(error)
            return Answer(Outcome.AWAY, 503, LATER, more=(("retry-after", str(AWAY_SECONDS)),))
        except SettingsError as error:  # the store is of another version now
            tell_error(error)
            return Answer(Outcome.AWAY, 503, LATER, more=(("retry-after", str(AWAY_SECONDS)),))
        if token is None or found is None:
            return _NOTHING
        async with self._drawing:
            return await asyncio.to_thread(_drawn, token, found, pdf=pdf)

    async def _joined(self, joining: JoinFront, scope: Scope) -> Answer | None:
        """None for an address that is about receipts, or about nothing."""
        try:
            page = await joining.answer(scope)
        except StoreAway as error:
            tell_store_away(error)
            return Answer(Outcome.AWAY, 503, LATER, more=(("retry-after", str(AWAY_SECONDS)),))
        if page is None:
            return None
        self._meters.joining.labels(page.seen.value).inc()
        if page is BUSY:
            return Answer(Outcome.JOINING, 503, LATER, more=(("retry-after", str(AWAY_SECONDS)),))
        return Answer(Outcome.JOINING, 200, page.body) if page.body else _NOTHING


def _token_of(path: bytes) -> tuple[bytes | None, bool]:
    """The token in a path, and whether the PDF is wanted."""
    match = _LINK.fullmatch(path)
    if match is None:
        return None, False
    try:
        return token_in(match[1].decode()), match[2] is not None
    except Malformed:
        return None, False


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


def _drawn(token: bytes, found: SealedReceipt, *, pdf: bool) -> Answer:
    try:
        receipt = opened(unseal(token, found.sealed))
        if pdf:
            named = f'attachment; filename="Bon-{receipt.number}.pdf"'
            more = (("content-disposition", named),)
            return Answer(Outcome.PDF, 200, receipt_pdf(receipt), PDF, more)
        page = receipt_page(receipt, token_text(token), found.expires)
        return Answer(Outcome.PAGE, 200, page.encode())
    except Exception as error:  # noqa: BLE001 - whatever a kiosk sealed, others are served
        tell_error(error)
        return _DAMAGED
