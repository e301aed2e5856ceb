"""Ten thousand sales from four kiosks over a bad line, while the service is killed: each booked once."""

from __future__ import annotations

import http.client
import random
import ssl
import threading
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.lookup.identity import Identity
from service.settings import Settings
from service.stand import make_stand
from service.wire.envelope import ANSWER_PAYLOAD_BYTES, Question, open_answer, seal_request
from service.wire.keyset import Use
from service.wire.messages import EvidenceKind, Field, Kind, Purpose, Status
from service.wire.sales import SaleRecord, pack_sales, receipt_in, seal_link
from service.wire.suite import PublicKey
from tests.service_process import Running, posted
from tests.service_stand import CARD, MEMBER, TENANT

KIOSKS, SALES, LINKED = 4, 2500, 5


class Sender(threading.Thread):
    """One kiosk's outbox: sends in any order, loses answers, and deletes by signed receipts only."""

    def __init__(self, running: Running, identity: Identity, seed: int) -> None:
        super().__init__(daemon=True)
        self._running, self._identity = running, identity
        self._chance = random.Random(seed)
        self._outbox = bytes([seed]) * 16
        self.kept = {n: self._record(n) for n in range(1, SALES + 1)}
        self.lost = self.doubled = self.contiguous = 0
        self.error: Exception | None = None

    def _record(self, sequence: int) -> SaleRecord:
        sale, now = f"{self._identity.kiosk.hex()[:6]}-{sequence}", time.time_ns() // 1_000_000
        more: dict[str, bytes] = {}
        if sequence % LINKED == 0:
            key = self._identity.keys.current(Use.OUTBOX, now)
            assert key
            more["link"] = seal_link(
                key.id,
                PublicKey(key.public),
                TENANT,
                sale=sale,
                kiosk=self._identity.kiosk,
                at=now,
                kind=EvidenceKind.TEST_CARD,
                evidence=CARD.encode(),
            )
        return SaleRecord(
            sale, self._outbox, sequence, now, sequence, "EUR", 1, sequence, bytes(32), **more
        )

    def run(self) -> None:
        line: http.client.HTTPSConnection | None = None
        try:
            while self.kept:
                line = self._turn(line)
        except Exception as error:  # noqa: BLE001 - told by the test
            self.error = error
        finally:
            if line:
                line.close()

    def _turn(self, line: http.client.HTTPSConnection | None) -> http.client.HTTPSConnection | None:
        waiting = list(self.kept.values())[:64]
        group = self._chance.sample(waiting, min(len(waiting), self._chance.randrange(1, 17)))
        try:
            line = line or self._running.line(self._identity.tls())
            self._deliver(line, group)
            if self._chance.random() < 0.05:
                line.close()
                line = None
        except (OSError, ssl.SSLError, http.client.HTTPException):
            if line:
                line.close()
            threading.Event().wait(0.05)
            return None
        return line

    def _deliver(self, line: http.client.HTTPSConnection, group: list[SaleRecord]) -> None:
        now = time.time_ns() // 1_000_000
        to = self._identity.keys.recipient(now)
        key = self._identity.keys.current(Use.ANSWER, now)
        assert to
        assert key
        ask = Question(self._identity.kiosk, now, Kind.SALE, Purpose.CHECKOUT, Field(0))
        request, asked = seal_request(to, ask, pack_sales(tuple(group)), self._identity.signing)
        if self._chance.random() < 0.05:  # sent, and never read: the answer is lost
            line.request(
                "POST", "/v1/lookup", request, {"content-type": "application/octet-stream"}
            )
            line.close()
            self.lost += 1
            raise ConnectionError
        status, body = posted(line, request)
        if status == 503:
            raise ConnectionError
        assert status == 200, status
        public = Ed25519PublicKey.from_public_bytes(key.public)
        answer = open_answer(body, asked, bytearray(ANSWER_PAYLOAD_BYTES), public)
        assert answer.signed
        assert answer.status is Status.BOOKED
        if self._chance.random() < 0.1:  # the receipt is lost on our side: all of it comes again
            self.doubled += 1
            return
        receipt = receipt_in(answer.body)
        assert (receipt.kiosk, receipt.outbox) == (self._identity.kiosk, self._outbox)
        assert receipt.contiguous >= self.contiguous
        self.contiguous = receipt.contiguous
        for sequence in [n for n in self.kept if n <= receipt.contiguous]:
            del self.kept[sequence]


def test_each_sale_is_booked_once(tmp_path: Path) -> None:
    settings = Settings(
        tmp_path / "service",
        TENANT,
        "DE",
        "sqlite:store.db",
        test_cards=True,
        sales_per_minute=1e6,
        sales_burst=100_000,
    )
    folders = [tmp_path / f"K{n}" for n in range(KIOSKS)]
    make_stand(settings, folders, [MEMBER])
    running = Running(settings)
    try:
        senders = [
            Sender(running, running.identity(folder), seed) for seed, folder in enumerate(folders)
        ]
        for sender in senders:
            sender.start()
        kills = 0
        while any(sender.is_alive() for sender in senders):
            threading.Event().wait(1.0)
            if kills < 4:
                running.kill()
                running.start()
                kills += 1
        assert [sender.error for sender in senders] == [None] * KIOSKS
        assert kills == 4
        assert sum(sender.lost for sender in senders) > 10
        assert sum(sender.doubled for sender in senders) > 10
    finally:
        running.stop()
    _books_are_right(settings)


def _books_are_right(settings: Settings) -> None:
    import apsw

    db = apsw.Connection(str(settings.folder / "store.db"))

    def one(statement: str) -> tuple[object, ...]:
        return tuple(db.execute(statement).fetchone() or ())

    each = SALES * (SALES + 1) // 2
    assert one("SELECT COUNT(*), SUM(total) FROM sale") == (KIOSKS * SALES, KIOSKS * each)
    assert one("SELECT COUNT(*) FROM sale_link") == (KIOSKS * SALES // LINKED,)
    assert one("SELECT COUNT(*), MIN(contiguous), MAX(highest) FROM outbox") == (4, SALES, SALES)
    assert one("SELECT SUM(deliveries) > COUNT(*) FROM sale") == (1,)
    db.close()
