"""The doors as strangers find them: TLS, HTTP, enrolment, revocation and ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.lookup.enrol import EnrolmentFailed, enrol
from kiosk.lookup.identity import Identity, load_identity
from kiosk.lookup.renewal import is_due, renewal, renewed
from service import authority
from service.authority import at
from service.keys import DAY
from service.settings import Settings
from service.stand import make_stand
from service.store.port import KioskRow, Standing
from service.wire.messages import CustomerView, Status
from tests.cluster import free_port
from tests.service_process import Running, posted
from tests.service_stand import CARD, MEMBER, TENANT, FakeKiosk, StillClock


def now() -> int:
    """Unix milliseconds, of the real clock: the service here has it, too."""
    return time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with one kiosk, K1, and one member."""
    folder = tmp_path_factory.mktemp("doors")
    settings = Settings(
        folder / "service", TENANT, "DE", "sqlite:store.db", test_cards=True, lookup_burst=500
    )
    make_stand(settings, [folder / "K1"], [MEMBER])
    made = Running(settings)
    yield made
    assert made.stop() == 0


@pytest.fixture
def kiosk(running: Running) -> FakeKiosk:
    """The kiosk that was let in."""
    identity = running.identity(running.settings.folder.parent / "K1")
    return FakeKiosk(identity, _no_row(identity), StillClock(now()))


def _no_row(identity: Identity) -> KioskRow:
    return KioskRow(identity.kiosk, "K1", b"", b"", Standing.ACTIVE, 0, 0)


def test_a_sealed_lookup_through_the_real_door(running: Running, kiosk: FakeKiosk) -> None:
    line = running.line(kiosk.identity.tls())
    for card, status in ((CARD, Status.FOUND), ("0000000000", Status.UNKNOWN)):
        request, asked = kiosk.lookup(card)
        code, body = posted(line, request)
        answer = kiosk.read(body, asked)
        assert (code, answer.status) == (200, status)
    request, asked = kiosk.lookup()
    _, body = posted(line, request)
    assert bytes(CustomerView(kiosk.read(body, asked).body).name) == MEMBER.name.encode()
    line.close()


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/lookup", b"", {}, 415),
        ("/v1/lookup", b"", {"content-type": "application/octet-stream"}, 400),
        ("/v1/lookup", bytes(3189), {"content-type": "application/octet-stream"}, 400),
        ("/v1/lookup", b"\x01" + bytes(3188), {"content-type": "application/octet-stream"}, 421),
        ("/v1/lookup", bytes(50_000), {"content-type": "application/octet-stream"}, 413),
        ("/v1/renew", b"{}", {}, 400),
        ("/v1/renew", b"[" * 20_000, {}, 400),
        ("/v1/renew", b"\xff", {}, 400),
        ("/v1/renew", bytes(50_000), {}, 413),
        ("/v1/other", b"", {}, 404),
        ("/", b"", {}, 404),
    ],
)
def test_whatever_is_refused_says_nothing(
    running: Running, kiosk: FakeKiosk, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    line = running.line(kiosk.identity.tls())
    line.request("POST", path, body, headers)
    response = line.getresponse()
    assert (response.status, response.read()) == (status, b"")
    told = {name.lower() for name, _ in response.getheaders()}
    assert told <= {"content-length", "content-type", "connection"}
    line.close()


def test_a_body_without_length_is_not_read_for_ever(running: Running, kiosk: FakeKiosk) -> None:
    line = running.line(kiosk.identity.tls())
    pieces = iter([b"x" * 20_000] * 5)
    line.request("POST", "/v1/lookup", pieces, {"content-type": "application/octet-stream"})
    assert line.getresponse().status == 413
    line.close()


def _fails(running: Running, context: ssl.SSLContext, door: str = "kiosks") -> None:
    """TLS 1.3 tells a client only when it reads; whichever way, nothing is answered."""
    line = running.line(context, door)
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        posted(line, b"")
    line.close()


def _client(folder: Path, root: Path, name: str = "tls") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(root)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def _issued(
    running: Running, folder: Path, issuing: authority.Authority, when: int
) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issue_kiosk(issuing, b"k" * 16, key.public_key(), when)
    folder.mkdir()
    (folder / "tls.pem").write_bytes(
        authority.pem(certificate) + authority.pem(issuing.certificate)
    )
    (folder / "tls.key").write_bytes(authority.pem_key(key))
    return _client(folder, running.settings.folder / "tls" / "root.pem")


def test_no_expired_foreign_or_missing_certificate_gets_in(
    running: Running, kiosk: FakeKiosk, tmp_path: Path
) -> None:
    failed = running.metric('kiosk_tls_handshakes_total{outcome="failed"}')
    root = running.settings.folder / "tls" / "root.pem"
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.load_verify_locations(root)
    _fails(running, bare)
    ours = authority.load(running.settings.folder / "tls", "issuing")
    _fails(running, _issued(running, tmp_path / "expired", ours, now() - 30 * DAY))
    _fails(running, _issued(running, tmp_path / "early", ours, now() + 2 * DAY))
    foreign = authority.make_issuing(authority.make_root(TENANT, now()), TENANT, now())
    _fails(running, _issued(running, tmp_path / "foreign", foreign, now()))
    old = kiosk.identity.tls()
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    _fails(running, old)
    assert running.metric('kiosk_tls_handshakes_total{outcome="failed"}') >= failed + 5
    reasons = [json.loads(line) for line in running.log.read_text().splitlines()]
    told = {each.get("reason") for each in reasons if each["event"] == "handshake failed"}
    assert "certificate has expired" in told
    assert "peer did not return a certificate" in told


def test_a_certificate_of_ours_alone_opens_nothing(
    running: Running, kiosk: FakeKiosk, tmp_path: Path
) -> None:
    """Of our authority, but not of this kiosk: the line and the signature must be of one."""
    ours = authority.load(running.settings.folder / "tls", "issuing")
    line = running.line(_issued(running, tmp_path / "other", ours, now()))
    request, _ = kiosk.lookup()
    assert posted(line, request) == (403, b"")
    line.close()


def test_plain_http_is_refused_and_counted(running: Running) -> None:
    failed = running.metric('kiosk_tls_handshakes_total{outcome="failed"}')
    host, _, port = running.places["kiosks"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        plain.sendall(b"POST /v1/lookup HTTP/1.1\r\nhost: x\r\n\r\n")
        with contextlib.suppress(ConnectionError):  # a reset is as good as an end
            assert b"HTTP/" not in plain.recv(100)
    assert running.metric('kiosk_tls_handshakes_total{outcome="failed"}') == failed + 1


def test_a_service_of_another_root_is_not_trusted(running: Running, tmp_path: Path) -> None:
    other = authority.make_root("other", now())
    (tmp_path / "root.pem").write_bytes(authority.pem(other.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(tmp_path / "root.pem")
    line = running.line(context)
    with pytest.raises(ssl.SSLCertVerificationError):
        posted(line, b"")
    line.close()


def test_a_lost_device_is_out_at_once_also_on_an_open_line(
    running: Running, tmp_path: Path
) -> None:
    identity = _enrolled(running, tmp_path / "K9", "K9")
    kiosk = FakeKiosk(identity, _no_row(identity), StillClock(now()))
    line = running.line(identity.tls())
    request, _ = kiosk.lookup()
    assert posted(line, request)[0] == 200
    running.command("kiosk", "lost", "K9")
    request, _ = kiosk.lookup()
    assert posted(line, request) == (403, b"")
    line = running.line(identity.tls())
    line.request("GET", "/v1/key-set")
    assert line.getresponse().status == 403
    line.close()
    assert "lost_device" in running.command("status")


def _waits(check: Callable[[], bool]) -> Callable[[float], bool]:
    def wait(seconds: float) -> bool:
        threading.Event().wait(min(seconds, 0.1))
        return check()

    return wait


def _enrolled(running: Running, folder: Path, name: str) -> Identity:
    """The whole way: invite, enrol, compare, approve."""
    code = json.loads(running.command("kiosk", "invite", name))["code"]
    told: list[str] = []

    def approve() -> bool:
        shown = told[0].split()[-1]
        waiting = json.loads(running.command("kiosk", "list"))["waiting"]
        if any(each["fingerprint"] == shown for each in waiting):
            running.command("kiosk", "approve", shown)
        return False

    enrol(code, folder, told.append, _waits(approve))
    return running.identity(folder)


def test_a_kiosk_enrols_is_served_and_renews(running: Running, tmp_path: Path) -> None:
    identity = _enrolled(running, tmp_path / "K5", "K5")
    kiosk = FakeKiosk(identity, _no_row(identity), StillClock(now()))
    line = running.line(identity.tls())
    request, asked = kiosk.lookup()
    _, body = posted(line, request)
    assert kiosk.read(body, asked).status is Status.FOUND
    assert not is_due(identity.certificate, at(now()))
    assert is_due(identity.certificate, at(now() + 4 * DAY))
    status, body = posted(line, renewal(identity), "/v1/renew")
    assert status == 200
    assert renewed(identity, body)
    fresh = load_identity(identity.folder)
    assert fresh.certificate.serial_number != identity.certificate.serial_number
    line.close()
    line = running.line(fresh.tls())
    request, _ = kiosk.lookup()
    assert posted(line, request)[0] == 200
    line.close()


def test_a_code_is_good_for_one_kiosk(running: Running, tmp_path: Path) -> None:
    code = json.loads(running.command("kiosk", "invite", "K6"))["code"]
    with pytest.raises(EnrolmentFailed, match="not approved yet"):
        enrol(code, tmp_path / "one", lambda _: None, lambda _: True)
    with pytest.raises(EnrolmentFailed, match="used up"):
        enrol(code, tmp_path / "two", lambda _: None, lambda _: True)
    with pytest.raises(EnrolmentFailed, match="not approved yet"):  # the first one may go on
        enrol(code, tmp_path / "one", lambda _: None, lambda _: True)
    assert not (tmp_path / "one" / "identity.json").exists()


def test_a_code_of_another_service_is_not_followed(running: Running, tmp_path: Path) -> None:
    from service.wire.enrolment import InviteCode

    code = InviteCode(b"s" * 16, b"f" * 16, running.places["enrolment"])
    with pytest.raises(EnrolmentFailed, match="another service"):
        enrol(str(code), tmp_path / "x", lambda _: None, lambda _: True)
    away = InviteCode(b"s" * 16, b"f" * 16, f"127.0.0.1:{free_port()}")
    with pytest.raises(EnrolmentFailed, match="reachable"):
        enrol(str(away), tmp_path / "x", lambda _: None, lambda _: True)


def test_the_key_set_is_there_for_kiosks(running: Running, kiosk: FakeKiosk) -> None:
    line = running.line(kiosk.identity.tls())
    line.request("GET", "/v1/key-set")
    response = line.getresponse()
    assert response.status == 200
    assert response.read() == (running.settings.folder / "keys" / "keyset.bin").read_bytes()
    for have, status in (("1", 204), ("0", 200), ("x", 200)):
        line.request("GET", f"/v1/key-set?have={have}")
        response = line.getresponse()
        assert (response.status, response.read() == b"") == (status, status == 204)
    line.close()


def test_operators_see_that_it_lives_and_is_ready(running: Running) -> None:
    line = http.client.HTTPConnection(running.places["operations"], timeout=5)
    for path, told in (("/health", {"lives": True}), ("/ready", {"ready": True})):
        line.request("GET", path)
        response = line.getresponse()
        assert (response.status, json.loads(response.read())) == (200, told)
    line.close()


def test_logs_hold_allowed_fields_only(running: Running) -> None:
    from service.telemetry import ALLOWED

    for text in running.log.read_text().splitlines():
        line = json.loads(text)
        assert set(line) <= {"time", "level", "event", *ALLOWED}
    log = running.log.read_text()
    assert CARD not in log
    assert MEMBER.name not in log
