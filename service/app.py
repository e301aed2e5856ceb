"""The doors: which bytes go where. One for kiosks, one for those who want to become one, one inside."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from cryptography import x509
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service import authority
from service.catalogues import Catalogues
from service.enrol import Office
from service.errors import Reason, Refusal, StoreAway
from service.keys import DAY
from service.limits import Limiter
from service.lookup import Desk
from service.store.port import Kept, KioskRow, SealedReceipt, Store
from service.telemetry import Meters, tell, tell_error, tell_store_away
from service.wire.envelope import ANSWER_BYTES, BATCH_BYTES
from service.wire.ereceipt import BLOCK, NAME_BYTES, SEALED_MOST

SEALED = "application/octet-stream"
JSON_MOST = 32_768
AWAY_SECONDS = 5
PROBLEM = "application/problem+json"


class TooLarge(Exception):
    """A body of more bytes than any message has."""


def header(scope: Scope, name: bytes) -> bytes:
    """A header's value; empty if there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


async def body_of(scope: Scope, receive: Receive, most: int) -> bytes:
    """The body; what is longer is not read to its end. Raises TooLarge, or ClientDisconnect."""
    size = header(scope, b"content-length")
    if size.isdigit() and int(size) > most:
        raise TooLarge
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge
        more = message.get("more_body", False)
    return body


class Hot:
    """An endpoint of raw ASGI: Starlette routes to it, and adds nothing of its own to a request."""

    def __init__(self, ask: Callable[[Scope, Receive], Awaitable[bytes | Response]]) -> None:
        self._ask = ask

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._ask(scope, receive)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
        else:
            # All answers of one commit are sealed before the first leaves: whoever is woken for it
            # finds the others there, and each wake is dearer than sealing.
            await asyncio.sleep(0)
            await send(_ANSWERED)
            await send({"type": "http.response.body", "body": answer})


_ANSWERED = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-length", b"%d" % ANSWER_BYTES), (b"content-type", SEALED.encode())],
}


class Doors:
    """Answers over HTTP. All refusals look alike: a status and nothing else."""

    def __init__(self, desk: Desk, office: Office, store: Store, meters: Meters) -> None:
        self._desk = desk
        self._office = office
        self._store = store
        self._meters = meters
        self._renewals = Limiter(per_minute=1, burst=10)
        settings = office.settings
        self._receipts = Limiter(settings.receipts_per_minute, settings.receipts_burst)
        self._pieces = Limiter(settings.pieces_per_minute, settings.pieces_burst)
        self._catalogues = Catalogues(settings.folder)
        self.stopping = False

    def kiosks(self) -> Starlette:
        """For kiosks with a certificate."""
        return _app(
            Route("/v1/lookup", hot := Hot(self.lookup), methods=["POST"]),
            Route("/v1/renew", self.renew, methods=["POST"]),
            Route("/v1/key-set", self.key_set, methods=["GET"]),
            Route("/v1/receipts/{name}", self.receipt, methods=["PUT"]),
            Route("/v1/catalogue", self.catalogue, methods=["GET"]),
            Route("/v1/catalogue/{sha256}/{number}", self.piece, methods=["GET"]),
            hot={("POST", "/v1/lookup"): hot},
        )

    def enrolment(self) -> Starlette:
        """For kiosks with a code."""
        return _app(
            Route("/v1/root", self.root, methods=["GET"]),
            Route("/v1/enrol", self.enrol, methods=["POST"]),
        )

    def operations(self) -> Starlette:
        """For operators of this machine."""
        return _app(
            Route("/health", self.health, methods=["GET"]),
            Route("/ready", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        )

    async def lookup(self, scope: Scope, receive: Receive) -> bytes | Response:
        """POST: one sealed request, one sealed answer."""
        start = time.perf_counter()
        if header(scope, b"content-type") != SEALED.encode():
            return Response(status_code=415)
        try:
            sealed = await body_of(scope, receive, BATCH_BYTES)
            answer = await self._desk.answer(sealed, scope["state"]["peer"])
        except TooLarge:
            return self._refused(Refusal(Reason.SIZE, 413))
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)
        except ClientDisconnect:
            return Response(status_code=400)
        self._meters.seconds.observe(time.perf_counter() - start)
        return answer

    async def renew(self, request: Request) -> Response:
        """POST: a new certificate for the one shown."""
        peer = request.state.certificate
        try:
            body = await self._json(request)
            if peer is None:
                raise Refusal(Reason.NO_PEER, 403)
            if self._renewals.wait(request.state.peer, time.monotonic()):
                raise Refusal(Reason.TOO_OFTEN, 429)
            return _json(await self._office.renew(body, x509.load_der_x509_certificate(peer)))
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)

    async def receipt(self, request: Request) -> Response:
        """PUT: a sealed receipt under its name; the same one again is fine."""
        if header(request.scope, b"content-type") != SEALED.encode():
            return Response(status_code=415)
        try:
            kiosk = await self._kiosk(request)
            wait = self._receipts.wait(kiosk.id, self._office.clock.monotonic())
            if wait:
                return self._refused(Refusal(Reason.TOO_OFTEN, 429), wait)
            sealed = await body_of(request.scope, request.receive, SEALED_MOST)
            name = _name_in(request.path_params["name"])
            if not _is_sealed(sealed):
                raise Refusal(Reason.MALFORMED)
            now, days = self._office.clock.now_ms(), self._office.settings.receipt_days
            receipt = SealedReceipt(name, kiosk.id, sealed, now, now + days * DAY)
            kept = await self._store.keep_receipt(receipt)
        except TooLarge:
            return self._refused(Refusal(Reason.SIZE, 413))
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)
        except ClientDisconnect:
            return Response(status_code=400)
        self._meters.receipts.labels(kept.value).inc()
        if kept is Kept.OTHER:
            return self._refused(Refusal(Reason.TAKEN, 409))
        return Response(status_code=201 if kept is Kept.NEW else 204)

    async def _kiosk(self, request: Request) -> KioskRow:
        """The active kiosk at the other end. Raises Refusal, or StoreAway."""
        if request.state.certificate is None:
            raise Refusal(Reason.NO_PEER, 403)
        return await self._office.kiosk_of(
            x509.load_der_x509_certificate(request.state.certificate)
        )

    async def key_set(self, request: Request) -> Response:
        """GET: the signed public keys."""
        try:
            await self._kiosk(request)
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)
        if request.query_params.get("have") == str(self._office.keys.version):
            return Response(status_code=204)  # asked every minute, and large
        return Response(self._office.keys.document, media_type=SEALED)

    async def catalogue(self, request: Request) -> Response:
        """GET: the statement of the catalogue on offer; 204 where none is newer than `have`."""
        try:
            kiosk = await self._kiosk(request)
            if wait := self._pieces.wait(kiosk.id, self._office.clock.monotonic()):
                return self._refused(Refusal(Reason.TOO_OFTEN, 429), wait)
            offer = await asyncio.to_thread(self._catalogues.offer)
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)
        have = request.query_params.get("have", "0")
        if offer is None or (re.fullmatch(r"[0-9]{1,10}", have) and offer.version <= int(have)):
            return Response(status_code=204)
        self._meters.catalogues.labels("statement").inc()
        tell("catalogue offered", kiosk=kiosk.id.hex(), version=offer.version)
        return Response(offer.document, media_type=SEALED)

    async def piece(self, request: Request) -> Response:
        """GET: one piece of a catalogue's file, by its digest and number."""
        try:
            kiosk = await self._kiosk(request)
            if wait := self._pieces.wait(kiosk.id, self._office.clock.monotonic()):
                return self._refused(Refusal(Reason.TOO_OFTEN, 429), wait)
            sha256, number = request.path_params["sha256"], request.path_params["number"]
            if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not re.fullmatch(r"\d{1,8}", number):
                raise Refusal(Reason.MALFORMED)
            data = await asyncio.to_thread(self._catalogues.piece, sha256, int(number))
            if data is None:
                raise Refusal(Reason.NO_PIECE, 404)
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)
        self._meters.catalogues.labels("piece").inc()
        return Response(data, media_type=SEALED)

    async def root(self, request: Request) -> Response:
        """GET: the root certificate (DER), for who knows its fingerprint from a code."""
        del request
        return Response(authority.der(self._office.root), media_type=SEALED)

    async def enrol(self, request: Request) -> Response:
        """POST: apply with a code, or hear how far it is."""
        try:
            return _json(await self._office.apply(await self._json(request)))
        except Refusal as refusal:
            return self._refused(refusal)
        except StoreAway as error:
            return _away(error)

    async def health(self, request: Request) -> Response:
        """GET: this process lives."""
        del request
        return _json({"lives": True})

    async def ready(self, request: Request) -> Response:
        """GET: it can keep things, and has keys to open with."""
        del request
        if self.stopping:
            return _json({"ready": False, "why": "stopping"}, 503)
        try:
            await self._store.ready()
        except StoreAway as error:
            return _json({"ready": False, "why": str(error)}, 503)
        return _json({"ready": True})

    async def metrics(self, request: Request) -> Response:
        """GET: counters for Prometheus."""
        del request
        return Response(self._meters.text(), media_type="text/plain; version=0.0.4")

    async def _json(self, request: Request) -> dict[str, Any]:
        try:
            data = json.loads(await body_of(request.scope, request.receive, JSON_MOST))
        except TooLarge as error:
            raise Refusal(Reason.SIZE, 413) from error
        except (ValueError, RecursionError, ClientDisconnect) as error:
            raise Refusal(Reason.MALFORMED) from error
        if not isinstance(data, dict):
            raise Refusal(Reason.MALFORMED)
        return data

    def _refused(self, refusal: Refusal, wait: int = 0) -> Response:
        """The reason is for operators; outside all refusals of one status are the same bytes."""
        self._meters.refusals.labels(refusal.reason.value).inc()
        tell("refused", logging.WARNING, reason=refusal.reason.value, status=refusal.status)
        # A line whose kiosk is not served (any more) is not kept open for it.
        headers = {"connection": "close"} if refusal.status == 403 else {}
        if wait:
            headers["retry-after"] = str(wait)
        return Response(status_code=refusal.status, media_type=PROBLEM, headers=headers)


def _name_in(text: str) -> bytes:
    """A receipt's name as it stands in a path, in the one spelling it has. Raises Refusal."""
    if not re.fullmatch(f"[0-9a-f]{{{2 * NAME_BYTES}}}", text):
        raise Refusal(Reason.MALFORMED)
    return bytes.fromhex(text)


def _is_sealed(data: bytes) -> bool:
    """Whether it has a sealed receipt's version and one of its sizes: a byte, whole blocks, a tag."""
    return data[:1] == b"\x01" and len(data) > 17 and (len(data) - 17) % BLOCK == 0


def _away(error: StoreAway) -> Response:
    tell_store_away(error)
    return Response(status_code=503, headers={"retry-after": str(AWAY_SECONDS)})


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")


class _Lean(Starlette):
    """Starlette's routing behind one guard: its two layers for errors cost each request more.

    `hot`: by method and path, what is not looked for among the routes.
    """

    def __init__(self, routes: list[Route], hot: dict[tuple[str, str], ASGIApp]) -> None:
        super().__init__(routes=routes)
        self._hot = hot

    def build_middleware_stack(self) -> ASGIApp:
        return _Guard(self.router, self._hot)


class _Guard:
    """No such path or method: no words about it. A bug of ours: told inside, outside as nothing."""

    def __init__(self, app: ASGIApp, hot: dict[tuple[str, str], ASGIApp]) -> None:
        self._app = app
        self._hot = hot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._hot.get((scope["method"], scope["path"]), self._app)
        try:
            await app(scope, receive, send)
        except HTTPException as error:
            await Response(status_code=error.status_code)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the last guard
            tell_error(error)
            # Where an answer has begun already this raises, and the server closes the line.
            await Response(status_code=500)(scope, receive, send)


def _app(*routes: Route, hot: dict[tuple[str, str], ASGIApp] | None = None) -> Starlette:
    return _Lean(list(routes), hot or {})
