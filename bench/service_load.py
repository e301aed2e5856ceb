"""Many kiosks at once: requests sealed beforehand, then sent over kept-open TLS lines."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from kiosk.lookup.identity import Identity, load_identity
from service.wire.envelope import NO_PURCHASE, Question, seal_request
from service.wire.keyset import Use
from service.wire.messages import (
    ALL_FIELDS,
    EVIDENCE_FIELD_BYTES,
    EvidenceKind,
    Field,
    Kind,
    Purpose,
    put_evidence,
)
from service.wire.sales import SaleRecord, pack_sales, seal_link
from service.wire.suite import PublicKey

CONNECTIONS = 16
FIRST_CARD = 10_000_000


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def cards(count: int, members: int) -> list[str]:
    """Cards of members all over the table."""
    return [f"{FIRST_CARD + (n * 7919) % members}" for n in range(count)]


def mixed(count: int, members: int) -> list[str]:
    """Every second card is nobody's."""
    found = cards(count, members)
    return [card if n % 2 == 0 else f"9{card}" for n, card in enumerate(found)]


def lookups(identity: Identity, shown: list[str]) -> list[bytes]:
    """One sealed lookup for each card; the service takes them for two minutes."""
    to = identity.keys.recipient(now_ms())
    assert to is not None
    question = Question(identity.kiosk, now_ms(), Kind.LOOKUP, Purpose.CHECKOUT, ALL_FIELDS)
    found = []
    for card in shown:
        body = bytearray(EVIDENCE_FIELD_BYTES)
        put_evidence(memoryview(body), EvidenceKind.TEST_CARD, card.encode())
        found.append(seal_request(to, question, body, identity.signing)[0])
    return found


def sales(identity: Identity, shown: list[str], batch: int) -> list[bytes]:
    """Sealed sales of a fresh outbox in batches; every second one with a customer link."""
    to = identity.keys.recipient(now_ms())
    assert to is not None
    question = Question(
        identity.kiosk, now_ms(), Kind.SALE, Purpose.CHECKOUT, Field(0), NO_PURCHASE
    )
    outbox = os.urandom(16)
    records = [_sale(identity, outbox, n, card) for n, card in enumerate(shown, 1)]
    groups = [tuple(records[n : n + batch]) for n in range(0, len(records), batch)]
    return [seal_request(to, question, pack_sales(group), identity.signing)[0] for group in groups]


def _sale(identity: Identity, outbox: bytes, sequence: int, card: str) -> SaleRecord:
    name, now = f"{outbox.hex()[:8]}-{sequence}", now_ms()
    record = SaleRecord(name, outbox, sequence, now, 1999, "EUR", 7, sequence, bytes(32))
    if sequence % 2:
        return record
    key = identity.keys.current(Use.OUTBOX, now)
    assert key is not None
    link = seal_link(
        key.id,
        PublicKey(key.public),
        identity.keys.tenant,
        sale=name,
        kiosk=identity.kiosk,
        at=now,
        kind=EvidenceKind.TEST_CARD,
        evidence=card.encode(),
    )
    return replace(record, link=link)


@dataclass(slots=True)
class Load:
    """What a run gave: seconds in all, seconds of each answer, and how many were no answers."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failed: int = 0


class _Line(asyncio.Protocol):
    """One connection: the next request as soon as an answer is whole."""

    def __init__(self, todo: list[bytes], load: Load, done: asyncio.Event) -> None:
        self._todo, self._load, self._done = todo, load, done
        self._left, self._sent, self._head = 0, 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by type

    def begin(self) -> None:
        """Send the next one, or be done."""
        if not self._todo:
            self._done.set()
            self._transport.close()
            return
        self._head = b""
        self._sent = time.perf_counter()
        self._transport.write(self._todo.pop())

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            head, found, rest = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._load.failed += b" 200 " not in head[:16]
            self._left = _length(head) - len(rest)
        if self._left <= 0:
            self._left = 0
            self._load.times.append(time.perf_counter() - self._sent)
            self.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._done.set()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def posts(bodies: list[bytes], path: str) -> list[bytes]:
    """Whole HTTP requests."""
    head = f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/octet-stream\r\n"
    return [f"{head}content-length: {len(each)}\r\n\r\n".encode() + each for each in bodies]


async def send(
    requests: list[bytes], identity: Identity, context: ssl.SSLContext, most: int = CONNECTIONS
) -> Load:
    """Send all of them over `most` lines; the clock starts when all lines are open."""
    todo, load, loop = requests[::-1], Load(), asyncio.get_running_loop()
    lines, ends = [], []
    for _ in range(most):
        done = asyncio.Event()
        made = _maker(todo, load, done)
        place = (identity.host, identity.port)
        _, line = await loop.create_connection(made, *place, ssl=context)
        lines.append(line)
        ends.append(done)
    start = time.perf_counter()
    for line in lines:
        line.begin()
    await asyncio.gather(*(done.wait() for done in ends))
    load.seconds = time.perf_counter() - start
    return load


def _maker(todo: list[bytes], load: Load, done: asyncio.Event) -> Callable[[], _Line]:
    return lambda: _Line(todo, load, done)


async def greet(count: int, identity: Identity, context: ssl.SSLContext) -> Load:
    """Whole mutual handshakes, each proven by an answer behind it; none is resumed."""
    load, waiting = Load(), iter(range(count))

    async def one_after_another() -> None:
        for _ in waiting:
            start = time.perf_counter()
            reader, writer = await asyncio.open_connection(
                identity.host, identity.port, ssl=context
            )
            writer.write(b"GET / HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")
            load.failed += b" 404 " not in await reader.readline()
            load.times.append(time.perf_counter() - start)
            writer.transport.abort()

    start = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(CONNECTIONS)))
    load.seconds = time.perf_counter() - start
    return load


def main() -> None:
    """`FOLDER CORE`, then a line `WHAT COUNT MEMBERS` a run: `ready`, a line to start, one of JSON."""
    import uvloop

    folder, core = Path(sys.argv[1]), int(sys.argv[2])
    os.sched_setaffinity(0, {core})
    identity = load_identity(folder)
    context = identity.tls()
    for order in sys.stdin:
        what, count, members = order.split()
        shown = cards(int(count), int(members))
        if what == "mixed":
            requests = posts(lookups(identity, mixed(int(count), int(members))), "/v1/lookup")
        elif what == "lookup":
            requests = posts(lookups(identity, shown), "/v1/lookup")
        elif what == "plain":
            requests = posts([card.encode() for card in shown], "/v1/plain")
        elif what != "handshake":
            requests = posts(sales(identity, shown, int(what)), "/v1/lookup")
        print("ready", flush=True)
        sys.stdin.readline()
        work = (
            greet(len(shown), identity, context)
            if what == "handshake"
            else send(requests, identity, context, 1 if what == "mixed" else CONNECTIONS)
        )
        load = uvloop.run(work)
        print(
            json.dumps({"seconds": load.seconds, "times": load.times, "failed": load.failed}),
            flush=True,
        )


if __name__ == "__main__":
    main()
