"""The public process to test: in this process on a clock that is set, or as its own."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from drivers.printer.specimen import specimen
from kiosk.receipt import Receipt
from kiosk.receipt_record import write as record_of
from service.keys import DAY, Keys
from service.receipts.serving import PublicReceipts
from service.server import open_store
from service.settings import Settings
from service.settings import write as write_settings
from service.store.port import Kept, SealedReceipt
from service.wire.ereceipt import seal, token_text
from tests.service_stand import NOW, StillClock

ROOT = Path(__file__).parents[1]
ANY_PORTS: dict[str, Any] = {"receipts": "127.0.0.1:0", "receipts_operations": "127.0.0.1:0"}


def kept(settings: Settings, record: bytes, expires: int = NOW + 90 * DAY) -> str:
    """Keep a sealed record in the store, as the kiosks' door does; the link's last part."""
    token = secrets.token_bytes(16)
    sealed = seal(token, record)

    async def whole() -> None:
        store = await open_store(settings, Keys(settings.folder / "keys"), "w0")
        try:
            row = SealedReceipt(sealed.name, b"k" * 16, sealed.data, NOW, expires)
            assert await store.keep_receipt(row) is Kept.NEW
        finally:
            await store.close()

    asyncio.run(whole())
    return token_text(token)


def packed(receipt: Receipt | None = None) -> bytes:
    """The record as a kiosk seals it."""
    return json.dumps(record_of(receipt or specimen(5, secured=True))).encode()


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def asked(
    place: str,
    path: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Heard:
    """One request on a line of its own."""
    line = http.client.HTTPConnection(place, timeout=20)
    try:
        line.request(method, path, body, headers or {})
        response = line.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        assert len(told) == len(response.getheaders())
        return Heard(response.status, told, response.read())
    finally:
        line.close()


@dataclass
class Hosted:
    """The public process's inside, served from a thread of this one."""

    settings: Settings
    clock: StillClock = field(default_factory=StillClock)

    def __enter__(self) -> Hosted:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._public.stop)
        self._thread.join(20)
        assert not self._thread.is_alive()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._public = PublicReceipts(self.settings, self.clock)
        await self._public.run(self._ready.set)

    @property
    def place(self) -> str:
        """The public door."""
        return self._public.place("receipts")

    def get(self, path: str, method: str = "GET", **headers: str) -> Heard:
        """One request; `x_forwarded_for` for `x-forwarded-for`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asked(self.place, path, method, named)

    def inside(self, path: str) -> Heard:
        """One request at the operators' door."""
        return asked(self._public.place("receipts_operations"), path)

    def metrics(self) -> dict[str, float]:
        """Requests by outcome."""
        lines = self.inside("/metrics").body.decode().splitlines()
        named = (line for line in lines if line.startswith("kiosk_receipt_views_total{"))
        return {line.split('"')[1]: float(line.split()[-1]) for line in named}


class PublicProcess:
    """`./run service receipts`, until it is stopped."""

    def __init__(self, settings: Settings) -> None:
        write_settings(settings)
        self.log = settings.folder / "public.jsonl"
        command = [sys.executable, "-m", "service", "--at", str(settings.folder), "receipts"]
        self._err = self.log.open("ab")
        self._process = subprocess.Popen(
            [*command, "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._err,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        self.places: dict[str, str] = json.loads(line)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def tell(self, number: signal.Signals) -> None:
        """A signal."""
        self._process.send_signal(number)

    def stop(self) -> int:
        """Gracefully; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()
        self._err.close()
        return code
