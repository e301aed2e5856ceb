"""Many kiosks at once: sealed requests made beforehand, then sent over kept-open TLS lines."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from dataclasses import dataclass
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


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def lookups(identity: Identity, cards: list[str]) -> list[bytes]:
    """One sealed lookup for each card."""
    to = identity.keys.recipient(now_ms())
    assert to is not None
    question = Question(identity.kiosk, now_ms(), Kind.LOOKUP, Purpose.CHECKOUT, ALL_FIELDS)
    found = []
    for card in cards:
        body = bytearray(EVIDENCE_FIELD_BYTES)
        put_evidence(memoryview(body), EvidenceKind.TEST_CARD, card.encode())
        found.append(seal_request(to, question, body, identity.signing)[0])
    return found


def sales(
    identity: Identity, outbox: bytes, first: int, count: int, batch: int, card: str
) -> list[bytes]:
    """Sealed sales in batches; every second one of them with a customer link."""
    to, key = identity.keys.recipient(now_ms()), identity.keys.current(Use.OUTBOX, now_ms())
    assert to is not None and key is not None
    question = Question(
        identity.kiosk, now_ms(), Kind.SALE, Purpose.CHECKOUT, Field(0), NO_PURCHASE
    )
    public, records = PublicKey(key.public), []
    for sequence in range(first, first + count):
        sale = f"{outbox.hex()[:8]}-{sequence}"
        record = SaleRecord(sale, outbox, sequence, now_ms(), 1999, "EUR", 7, sequence, bytes(32))
        if sequence % 2:
            link = seal_link(
                key.id,
                public,
                to.tenant,
                sale=sale,
                kiosk=identity.kiosk,
                at=now_ms(),
                kind=EvidenceKind.TEST_CARD,
                evidence=card.encode(),
            )
            record = SaleRecord(*(getattr(record, name) for name in _NAMES), link)
        records.append(record)
    groups = [tuple(records[n : n + batch]) for n in range(0, len(records), batch)]
    return [seal_request(to, question, pack_sales(group), identity.signing)[0] for group in groups]


_NAMES = (
    "id",
    "outbox",
    "sequence",
    "at",
    "total",
    "currency",
    "lines",
    "receipt",
    "digest",
)


@dataclass(slots=True)
class Load:
    """What a run gave."""

    seconds: float
    times: list[float]
    failed: int


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
            return
        self._head = b""
        self._sent = time.perf_counter()
        self._transport.write(self._todo.pop())

    def data_received(self, data: bytes) -> None:
        if not self._left:
            self._head += data
            head, found, rest = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 200 " not in head[:16]:
                self._load.failed += 1
            length = next(
                (
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            self._left = length - len(rest)
        else:
            self._left -= len(data)
        if self._left <= 0:
            self._left = 0
            self._load.times.append(time.perf_counter() - self._sent)
            self.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._done.set()


async def send(
    requests: list[bytes], path: str, context: ssl.SSLContext, host: str, port: int
) -> Load:
    """Send all of them over CONNECTIONS lines; the clock starts when all lines are open."""
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/octet-stream\r\n"
    todo = [f"{head}content-length: {len(each)}\r\n\r\n".encode() + each for each in requests]
    load, loop = Load(0.0, [], 0), asyncio.get_running_loop()
    lines, ends = [], []
    for _ in range(CONNECTIONS):
        done = asyncio.Event()
        _, line = await loop.create_connection(
            lambda done=done: _Line(todo, load, done),
            host,
            port,
            ssl=context,  # type: ignore[misc]
        )
        lines.append(line)
        ends.append(done)
    start = time.perf_counter()
    for line in lines:
        line.begin()
    await asyncio.gather(*(done.wait() for done in ends))
    load.seconds = time.perf_counter() - start
    return load


def main() -> None:
    """`python -m bench.service_load FOLDER WHAT COUNT`: one JSON line with what was measured."""
    import uvloop

    folder, what, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    identity = load_identity(folder)
    members = int(sys.argv[4])
    if what == "lookup":
        cards = [f"{10_000_000 + (n * 7919) % members}" for n in range(count)]
        requests, path = lookups(identity, cards), "/v1/lookup"
    elif what == "plain":
        requests = [f"{10_000_000 + (n * 7919) % members}".encode() for n in range(count)]
        path = "/v1/plain"
    else:
        outbox = bytes.fromhex(sys.argv[5])
        requests = sales(identity, outbox, 1, count, int(what), "10000001")
        path = "/v1/lookup"
    print("ready", flush=True)
    sys.stdin.readline()
    load = uvloop.run(send(requests, path, identity.tls(), identity.host, identity.port))
    print(json.dumps({"seconds": load.seconds, "times": load.times, "failed": load.failed}))


if __name__ == "__main__":
    main()
