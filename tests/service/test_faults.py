"""Full disks, ends in mid-request, several processes: acknowledged stays stored, errors are clear."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from service.errors import StoreAway
from service.settings import Settings
from service.stand import make_stand
from service.store.port import KioskRow, Standing
from service.store.sqlite import SqliteStore
from service.wire.messages import Status
from tests.cluster import Cluster
from tests.service.test_lookup import play
from tests.service_process import SEALED, Running, posted
from tests.service_stand import CARD, MEMBER, TENANT, FakeKiosk, Inside, StillClock


def _kiosk(running: Running, folder: Path) -> FakeKiosk:
    identity = running.identity(folder)
    row = KioskRow(identity.kiosk, folder.name, b"", b"", Standing.ACTIVE, 0, 0)
    return FakeKiosk(identity, row, StillClock(time.time_ns() // 1_000_000))


async def _until_full(service: Inside) -> int:
    """How many sales were answered before the disk was full."""
    for number in range(1, 200):
        service.clock.seconds += 60
        try:
            await service.told(service.kiosk.sales(service.kiosk.record(number)))
        except StoreAway:
            return number - 1
    raise AssertionError("the disk does not fill")


def test_a_full_disk_answers_nothing_and_heals(embedded: Settings) -> None:
    """No answer without its audit entry; when there is space again, everything goes on."""

    async def scene(service: Inside) -> None:
        store = service.store
        assert isinstance(store, SqliteStore)
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN
        pages = store._writer._db.pragma("page_count")
        store._writer._db.pragma("max_page_count", pages)
        answered = await _until_full(service)
        assert (await service.store.counts())["sale"] == answered
        service.clock.seconds += 60
        with pytest.raises(StoreAway):
            await service.told(service.kiosk.sales(service.kiosk.record(answered + 1)))
        store._writer._db.pragma("max_page_count", 1 << 30)
        service.clock.seconds += 60
        answer = await service.told(service.kiosk.sales(service.kiosk.record(answered + 1)))
        assert answer.status is Status.BOOKED
        heads = await store.heads()
        assert heads["w0"].seq == (await store.counts())["audit"]

    play(embedded, scene)


def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    """A request that is half sent when the end is asked for is still answered."""
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [tmp_path / "K1"], [MEMBER])
    running = Running(settings)
    kiosk = _kiosk(running, tmp_path / "K1")
    line = running.line(kiosk.identity.tls())
    request, asked = kiosk.lookup()
    line.putrequest("POST", "/v1/lookup")
    for name, value in {**SEALED, "content-length": str(len(request))}.items():
        line.putheader(name, value)
    line.endheaders(request[:1000])
    threading.Event().wait(0.3)
    codes: list[int] = []
    stopper = threading.Thread(target=lambda: codes.append(running.stop()))
    stopper.start()
    threading.Event().wait(0.5)
    line.send(request[1000:])
    response = line.getresponse()
    assert kiosk.read(response.read(), asked).status is Status.FOUND
    line.close()
    stopper.join(20)
    assert codes == [0]
    line = running.line(kiosk.identity.tls())
    with pytest.raises(OSError):  # noqa: PT011 - refused by the system
        posted(line, request)


def test_a_killed_service_lost_nothing_it_answered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [tmp_path / "K1"], [MEMBER])
    running = Running(settings)
    kiosk = _kiosk(running, tmp_path / "K1")
    for number in range(1, 6):
        line = running.line(kiosk.identity.tls())
        assert posted(line, kiosk.sales(kiosk.record(number, CARD))[0])[0] == 200
        running.kill()
        line.close()
        running.start()
        kiosk = _kiosk(running, tmp_path / "K1")
    counts = json.loads(running.command("status"))["counts"]
    assert (counts["sale"], counts["sale_link"], counts["audit"]) == (5, 5, 5)
    assert json.loads(running.command("audit", "verify"))["findings"] == []
    assert running.stop() == 0


def test_a_process_a_core_on_one_database(tmp_path: Path) -> None:
    """Two processes share the door; each has its chain, a nonce counts once in both."""
    cluster = Cluster()
    try:
        settings = Settings(
            tmp_path / "service",
            TENANT,
            "DE",
            cluster.database(),
            test_cards=True,
            processes=2,
            lookup_burst=500,
        )
        make_stand(settings, [tmp_path / "K1"], [MEMBER])
        running = Running(settings)
        kiosk = _kiosk(running, tmp_path / "K1")
        request, _ = kiosk.lookup()
        answers = []
        for _ in range(24):
            line = running.line(kiosk.identity.tls())
            answers.append(posted(line, request)[0])
            status, _ = posted(line, kiosk.lookup()[0])
            assert status == 200
            line.close()
        assert sorted(answers) == [200] + [400] * 23
        assert running.stop() == 0
        report = json.loads(running.command("audit", "verify"))
        assert report["findings"] == []
        assert {"w0", "w1"} <= set(report["chains"])
        assert report["entries"] == 25
    finally:
        cluster.stop()


def test_a_database_that_is_gone_is_503_and_comes_back(tmp_path: Path) -> None:
    cluster = Cluster()
    try:
        settings = Settings(tmp_path / "service", TENANT, "DE", cluster.database(), test_cards=True)
        make_stand(settings, [tmp_path / "K1"], [MEMBER])
        running = Running(settings)
        kiosk = _kiosk(running, tmp_path / "K1")
        line = running.line(kiosk.identity.tls())
        assert posted(line, kiosk.lookup()[0])[0] == 200
        cluster.crash()
        line.request("POST", "/v1/lookup", kiosk.lookup()[0], SEALED)
        response = line.getresponse()
        told = (response.status, response.read())
        assert told == (503, b""), running.log.read_text()
        assert response.getheader("retry-after") == "5"
        operations = http.client.HTTPConnection(running.places["operations"], timeout=15)
        operations.request("GET", "/ready")
        assert operations.getresponse().status == 503
        operations.close()
        cluster.start()
        assert posted(line, kiosk.lookup()[0])[0] == 200
        line.close()
        assert running.stop() == 0
    finally:
        cluster.stop()


def test_a_setting_nobody_can_serve_is_one_line(tmp_path: Path) -> None:
    from service.__main__ import main

    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [], [])
    running = Running(settings)
    again = replace(running.settings)
    assert main(["--at", str(again.folder), "serve"]) == 78
    assert running.stop() == 0
