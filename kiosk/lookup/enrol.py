"""How this kiosk becomes known to the service: `./run kiosk enrol CODE`.

The code's fingerprint proves the service to us, the code's secret and a person's look at our own
fingerprint prove us to the service. Keys are made here and never leave.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from kiosk.lookup.identity import read_file, write_file
from kiosk.ports import ConfigError, KioskError
from service.wire.enrolment import (
    InviteCode,
    Vows,
    key_fingerprint,
    make_vows,
    read_code,
    root_fingerprint,
)
from service.wire.envelope import Forged
from service.wire.keyset import read_key_set
from service.wire.messages import Malformed

TIMEOUT_SECONDS = 10.0
POLL_SECONDS = 2.0
ANSWER_MOST = 1 << 20


class EnrolmentFailed(KioskError):
    """The kiosk is not enrolled; the message says what to do."""


def enrol(
    text: str,
    folder: Path,
    tell: Callable[[str], None],
    wait: Callable[[float], bool],
) -> None:
    """Enrol, waiting for approval; `wait(seconds)` returns True to give up.

    Begun again with the same code, it goes on where it stopped. Raises EnrolmentFailed, ConfigError.
    """
    try:
        code = read_code(text)
    except Malformed as error:
        raise EnrolmentFailed(str(error)) from error
    if (folder / "identity.json").exists():
        raise EnrolmentFailed(f"{folder} holds an identity already; move it away to enrol anew")
    try:
        tls, signing = _own_keys(folder)
        context = _trust(code, folder)
        told = False
        while True:
            answer = _ask(code, context, tls, signing)
            if answer.get("standing") == "approved":
                _keep(folder, answer, tls)
                return
            if not told:
                tell(f"Fingerprint of this kiosk:  {_fingerprint(tls, signing)}")
                tell("At the service, compare it and run:  ./run service kiosk approve FINGERPRINT")
                told = True
            if wait(POLL_SECONDS):
                raise EnrolmentFailed("not approved yet; run the same command again to go on")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise EnrolmentFailed(f"{code.place}: {why}; is the service reachable?") from error


def _own_keys(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, Ed25519PrivateKey]:
    """This kiosk's keys, made once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "signing.key").exists():
        tls = ec.generate_private_key(ec.SECP256R1())
        pem = tls.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_file(folder, "tls.key", pem)
        write_file(folder, "signing.key", Ed25519PrivateKey.generate().private_bytes_raw())
    return tls_key(folder), Ed25519PrivateKey.from_private_bytes(read_file(folder, "signing.key"))


def tls_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The key of the line. Raises ConfigError."""
    try:
        key = serialization.load_pem_private_key(read_file(folder, "tls.key"), None)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{folder}/tls.key: is damaged; enrol this kiosk anew") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"{folder}/tls.key: is of another kind; enrol this kiosk anew")
    return key


def make_csr(tls: ec.EllipticCurvePrivateKey) -> bytes:
    """A request (DER) for this key; the service decides what the certificate says.

    Its signature is deterministic, so that the fingerprint stays the same when it is made again.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    request = builder.sign(tls, hashes.SHA256(), ecdsa_deterministic=True)
    return request.public_bytes(serialization.Encoding.DER)


def _fingerprint(tls: ec.EllipticCurvePrivateKey, signing: Ed25519PrivateKey) -> str:
    return key_fingerprint(make_csr(tls), signing.public_key().public_bytes_raw())


def application(
    secret: bytes, tls: ec.EllipticCurvePrivateKey, signing: Ed25519PrivateKey
) -> dict[str, str]:
    """What is sent to apply or to renew: both keys, each vouching for the other."""
    csr = make_csr(tls)
    vows: Vows = make_vows(secret, csr, tls, signing)
    return {
        "csr": _text(csr),
        "signing": _text(signing.public_key().public_bytes_raw()),
        "by_tls": _text(vows.by_tls),
        "by_signing": _text(vows.by_signing),
    }


def _trust(code: InviteCode, folder: Path) -> ssl.SSLContext:
    """Fetch the root over a line that proves nothing, and believe it by the code's fingerprint."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    root = _exchange(code, blind, "GET", "/v1/root", None)
    if root_fingerprint(root) != code.fingerprint:
        raise EnrolmentFailed(
            "another service answers than the one that made the code: do not go on"
        )
    try:
        pem = x509.load_der_x509_certificate(root).public_bytes(serialization.Encoding.PEM)
    except ValueError as error:
        raise EnrolmentFailed("the service's root certificate cannot be read") from error
    write_file(folder, "root.pem", pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=pem.decode())
    return context


def _ask(
    code: InviteCode,
    context: ssl.SSLContext,
    tls: ec.EllipticCurvePrivateKey,
    signing: Ed25519PrivateKey,
) -> dict[str, Any]:
    body = {"secret": _text(code.secret), **application(code.secret, tls, signing)}
    raw = _exchange(code, context, "POST", "/v1/enrol", json.dumps(body).encode())
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise EnrolmentFailed("the service answers something no service says") from error
    if not isinstance(answer, dict):
        raise EnrolmentFailed("the service answers something no service says")
    return answer


def _exchange(
    code: InviteCode, context: ssl.SSLContext, method: str, path: str, body: bytes | None
) -> bytes:
    host, _, port = code.place.rpartition(":")
    line = http.client.HTTPSConnection(
        host.strip("[]"), int(port), timeout=TIMEOUT_SECONDS, context=context
    )
    try:
        line.request(method, path, body)
        response = line.getresponse()
        data = response.read(ANSWER_MOST)
    except http.client.HTTPException as error:
        raise EnrolmentFailed(f"{code.place}: no service answers there") from error
    finally:
        line.close()
    if response.status == 403:
        raise EnrolmentFailed(
            "the code is used up, mistyped or older than ten minutes; ask for a new one"
        )
    if response.status != 200:
        raise EnrolmentFailed(f"the service refuses ({response.status}); try again in a minute")
    return data


def _keep(folder: Path, answer: dict[str, Any], tls: ec.EllipticCurvePrivateKey) -> None:
    """Check what came, then write it; identity.json last, since it says that all is there."""
    try:
        certificate = base64.b64decode(answer["certificate"])
        pinned = base64.b64decode(answer["pinned"])
        document = base64.b64decode(answer["keyset"])
        keys = read_key_set(document, Ed25519PublicKey.from_public_bytes(pinned))
        told = {key: answer[key] for key in ("kiosk", "tenant", "host", "port")}
        ours = x509.load_pem_x509_certificate(certificate).public_key() == tls.public_key()
    except (ValueError, KeyError, TypeError, Forged, Malformed) as error:
        raise EnrolmentFailed("the service's answer is damaged; try again") from error
    if not ours or keys.tenant != told["tenant"]:
        raise EnrolmentFailed("the service's answer is for another kiosk; do not go on")
    write_file(folder, "tls.pem", certificate)
    write_file(folder, "pinned.key", pinned)
    write_file(folder, "keyset.bin", document)
    write_file(folder, "identity.json", json.dumps(told, indent=2).encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
