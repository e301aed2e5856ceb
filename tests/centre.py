"""A central service for tests of the kiosk: a real TLS line, the real wire, and faults by name."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import ssl
import threading
from collections import deque
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import h11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kiosk.clock import SystemClock
from service.wire.consent import Decision, decision_in
from service.wire.envelope import Opened, open_request, seal_answer
from service.wire.keyset import KeySet, ServiceKey, Use, sign_key_set
from service.wire.messages import ALL_FIELDS, Customer, Kind, Status, evidence_in, pack_customer
from service.wire.sales import Link, Receipt, SaleRecord, open_link, pack_receipt, sales_in
from service.wire.suite import PrivateKey

TENANT = "test"
HOUR_MS = 3600 * 1000
FAULTS = (
    "lost", "late", "garbage", "truncated", "forged", "clock", "slow", "not_ready", "revoked",
    "unknown_key", "unsigned", "too_long", "no_http",
)  # fmt: skip


def now_ms() -> int:
    """Unix milliseconds."""
    return round(SystemClock().now().timestamp() * 1000)


class Centre:
    """One tenant, one kiosk. `faults` strike one request each, in their order."""

    def __init__(self, folder: Path) -> None:
        """Make all keys, enrol a kiosk in `folder/identity`, and listen."""
        self.members: dict[bytes, Customer] = {}
        self.faults: deque[str] = deque()
        self.asked: list[Opened] = []
        self.decided: list[Decision] = []
        self.slip_words: deque[tuple[Status, bytes]] = deque()
        """What is said about slips, in order."""
        self.sales: dict[int, SaleRecord] = {}
        """In the order they were booked, from 1."""
        self.numbers: dict[tuple[bytes, bytes], set[int]] = {}
        """Booked, for each kiosk and outbox."""
        self.conflicts: set[str] = set()
        self.clock_ms = 0
        """How far ahead the service's clock is."""
        self.open_door = threading.Event()
        """Late answers wait for this."""
        self.receipts: dict[bytes, bytes] = {}
        """Sealed receipts by name."""
        self.offered: list[str] = []
        self.receipt_answers: deque[int] = deque()
        """What is answered to receipts before they are taken."""
        self.kiosk = secrets.token_bytes(16)
        self.identity = folder / "identity"
        self._lookup, self._outbox = (
            PrivateKey(secrets.token_bytes(32)),
            PrivateKey(secrets.token_bytes(32)),
        )
        self._offline, self._answer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self._signing = Ed25519PrivateKey.generate()
        self.keys = self._key_set(1)
        self._sock = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        self._tls = self._certify(folder)
        self._lines: set[ssl.SSLSocket] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="centre", daemon=True)
        self._thread.start()

    # --- keys -------------------------------------------------------------------------------------

    def _key_set(self, version: int, key_id: bytes = b"key1") -> KeySet:
        since, until = now_ms() - HOUR_MS, now_ms() + 90 * 24 * HOUR_MS

        def key(name: bytes, use: Use, public: bytes) -> ServiceKey:
            return ServiceKey(name, use, public, since, until)

        return KeySet(
            TENANT,
            version,
            (
                key(key_id, Use.LOOKUP, self._lookup.public.raw),
                key(b"out1", Use.OUTBOX, self._outbox.public.raw),
                key(b"ans1", Use.ANSWER, self._answer.public_key().public_bytes_raw()),
            ),
        )

    def rotate(self) -> None:
        """A new key for lookups; the old one is known no more."""
        self._lookup = PrivateKey(secrets.token_bytes(32))
        self.keys = self._key_set(self.keys.version + 1, b"key2")

    def _certify(self, folder: Path) -> ssl.SSLContext:
        root_key, root = _certificate("root", None, None)
        server_key, server = _certificate("127.0.0.1", root_key, root)
        kiosk_key, kiosk = _certificate("kiosk", root_key, root)
        self.identity.mkdir(parents=True)
        told = {"kiosk": self.kiosk.hex(), "tenant": TENANT, "host": "127.0.0.1", "port": self.port}
        files = {
            "identity.json": json.dumps(told).encode(),
            "root.pem": _pem(root),
            "tls.key": _pem(kiosk_key),
            "tls.pem": _pem(kiosk),
            "signing.key": self._signing.private_bytes_raw(),
            "pinned.key": self._offline.public_key().public_bytes_raw(),
            "keyset.bin": sign_key_set(self.keys, self._offline),
        }
        for name, data in files.items():
            (self.identity / name).write_bytes(data)
            (self.identity / name).chmod(0o600)
        place = folder / "centre.pem"
        place.write_bytes(_pem(server_key) + _pem(server))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(place)
        context.load_verify_locations(self.identity / "root.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def enrol_anew(self) -> None:
        """The same keys under another kiosk id."""
        self.kiosk = secrets.token_bytes(16)
        place = self.identity / "identity.json"
        told = json.loads(place.read_bytes())
        place.write_text(json.dumps({**told, "kiosk": self.kiosk.hex()}))

    def link_of(self, record: SaleRecord) -> Link:
        """What only the service can read."""
        return open_link(record.link, self._outbox, TENANT)

    # --- line ---------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                raw, _ = self._sock.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(raw,), daemon=True).start()

    def _talk(self, raw: socket.socket) -> None:
        sock: ssl.SSLSocket | None = None
        with contextlib.suppress(OSError, h11.ProtocolError):
            sock = self._tls.wrap_socket(raw, server_side=True)
            self._lines.add(sock)
            http = h11.Connection(h11.SERVER)
            while self._request(sock, http):
                http.start_next_cycle()
        for each in (sock, raw):
            if each:
                each.close()

    def _request(self, sock: ssl.SSLSocket, http: h11.Connection) -> bool:
        target, body = "", b""
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(sock.recv(65536))
            elif isinstance(event, h11.Request):
                target = event.target.decode()
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return self._reply(sock, http, target, body)
            else:
                return False

    def _reply(self, sock: ssl.SSLSocket, http: h11.Connection, target: str, body: bytes) -> bool:
        fault = ""
        if target.partition("?")[0] == "/v1/key-set":
            status, answer = 200, sign_key_set(self.keys, self._offline)
        elif target.startswith("/v1/receipts/"):
            status, answer = self._kept(target.rpartition("/")[2], body), b""
        else:
            fault = self.faults.popleft() if self.faults else ""
            status, answer = self._answered(body, fault)
        if fault == "lost":
            return False
        if fault == "no_http":
            sock.sendall(b"220 hello\r\n\r\n")
            return False
        headers = [("Content-Length", str(len(answer)))]
        if status == 503:
            headers.append(("Retry-After", "7"))
        data = http.send(h11.Response(status_code=status, headers=headers)) or b""
        data += http.send(h11.Data(data=answer)) or b""
        sock.sendall(data[: len(data) // 2] if fault == "truncated" else data)
        if fault == "truncated":
            return False
        http.send(h11.EndOfMessage())
        return True

    def _answered(self, body: bytes, fault: str) -> tuple[int, bytes]:
        refusals = {"not_ready": 503, "revoked": 403, "unknown_key": 421}
        if fault in refusals:
            return refusals[fault], b""
        if body[1:5] != self.keys.keys[0].id:
            return 421, b""
        opened = open_request(body, self._lookup, TENANT)
        opened.verify(self._signing.public_key())
        self.asked.append(opened)
        if fault == "late":
            self.open_door.wait(20)
        if fault == "garbage":
            return 200, secrets.token_bytes(816)
        if fault == "too_long":
            return 200, bytes(100_000)
        at = now_ms() + self.clock_ms
        signing = Ed25519PrivateKey.generate() if fault == "forged" else self._answer
        if fault == "slow":
            return 200, seal_answer(opened, Status.SLOW_DOWN, at, retry=30, signing=signing)
        if fault == "clock" or abs(opened.question.at - at) > 120_000:
            return 200, seal_answer(opened, Status.CLOCK, at, signing=signing)
        status, answer = self._told(opened)
        return 200, seal_answer(
            opened, status, at, answer, signing=None if fault == "unsigned" else signing
        )

    def _kept(self, name: str, body: bytes) -> int:
        self.offered.append(name)
        if self.receipt_answers:
            return self.receipt_answers.popleft()
        self.receipts[bytes.fromhex(name)] = body
        return 201

    def _told(self, opened: Opened) -> tuple[Status, bytes]:
        if opened.question.kind is Kind.SALE:
            return self._booked(opened)
        if opened.question.kind is Kind.SLIP:
            return self.slip_words.popleft()
        if opened.question.kind is Kind.CONSENT:
            shown, decision = decision_in(opened.body)
            self.decided.append(decision)
            known = self.members.pop(shown.data, None)
            return (Status.FOUND if known else Status.UNKNOWN), b""
        found = self.members.get(evidence_in(opened.body).data)
        return (Status.FOUND, pack_customer(found)) if found else (Status.UNKNOWN, b"")

    def _booked(self, opened: Opened) -> tuple[Status, bytes]:
        records = sales_in(opened.body)
        known = {each.id: each for each in self.sales.values()}
        numbers = self.numbers.setdefault((self.kiosk, records[0].outbox), set())
        status = Status.BOOKED
        if any(each.id in self.conflicts or known.get(each.id, each) != each for each in records):
            status = Status.CONFLICT  # and nothing of it is booked
        else:
            for record in records:
                numbers.add(record.sequence)
                if record.id not in known:
                    self.sales[len(self.sales) + 1] = record
        contiguous = 0
        while contiguous + 1 in numbers:
            contiguous += 1
        return status, pack_receipt(Receipt(self.kiosk, records[0].outbox, contiguous))

    def hang_up(self) -> None:
        """End every connection, as a restart does."""
        for sock in tuple(self._lines):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._lines.clear()

    def stop(self) -> None:
        """Be gone."""
        self._over.set()
        self.open_door.set()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        self._thread.join(5)
        self.hang_up()


def member(name: str = "Erika", balance: int = 1250) -> Customer:
    """Somebody who agreed to be greeted."""
    return Customer(1, ALL_FIELDS, name=name, balance=balance, tier="Gold", language="de")


def _certificate(
    name: str, issuer_key: ec.EllipticCurvePrivateKey | None, issuer: x509.Certificate | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.fromtimestamp(now_ms() / 1000, UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if name == "127.0.0.1":
        names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(name))])
        built = built.add_extension(names, critical=False)
    return key, built.sign(issuer_key or key, hashes.SHA256())


def _pem(what: ec.EllipticCurvePrivateKey | x509.Certificate) -> bytes:
    if isinstance(what, x509.Certificate):
        return what.public_bytes(Encoding.PEM)
    return what.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
