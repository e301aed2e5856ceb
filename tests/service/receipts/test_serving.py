"""The public process as operators run it: without keys, with a certificate, to a graceful end."""

from __future__ import annotations

import http.client
import json
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from kiosk.clock import SystemClock
from kiosk.lookup.line import Limit, ServiceLine
from kiosk.ports import Cancel
from service.errors import SettingsError
from service.keys import DAY
from service.receipts.serving import PublicReceipts
from service.settings import Settings
from service.setup import make_server_certificate
from service.stand import make_stand
from service.telemetry import ALLOWED
from service.wire.ereceipt import seal, token_text
from tests.cluster import free_port
from tests.receipt_stand import ANY_PORTS, ROOT, Hosted, PublicProcess, asked, kept, packed
from tests.service_process import Running
from tests.service_stand import NOW, TENANT

FAR = NOW + 20_000 * DAY
"""The process has this machine's clock."""


@pytest.fixture
def keyless(settings: Settings) -> tuple[Settings, str]:
    """A store with one receipt, and nothing else of the service."""
    link = kept(settings, packed(), FAR)
    for name in ("keys", "tls", "witness"):
        shutil.rmtree(settings.folder / name, ignore_errors=True)
    return replace(settings, **ANY_PORTS), link


@pytest.fixture
def public(keyless: tuple[Settings, str]) -> Iterator[PublicProcess]:
    made = PublicProcess(keyless[0])
    yield made
    assert made.stop() == 0


def test_it_needs_no_key_of_the_service(
    keyless: tuple[Settings, str], public: PublicProcess
) -> None:
    _, link = keyless
    place = public.places["receipts"]
    assert asked(place, f"/b/{link}").status == 200
    assert asked(place, f"/b/{link}.pdf").body.startswith(b"%PDF-")
    assert asked(place, f"/b/{'A' * 22}").status == 404
    assert not (keyless[0].folder / "keys").exists()


def test_no_path_token_or_address_is_told_anywhere(
    keyless: tuple[Settings, str], public: PublicProcess
) -> None:
    settings, link = keyless
    place, inside = public.places["receipts"], public.places["receipts_operations"]
    for path in (f"/b/{link}", f"/b/{link}.pdf", "/b/needle-in-the-path", "/needle?needle=needle"):
        for method in ("GET", "HEAD", "POST"):
            asked(place, path, method, {"x-forwarded-for": "198.51.100.77", "x-needle": "needle"})
    host, _, port = place.rpartition(":")
    odd = http.client.HTTPConnection(host, int(port), timeout=20)
    odd.putrequest("GET", "/needle", skip_host=True)
    odd.endheaders()
    assert odd.getresponse().status == 400
    odd.close()
    log, metrics = public.log.read_text(), asked(inside, "/metrics").body.decode()
    assert 'kiosk_receipt_views_total{outcome="page"} 2.0' in metrics
    for needle in (link, "needle", "/b/", "198.51.100.77", "127.0.0.1"):
        assert needle not in log, needle
        assert needle not in metrics, needle
    for text in log.splitlines():
        assert set(json.loads(text)) <= {"time", "level", "event", *ALLOWED}
    assert settings.folder.name not in metrics


def test_a_record_that_cannot_be_shown_is_told_without_its_text(embedded: Settings) -> None:
    link = kept(embedded, b'{"version": "needle"}', FAR)
    public = PublicProcess(replace(embedded, **ANY_PORTS))
    assert asked(public.places["receipts"], f"/b/{link}").status == 404
    assert public.stop() == 0
    log = public.log.read_text()
    assert "NoReceipt" in log
    assert "needle" not in log
    assert link not in log


def test_it_ends_by_signal_and_takes_a_reload(public: PublicProcess) -> None:
    public.tell(signal.SIGHUP)
    inside = public.places["receipts_operations"]
    assert json.loads(asked(inside, "/health").body) == {"lives": True}
    assert json.loads(asked(inside, "/ready").body) == {"ready": True}
    assert asked(inside, "/b/" + "A" * 22).status == 404
    assert asked(inside, "/metrics", "POST").status == 404
    assert public.stop() == 0
    events = [json.loads(line)["event"] for line in public.log.read_text().splitlines()]
    assert (events[0], events[-1]) == ("serving", "stopped")


def test_it_shows_what_a_kiosk_left_at_the_other_process(tmp_path: Path) -> None:
    """From the kiosk's own line, through both processes, to the page; the kiosk's key is enough."""
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [tmp_path / "K1"], [])
    running = Running(replace(settings, **ANY_PORTS))
    public = PublicProcess(running.settings)
    try:
        token = secrets.token_bytes(16)
        place, sealed = public.places["receipts"], seal(token, packed())
        assert asked(place, f"/b/{token_text(token)}").status == 404
        identity, clock = running.identity(tmp_path / "K1"), SystemClock()
        line = ServiceLine(identity.host, identity.port, identity.tls, clock)
        limit = Limit(clock.monotonic() + 20, Cancel())
        target = f"/v1/receipts/{sealed.name.hex()}"
        sent = [line.exchange("PUT", target, sealed.data, 0, limit).status for _ in range(2)]
        line.close()
        assert sent == [201, 204]
        heard = asked(place, f"/b/{token_text(token)}")
        assert heard.status == 200
        assert "Bio-Vollmilch" in heard.body.decode()
    finally:
        assert public.stop() == 0
        assert running.stop() == 0


def test_with_a_certificate_it_speaks_tls_and_takes_in_the_next_one(embedded: Settings) -> None:
    tls: dict[str, Any] = {
        "receipts_certificate": "tls/server.pem",
        "receipts_key": "tls/server.key",
    }
    settings = replace(embedded, **ANY_PORTS, **tls)
    link = kept(settings, packed())
    with Hosted(settings) as public:
        first = _over_tls(settings, public, link)
        make_server_certificate(settings, NOW)
        public._public.reload()
        assert _over_tls(settings, public, link) != first
        (settings.folder / "tls" / "server.key").write_bytes(b"nothing")
        public._public.reload()  # told, and it goes on
        _over_tls(settings, public, link)


def _over_tls(settings: Settings, public: Hosted, link: str) -> int:
    """The certificate's number, after a receipt was seen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(settings.folder / "tls" / "root.pem")
    context.check_hostname = False
    port = int(public.place.rpartition(":")[2])
    line = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    line.request("GET", f"/b/{link}", headers={"connection": "close"})
    assert isinstance(line.sock, ssl.SSLSocket)
    certificate = line.sock.getpeercert(binary_form=True)
    assert isinstance(certificate, bytes)
    response = line.getresponse()
    assert (response.status, response.read()[:15]) == (200, b"<!DOCTYPE html>")
    line.close()
    return x509.load_der_x509_certificate(certificate).serial_number


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"receipts": "192.0.2.1:1"}, "receipts: 192.0.2.1:1 cannot be listened on"),
        ({"receipts_certificate": "none.pem", "receipts_key": "none.key"}, "receipts_certificate"),
    ],
)
def test_what_cannot_be_used_is_told_at_the_start(
    embedded: Settings, more: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        PublicReceipts(replace(embedded, **{**ANY_PORTS, **more}))


def test_without_a_store_it_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "service.toml").write_text(
        'tenant = "markt"\nregion = "DE"\nstore = "sqlite:store.db"\n'
        f'receipts = "127.0.0.1:{free_port()}"\nreceipts_operations = "127.0.0.1:{free_port()}"\n'
    )
    done = _command("--at", str(tmp_path), "receipts")
    assert done.returncode == 78
    assert "store.db" in done.stderr


def test_its_help_shows_examples() -> None:
    done = _command("receipts", "--help")
    assert done.returncode == 0
    assert "./run service receipts" in done.stdout
    assert "docs/service.md" in done.stdout


def _command(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service", *words]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
