"""The public process: two listening sockets, the shelf between them, and an end by signal."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import ssl
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from service.clock import Clock, SystemClock
from service.errors import SettingsError, StoreAway
from service.joining.door import JoinLine
from service.joining.front import JoinFront
from service.receipts.callers import Callers
from service.receipts.front import HEADERS, JOINING_HEADERS, Front
from service.receipts.line import HEAD_BYTES, IDLE_SECONDS, LINES_MOST, PublicLine
from service.server import GRACE_SECONDS, Quiet, listen
from service.settings import Settings
from service.store.shelf import Shelf, open_shelf
from service.telemetry import ViewMeters, tell

PUBLIC, INSIDE = "receipts", "receipts_operations"


class Operations:
    """For operators of this machine: health, readiness, counters."""

    def __init__(self, shelf: Shelf, meters: ViewMeters) -> None:
        self._shelf = shelf
        self._meters = meters
        self.stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /health, /ready or /metrics."""
        del receive
        status, kind, body = await self._answer(scope["method"], scope["path"])
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, method: str, path: str) -> tuple[int, bytes, bytes]:
        match method, path:
            case "GET", "/health":
                return 200, b"application/json", json.dumps({"lives": True}).encode()
            case "GET", "/ready":
                why = await self._why_not()
                told = {"ready": False, "why": why} if why else {"ready": True}
                return 503 if why else 200, b"application/json", json.dumps(told).encode()
            case "GET", "/metrics":
                return 200, b"text/plain; version=0.0.4", self._meters.text()
            case _:
                return 404, b"text/plain", b""

    async def _why_not(self) -> str:
        if self.stopping:
            return "stopping"
        try:
            await self._shelf.ready()
        except (SettingsError, StoreAway) as error:
            return str(error)
        return ""


class PublicReceipts:
    """One process. `run` until `stop`. It reads settings, certificate and store, no key of ours."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Listen. Raises SettingsError."""
        self.settings = settings
        self._clock = clock or SystemClock()
        self._over = asyncio.Event()
        self._tls = _context(settings)
        self.sockets = {
            name: listen(getattr(settings, name), name, shared=False) for name in (PUBLIC, INSIDE)
        }

    def place(self, door: str) -> str:
        """`host:port` of a door, as it was given by the system."""
        host, port = self.sockets[door].getsockname()[:2]
        return f"{host}:{port}"

    def stop(self) -> None:
        """Ask it to end: what is under way is finished."""
        self._over.set()

    def reload(self) -> None:
        """Take in a renewed certificate; if it cannot be read, the old one stays."""
        try:
            if self._tls:
                _load(self._tls, self.settings)
        except SettingsError as error:
            tell("a chore failed", logging.ERROR, place=str(error))

    async def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`. Raises SettingsError, or StoreAway at the start."""
        shelf = await open_shelf(self.settings)
        try:
            await self._served(shelf, started)
        finally:
            await shelf.close()

    async def _served(self, shelf: Shelf, started: Callable[[], None]) -> None:
        settings, meters = self.settings, ViewMeters()
        callers = Callers(
            settings.views_per_minute, settings.views_burst, settings.receipts_proxies
        )
        line = JoinLine(settings.joining) if settings.joining else None
        joining = JoinFront(line, self._clock, settings.responsible) if line else None
        headers = JOINING_HEADERS if line else HEADERS
        inside = Operations(shelf, meters)
        servers = [
            _server(Front(shelf, self._clock, callers, meters, joining), self._tls, headers),
            _server(inside, None, {}),
        ]
        tasks = [
            asyncio.create_task(server.serve(sockets=[self.sockets[name]]))
            for server, name in zip(servers, (PUBLIC, INSIDE), strict=True)
        ]
        while not all(server.started for server in servers):
            await asyncio.wait(tasks, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() for task in tasks):
                raise SettingsError("a door could not be opened")
        tell("serving", door=PUBLIC, region=settings.region)
        started()
        over = asyncio.create_task(self._over.wait())
        await asyncio.wait([over, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if not over.done():
            raise SettingsError("a door has closed by itself")
        inside.stopping = True
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)
        tell("stopped", door=PUBLIC)


def _server(app: ASGIApp, tls: ssl.SSLContext | None, headers: dict[str, str]) -> uvicorn.Server:
    """uvicorn, without its own logs, signal handlers, and headers that tell about us."""
    config = uvicorn.Config(
        app,
        http=PublicLine,
        ws="none",
        lifespan="off",
        loop="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        headers=list(headers.items()),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=LINES_MOST + 1,
        h11_max_incomplete_event_size=HEAD_BYTES,
        ssl_context_factory=(lambda *_: tls) if tls else None,
    )
    return Quiet(config)


def _context(settings: Settings) -> ssl.SSLContext | None:
    """Raises SettingsError."""
    if not settings.receipts_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # customers' telephones are of all ages
    _load(context, settings)
    return context


def _load(context: ssl.SSLContext, settings: Settings) -> None:
    folder = settings.folder
    try:
        context.load_cert_chain(
            folder / settings.receipts_certificate, folder / settings.receipts_key
        )
    except OSError as error:
        raise SettingsError(f"receipts_certificate, receipts_key: {error}") from error


async def serve_receipts(
    settings: Settings, announce: Callable[[PublicReceipts], None], clock: Clock | None = None
) -> None:
    """A whole process: signals end it gracefully. Raises SettingsError, or StoreAway."""
    public = PublicReceipts(settings, clock)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, public.stop)
    loop.add_signal_handler(signal.SIGHUP, public.reload)
    await public.run(lambda: announce(public))
