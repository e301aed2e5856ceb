"""Somebody who takes TLS apart between kiosk and service reads nothing and forges nothing."""

from __future__ import annotations

import base64
import http.client
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from service.stand import make_stand
from service.store.port import KioskRow, Standing
from service.wire.envelope import Forged
from service.wire.messages import CustomerView, Status
from tests.service_process import SEALED, Running, posted
from tests.service_stand import CARD, MEMBER, TENANT, FakeKiosk, StillClock

Change = Callable[[bytes], bytes]


def same(data: bytes) -> bytes:
    """Only looks."""
    return data


class Middle:
    """A proxy with the service's own certificate and the kiosk's: the worst there can be."""

    def __init__(self, service: Running, kiosk: FakeKiosk) -> None:
        self._service, self._kiosk = service, kiosk
        self.seen: list[bytes] = []
        self.ask: Change = same
        self.answer: Change = same
        folder = service.settings.folder / "tls"
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(folder / "server.pem", folder / "server.key")
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._door.accept()
            except OSError:
                return
            with self._tls.wrap_socket(plain, server_side=True) as line:
                self._pass_on(line)

    def _pass_on(self, line: ssl.SSLSocket) -> None:
        stream = line.makefile("rb")
        length = 0
        while (header := stream.readline()) not in (b"\r\n", b""):
            self.seen.append(header)
            if header.lower().startswith(b"content-length:"):
                length = int(header[15:])
        body = stream.read(length)
        self.seen.append(body)
        behind = self._service.line(self._kiosk.identity.tls())
        status, answer = posted(behind, self.ask(body))
        behind.close()
        self.seen.append(answer)
        answer = self.answer(answer)
        head = f"HTTP/1.1 {status} x\r\ncontent-length: {len(answer)}\r\nconnection: close\r\n\r\n"
        line.sendall(head.encode() + answer)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[tuple[Running, FakeKiosk, Middle]]:
    """A service, a kiosk, and somebody between them."""
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [tmp_path / "K1"], [MEMBER])
    service = Running(settings)
    identity = service.identity(tmp_path / "K1")
    row = KioskRow(identity.kiosk, "K1", b"", b"", Standing.ACTIVE, 0, 0)
    kiosk = FakeKiosk(identity, row, StillClock(time.time_ns() // 1_000_000))
    middle = Middle(service, kiosk)
    yield service, kiosk, middle
    middle.stop()
    service.stop()


def _through(middle: Middle, kiosk: FakeKiosk, request: bytes) -> tuple[int, bytes]:
    line = http.client.HTTPSConnection(
        "127.0.0.1", middle.port, timeout=10, context=kiosk.identity.tls()
    )
    line.request("POST", "/v1/lookup", request, SEALED)
    response = line.getresponse()
    return response.status, response.read()


def test_nothing_can_be_read(scene: tuple[Running, FakeKiosk, Middle]) -> None:
    _, kiosk, middle = scene
    request, asked = kiosk.lookup()
    status, body = _through(middle, kiosk, request)
    assert status == 200
    assert bytes(CustomerView(kiosk.read(body, asked).body).name) == MEMBER.name.encode()
    seen = b"".join(middle.seen)
    for word in (CARD, MEMBER.name, MEMBER.tier, str(MEMBER.balance)):
        raw = word.encode()
        for form in (raw, raw.hex().encode(), base64.b64encode(raw)[:-2], word.encode("utf-16-le")):
            assert form not in seen
    assert kiosk.identity.kiosk not in seen


def test_nothing_can_be_changed(scene: tuple[Running, FakeKiosk, Middle]) -> None:
    _, kiosk, middle = scene
    middle.ask = lambda data: data[:2000] + bytes((data[2000] ^ 1,)) + data[2001:]
    request, _ = kiosk.lookup()
    assert _through(middle, kiosk, request) == (400, b"")
    middle.ask = same
    middle.answer = lambda data: data[:99] + bytes((data[99] ^ 1,)) + data[100:]
    request, asked = kiosk.lookup()
    _, body = _through(middle, kiosk, request)
    with pytest.raises(Forged):
        kiosk.read(body, asked)


def test_answers_cannot_be_exchanged(scene: tuple[Running, FakeKiosk, Middle]) -> None:
    _, kiosk, middle = scene
    request, _ = kiosk.lookup()
    _, first = _through(middle, kiosk, request)
    middle.answer = lambda data: first if data else data
    request, asked = kiosk.lookup("9999999999")
    _, body = _through(middle, kiosk, request)
    with pytest.raises(Forged):
        kiosk.read(body, asked)


def test_a_request_cannot_be_sent_again_nor_after_a_restart_nor_elsewhere(
    scene: tuple[Running, FakeKiosk, Middle], tmp_path: Path
) -> None:
    service, kiosk, middle = scene
    request, _ = kiosk.lookup()
    assert _through(middle, kiosk, request)[0] == 200
    assert _through(middle, kiosk, request) == (400, b"")
    service.kill()
    service.start()
    assert _through(middle, kiosk, request) == (400, b"")
    # A second service of this tenant that even knows the kiosk, with lookup keys of its own.
    other = tmp_path / "other"
    make_stand(
        Settings(other, TENANT, "DE", "sqlite:store.db", test_cards=True), [tmp_path / "X"], []
    )
    shutil.copy(service.settings.folder / "store.db", other / "store.db")
    for name in ("root.pem", "server.pem", "server.key", "issuing.pem", "issuing.key"):
        shutil.copy(service.settings.folder / "tls" / name, other / "tls" / name)
    second = Running(Settings(other, TENANT, "DE", "sqlite:store.db", test_cards=True))
    try:
        fresh, asked = kiosk.lookup()
        line = second.line(kiosk.identity.tls())
        assert posted(line, fresh) == (421, b"")
        line.close()
        status, body = _through(middle, kiosk, fresh)
        assert (status, kiosk.read(body, asked).status) == (200, Status.FOUND)
    finally:
        second.stop()
