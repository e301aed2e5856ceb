"""The kiosks' door for sealed receipts: once, whole, from kiosks of ours, and nothing is told of it."""

from __future__ import annotations

import http.client
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from service.keys import DAY
from service.settings import Settings
from service.stand import make_stand
from service.wire.ereceipt import BLOCK, SEALED_MOST, Sealed, seal
from tests.service_process import SEALED, Running
from tests.service_stand import MEMBER, TENANT


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with two kiosks."""
    folder = tmp_path_factory.mktemp("intake")
    settings = Settings(folder / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    settings = replace(settings, receipt_days=30)
    make_stand(settings, [folder / "K1", folder / "K2"], [MEMBER])
    made = Running(settings)
    yield made
    assert made.stop() == 0


def context(running: Running, name: str = "K1") -> ssl.SSLContext:
    """The identity of a kiosk."""
    return running.identity(running.settings.folder.parent / name).tls()


@pytest.fixture
def line(running: Running) -> Iterator[http.client.HTTPSConnection]:
    """K1's line."""
    opened = running.line(context(running))
    yield opened
    opened.close()


def put(
    line: http.client.HTTPConnection, name: str, body: bytes, headers: dict[str, str] | None = None
) -> int:
    """Send it; the status. Whatever it is, the answer says no more."""
    line.request("PUT", f"/v1/receipts/{name}", body, SEALED if headers is None else headers)
    response = line.getresponse()
    assert response.read() == b""
    told = {name.lower() for name, _ in response.getheaders()}
    assert told <= {"content-length", "content-type", "connection", "retry-after"}
    return response.status


def made(text: str = "{}") -> Sealed:
    """Some sealed receipt."""
    return seal(secrets.token_bytes(16), text.encode())


def test_a_receipt_is_kept_once(running: Running, line: http.client.HTTPSConnection) -> None:
    one = made()
    sent = [put(line, one.name.hex(), one.data) for _ in range(3)]
    assert sent == [201, 204, 204]
    db = apsw.Connection(str(running.settings.folder / "store.db"), apsw.SQLITE_OPEN_READONLY)
    row = db.execute("SELECT * FROM receipt WHERE name = ?", (one.name,)).fetchone()
    db.close()
    assert row
    _, _, sealed, received, expires, deliveries = row
    assert (sealed, expires - received, deliveries) == (one.data, 30 * DAY, 3)
    assert running.metric('kiosk_receipts_total{outcome="same"}') >= 2


def test_of_two_kiosks_the_first_has_the_name(
    running: Running, line: http.client.HTTPSConnection
) -> None:
    one, other = made(), made()
    second = running.line(context(running, "K2"))
    assert put(line, one.name.hex(), one.data) == 201
    assert put(second, one.name.hex(), other.data) == 409
    assert put(line, one.name.hex(), other.data) == 409
    assert put(second, one.name.hex(), one.data) == 204  # a kiosk that was enrolled anew
    assert running.metric('kiosk_refusals_total{reason="taken"}') >= 2
    second.close()


@pytest.mark.parametrize(
    "name",
    ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "%61" * 64 + "b", "..%2f" * 8, "a" * 32 + "/b"],
)
def test_a_name_has_one_spelling(line: http.client.HTTPSConnection, name: str) -> None:
    assert put(line, name, made().data) in (400, 404)


def test_only_what_may_be_a_sealed_receipt_is_taken(line: http.client.HTTPSConnection) -> None:
    data = made().data
    for body, status in (
        (b"", 400),
        (data[:-1], 400),
        (data + b"x", 400),
        (b"\x02" + data[1:], 400),
        (b"\x01" + bytes(16), 400),
        (b"\x01" + bytes(SEALED_MOST), 413),
        (b"\x01" + bytes(16 + 46 * BLOCK), 201),
    ):
        assert put(line, secrets.token_hex(32), body) == status, len(body)
    assert put(line, secrets.token_hex(32), data, {"content-type": "text/plain"}) == 415
    assert put(line, secrets.token_hex(32), data, {}) == 415
    for method in ("GET", "HEAD", "DELETE", "POST"):
        line.request(method, f"/v1/receipts/{secrets.token_hex(32)}")
        response = line.getresponse()
        assert (response.status, response.read()) == (405, b"")


def test_a_body_without_length_is_not_read_for_ever(line: http.client.HTTPSConnection) -> None:
    pieces = iter([b"\x01" * 30_000] * 9)
    line.request("PUT", f"/v1/receipts/{secrets.token_hex(32)}", pieces, SEALED)
    assert line.getresponse().status == 413


def test_a_lost_kiosk_writes_nothing_also_on_an_open_line(
    running: Running, line: http.client.HTTPSConnection
) -> None:
    lost = running.line(context(running, "K2"))
    one = made()
    assert put(lost, one.name.hex(), one.data) in (201, 204)
    running.command("kiosk", "revoke", "K2")
    two = made()
    assert put(lost, two.name.hex(), two.data) == 403
    again = running.line(context(running, "K2"))
    assert put(again, one.name.hex(), one.data) == 403
    assert put(line, two.name.hex(), two.data) == 201  # so it was not kept
    lost.close()
    again.close()


def test_one_kiosk_cannot_fill_the_store(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    settings = replace(settings, receipts_per_minute=1.0, receipts_burst=2)
    make_stand(settings, [tmp_path / "K1", tmp_path / "K2"], [])
    running = Running(settings)
    try:
        line = running.line(context(running))
        sent = [made() for _ in range(3)]
        assert [put(line, each.name.hex(), each.data) for each in sent] == [201, 201, 429]
        line.close()
        other = running.line(context(running, "K2"))
        assert put(other, sent[2].name.hex(), sent[2].data) == 201
        other.close()
    finally:
        assert running.stop() == 0


def test_no_name_stands_in_a_log(running: Running, line: http.client.HTTPSConnection) -> None:
    one = made()
    put(line, one.name.hex(), one.data)
    put(line, one.name.hex(), made().data)
    put(line, f"{one.name.hex()}00", one.data)
    log = running.log.read_text()
    assert "taken" in log
    assert one.name.hex() not in log
    assert "receipts/" not in log
