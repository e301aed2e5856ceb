"""Bugs a review found, each shown once more."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from service import tls
from service.audit import Head, Witness
from service.errors import StoreAway
from service.keys import Keys, new_pepper
from service.server import Service
from service.settings import Settings
from service.store.port import Standing
from service.wire.messages import Malformed, Status
from service.wire.sales import SaleRecord, pack_sales, receipt_in, sales_in
from tests.cluster import Cluster, free_port
from tests.service.test_audit import _delete, _report
from tests.service.test_lookup import play
from tests.service.test_store import entry
from tests.service_stand import MEMBER, NOW, Inside, inside


def test_who_is_revoked_stays_revoked(settings: Settings) -> None:
    """A renewal that read the row before writes it back after."""

    async def scene(service: Inside) -> None:
        row = service.kiosk.row
        await service.store.put_kiosk(replace(row, standing=Standing.REVOKED))
        await service.store.put_kiosk(replace(row, standing=Standing.ACTIVE, renewed=NOW))
        (found,) = await service.store.kiosks()
        assert found.standing is Standing.REVOKED

    play(settings, scene)


def test_a_cut_off_tail_shows_for_ever(settings: Settings) -> None:
    """Also when the service has written on since."""

    async def ask(times: int) -> None:
        async with inside(settings) as service:
            for _ in range(times):
                await service.told(service.kiosk.lookup())

    asyncio.run(ask(5))
    if settings.store.startswith("sqlite"):
        _delete(settings, "DELETE FROM audit WHERE seq > 2")
    else:
        asyncio.run(_deleted(settings.store))
    asyncio.run(ask(9))
    assert any("cut off before" in each for each in _report(settings).findings)


async def _deleted(url: str) -> None:
    import asyncpg

    db = await asyncpg.connect(url)
    await db.execute("DELETE FROM audit WHERE seq > 2")
    await db.close()


def test_a_head_of_other_contents_is_written_down(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w", "w0", b"k" * 32)
    witness.keep(Head(3, b"a" * 32))
    witness.check(Head(3, b"a" * 32))
    witness.check(Head(4, b"b" * 32))  # the database may be ahead
    assert not (tmp_path / "w" / "w0.broken").exists()
    witness.check(Head(3, b"b" * 32))
    assert (tmp_path / "w" / "w0.broken").exists()
    witness.close()


def test_a_new_pepper_is_taken_in_by_a_running_service(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        new_pepper(embedded.folder / "keys")
        fresh = Keys(embedded.folder / "keys")
        from service.stand import join

        await join(fresh, service.store, MEMBER)
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN
        service.keys.refresh()
        assert (await service.told(service.kiosk.lookup())).status is Status.FOUND

    play(embedded, scene)


@pytest.mark.parametrize(
    "bad",
    [
        SaleRecord("K1\x001", b"o" * 16, 1, 5, 1, "EUR", 3, 1, b"d" * 32),
        SaleRecord("K1-1", b"o" * 16, 1, 5, 1, "\0\0\0", 3, 1, b"d" * 32),
        SaleRecord("K1-1", b"o" * 16, 1, 5, 1, "eur", 3, 1, b"d" * 32),
    ],
)
def test_texts_no_database_takes_are_refused(bad: SaleRecord) -> None:
    with pytest.raises(Malformed):
        sales_in(pack_sales((bad,)))


def test_one_bad_job_does_not_fail_the_others(cluster: Cluster, folder: Path) -> None:
    """What the database refuses of one is not the others' fault."""
    settings = Settings(folder, "markt", "DE", cluster.database(), test_cards=True)

    async def scene(service: Inside) -> None:
        from service.store.port import Booking

        bad = SaleRecord("K\x001", b"o" * 16, 1, 5, 1, "EUR", 3, 1, b"d" * 32)
        jobs = [service.store.record(entry()) for _ in range(5)]
        jobs.append(service.store.record(entry(), (Booking(bad),)))
        found = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(each) for each in found] == [type(None)] * 5 + [StoreAway]

    play(settings, scene)


def test_a_conflict_stands_in_the_audit_as_one(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        from service.audit import unpack

        kiosk = service.kiosk
        await service.told(kiosk.sales(kiosk.record(1)))
        await service.told(kiosk.sales(kiosk.record(1, total=5)))
        rows = await service.store.entries("w0", 0, 10)
        outcomes = [unpack(row[3]).outcome for row in rows]
        assert outcomes == [Status.BOOKED, Status.CONFLICT]

    play(settings, scene)


def test_a_sale_may_be_numbered_anew(settings: Settings) -> None:
    """A kiosk that had to begin another outbox: the same sale counts there, and is booked once."""

    async def scene(service: Inside) -> None:
        kiosk = service.kiosk
        await service.told(kiosk.sales(kiosk.record(1), kiosk.record(2)))
        moved = replace(kiosk.record(2), outbox=b"n" * 16, sequence=1)
        answer = await service.told(kiosk.sales(moved))
        assert answer.status is Status.BOOKED
        assert receipt_in(answer.body).contiguous == 1
        assert (await service.store.counts())["sale"] == 2

    play(settings, scene)


def test_chores_go_on_and_take_in_a_new_certificate(embedded: Settings) -> None:
    ports = [f"127.0.0.1:{free_port()}" for _ in range(3)]
    settings = replace(embedded, kiosks=ports[0], enrolment=ports[1], operations=ports[2])

    async def whole() -> None:
        service = Service(settings)
        task = asyncio.create_task(service.run())
        try:
            await _until(lambda: len(service._contexts) == 2)
            keyset = settings.folder / "keys" / "keyset.bin"
            whole = keyset.read_bytes()
            keyset.write_bytes(b"x" * 100)
            service.reload()
            await asyncio.sleep(0.2)
            keyset.write_bytes(whole)
            from service.keys import extend
            from service.setup import offline_key

            key = offline_key(settings.folder.with_name("offline"))
            extend(settings.folder / "keys", key, settings.tenant, time.time_ns() // 1_000_000)
            service.reload()
            await _until(lambda: service.keys.version == 2)
        finally:
            service.stop()
            await task

    asyncio.run(whole())


async def _until(holds: object) -> None:
    assert callable(holds)
    for _ in range(300):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError


def test_a_line_that_says_nothing_is_cut_off(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "REQUEST_SECONDS", 0.2)
    ports = [f"127.0.0.1:{free_port()}" for _ in range(3)]
    settings = replace(embedded, kiosks=ports[0], enrolment=ports[1], operations=ports[2])

    def silent() -> bytes:
        host, _, port = ports[2].rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(b"GET /hea")
            try:
                return line.recv(100)
            except ConnectionError:
                return b""

    async def whole() -> None:
        service = Service(settings)
        task = asyncio.create_task(service.run())
        try:
            await _until(lambda: len(service._contexts) == 2)
            await asyncio.sleep(0.2)
            assert await asyncio.to_thread(silent) == b""
        finally:
            service.stop()
            await task

    asyncio.run(whole())


def test_a_killed_child_is_no_success(tmp_path: Path, cluster: Cluster) -> None:
    """Who supervises the supervisor starts it anew only if it says that it failed."""
    from service.stand import make_stand
    from tests.service_process import Running

    settings = Settings(
        tmp_path / "s", "markt", "DE", cluster.database(), test_cards=True, processes=2
    )
    make_stand(settings, [], [])
    running = Running(settings)
    task = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    children = task.read_text().split()
    assert len(children) == 2
    os.kill(int(children[0]), signal.SIGKILL)
    assert running._end() in (137, 143)  # the other one may not have got as far as to end well
