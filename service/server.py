"""One process of a running service: store, desk, three doors, and the chores beside them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvicorn
from cryptography import x509
from starlette.types import ASGIApp

from service import authority
from service.app import Doors
from service.audit import Witness, make_checkpoint
from service.cards import KEPT_MS
from service.clock import Clock, SystemClock
from service.enrol import Office
from service.errors import SettingsError, StoreAway
from service.files import read_secret
from service.joining.desk import JoinDesk
from service.joining.door import JoinDoor
from service.keys import DAY, Keys
from service.lookup import Desk
from service.settings import Settings, endpoint
from service.slips import SLIP_MS
from service.store.port import Store
from service.store.postgres import open_postgres
from service.store.sqlite import SqliteStore
from service.telemetry import Meters, tell, tell_error
from service.tls import PeerProtocol, context_of, load_certificate
from service.wire.keyset import KeySet, Use, read_key_set

CHORE_SECONDS = 60.0
GRACE_SECONDS = 10
IDLE_SECONDS = 75
CONNECTIONS_MOST, STRANGERS_MOST = 4096, 64


async def open_store(settings: Settings, keys: Keys, chain: str) -> Store:
    """The configured store, writing to this audit chain. Raises SettingsError, or StoreAway."""
    witness = Witness(settings.folder / "witness", chain, keys.witness)
    if settings.store.startswith("sqlite:"):
        return SqliteStore(settings.folder / settings.store.removeprefix("sqlite:"), chain, witness)
    return await open_postgres(settings.store, chain, witness)


def open_office(settings: Settings, keys: Keys, store: Store, clock: Clock) -> Office:
    """Raises SettingsError."""
    folder = settings.folder / "tls"
    root = x509.load_pem_x509_certificate(read_secret(folder / "root.pem"))
    pinned = read_secret(settings.folder / "keys" / "pinned.key")
    issuing = authority.load(folder, "issuing")
    return Office(settings, keys, store, clock, issuing, root, pinned)


def public_keys(settings: Settings, keys: Keys) -> KeySet:
    """The signed key set, as kiosks get it. Raises SettingsError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    pinned = read_secret(settings.folder / "keys" / "pinned.key")
    return read_key_set(keys.document, Ed25519PublicKey.from_public_bytes(pinned))


@dataclass(frozen=True, slots=True)
class Door:
    """One listening socket and what is behind it."""

    name: str
    app: ASGIApp
    socket: socket.socket
    tls: ssl.SSLContext | None

    def server(self) -> uvicorn.Server:
        """uvicorn, without its own logs and signal handlers."""
        tls = self.tls
        config = uvicorn.Config(
            self.app,
            http=PeerProtocol,
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            limit_concurrency=CONNECTIONS_MOST if self.name == "kiosks" else STRANGERS_MOST,
            ssl_context_factory=(lambda *_: tls) if tls else None,
        )
        return Quiet(config)


class Quiet(uvicorn.Server):
    """The process answers signals, not each of its servers."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


def listen(place: str, name: str, *, shared: bool) -> socket.socket:
    """A listening socket; `shared` among this service's processes. Raises SettingsError."""
    host, port = endpoint(place, name)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise SettingsError(f"{name}: {place}: {error.strerror}") from error
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise SettingsError(f"{name}: {place} cannot be listened on: {error.strerror}") from error
    opened.setblocking(False)
    return opened


class Service:
    """One process. `run` until `stop`; the first process also keeps the other doors and chores."""

    def __init__(self, settings: Settings, process: int = 0, clock: Clock | None = None) -> None:
        """Read keys and listen. Raises SettingsError."""
        self.settings = settings
        self.process = process
        self.clock = clock or SystemClock()
        self.meters = Meters()
        self.keys = Keys(settings.folder / "keys")
        self._forgotten = 0
        self._over = asyncio.Event()
        self._wake = asyncio.Event()
        self._contexts: list[ssl.SSLContext] = []
        shared = settings.processes > 1
        self.sockets = {"kiosks": listen(settings.kiosks, "kiosks", shared=shared)}
        if process == 0:
            names = ("enrolment", "operations", *(("joining",) if settings.joining else ()))
            for name in names:
                self.sockets[name] = listen(getattr(settings, name), name, shared=False)

    def place(self, door: str) -> str:
        """`host:port` of a door, as it was given by the system."""
        host, port = self.sockets[door].getsockname()[:2]
        return f"{host}:{port}"

    def reload(self) -> None:
        """Do the chores now: an operator has changed the keys."""
        self._wake.set()

    def stop(self) -> None:
        """Ask it to end: what is under way is finished."""
        self._over.set()

    async def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`. Raises SettingsError, or StoreAway at the start."""
        chain = f"{self.settings.writer}{self.process}"
        store = await open_store(self.settings, self.keys, chain)
        try:
            await self._served(store, started)
        finally:
            await store.close()

    async def _served(self, store: Store, started: Callable[[], None]) -> None:
        settings, keys = self.settings, self.keys
        office = open_office(settings, keys, store, self.clock)
        desk = Desk(settings, keys, store, self.clock, self.meters)
        doors = Doors(desk, office, store, self.meters)
        joining = JoinDoor(JoinDesk(settings, keys, store, self.clock))
        servers = [door.server() for door in self._doors(doors, joining)]
        tasks = [
            asyncio.create_task(server.serve(sockets=[each]))
            for server, each in zip(servers, self.sockets.values(), strict=True)
        ]
        chores = asyncio.create_task(self._chores(store))
        while not all(server.started for server in servers):
            await asyncio.wait(tasks, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() for task in tasks):
                raise SettingsError("a door could not be opened")
        tell("serving", process=self.process, region=settings.region)
        started()
        over = asyncio.create_task(self._over.wait())
        await asyncio.wait([over, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if not over.done():
            raise SettingsError("a door has closed by itself")
        doors.stopping = True
        chores.cancel()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)
        with contextlib.suppress(StoreAway):
            await checkpoint(store, keys, self.clock)
        tell("stopped", process=self.process)

    def _doors(self, doors: Doors, joining: JoinDoor) -> list[Door]:
        folder = self.settings.folder / "tls"
        found = []
        for name, opened in self.sockets.items():
            tls = None
            if name not in ("operations", "joining"):
                tls = context_of(folder, self.meters, name, clients=name == "kiosks")
                self._contexts.append(tls)
            app: ASGIApp = joining if name == "joining" else getattr(doors, name)()
            found.append(Door(name, app, opened, tls))
        return found

    async def _chores(self, store: Store) -> None:
        """Each minute: new keys are taken in, old ones destroyed, the audit's heads signed."""
        while True:
            self._wake.clear()
            await _told(self._look_after_keys)
            if self.process == 0:
                await _told(lambda: checkpoint(store, self.keys, self.clock))
                await _told(lambda: self._forget(store))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), CHORE_SECONDS)

    async def _look_after_keys(self) -> None:
        now = self.clock.now_ms()
        self.keys.refresh()
        for context in self._contexts:  # new lines get the certificate that lies there now
            load_certificate(context, self.settings.folder / "tls")
        if self.process == 0 and (gone := self.keys.destroy_old(now)):
            tell("old keys destroyed", count=gone)
        public = public_keys(self.settings, self.keys)
        for use in (Use.LOOKUP, Use.OUTBOX):
            self.meters.key_days.labels(use.value).set((public.last_day(use) - now) / DAY)

    async def _forget(self, store: Store) -> None:
        """Once a day what nothing can refer to any more: showings, codes, old receipts and slips."""
        now = self.clock.now_ms()
        if now // DAY != self._forgotten:
            await store.purge_cards(now - KEPT_MS)
            await store.purge_receipts(now)
            await store.purge_slips(now - SLIP_MS)
            self._forgotten = now // DAY


async def _told(chore: Callable[[], Awaitable[None]]) -> None:
    """A chore that fails is told, and done again at its next time."""
    try:
        await chore()
    except SettingsError as error:  # its text is ours, about files and keys
        tell("a chore failed", logging.ERROR, place=str(error))
    except Exception as error:  # noqa: BLE001 - chores go on whatever one of them met
        tell_error(error)


async def checkpoint(store: Store, keys: Keys, clock: Clock) -> None:
    """Sign all heads, unless nothing was written since. Raises StoreAway."""
    heads = await store.heads()
    last = await store.last_checkpoint()
    made = make_checkpoint(last, heads, clock.now_ms(), keys.checkpoint)
    if heads and (last is None or last.heads != made.heads):
        await store.put_checkpoint(made)


async def serve(settings: Settings, process: int, announce: Callable[[Service], None]) -> None:
    """A whole process: signals end it gracefully. Raises SettingsError, or StoreAway."""
    service = Service(settings, process)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    loop.add_signal_handler(signal.SIGHUP, service.reload)

    def started() -> None:
        # All that was imported stays: looking through it for rubbish again and again cost a tenth
        # of every lookup.
        gc.collect()
        gc.freeze()
        announce(service)

    await service.run(started)
