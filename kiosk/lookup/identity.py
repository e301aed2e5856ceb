"""Who this kiosk is to the service: a folder of keys, readable by its owner only.

identity.json  kiosk id, tenant, where the service is      root.pem      the service's root certificate
tls.key tls.pem  the key and certificate of the line       signing.key   signs every request
pinned.key     public half of the key that signs key sets  keyset.bin    the newest key set
"""

from __future__ import annotations

import json
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.ports import ConfigError
from service.wire.envelope import Forged
from service.wire.keyset import KeySet, read_key_set
from service.wire.messages import Malformed

PRIVATE_FILES = ("tls.key", "signing.key")


@dataclass(frozen=True, slots=True)
class Identity:
    """What was agreed at enrolment, read from `folder`."""

    folder: Path
    kiosk: bytes
    host: str
    port: int
    signing: Ed25519PrivateKey
    pinned: Ed25519PublicKey
    keys: KeySet
    certificate: x509.Certificate

    def tls(self) -> ssl.SSLContext:
        """TLS 1.3 that trusts the service's root alone and shows this kiosk's certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(self.folder / "root.pem")
        context.load_cert_chain(self.folder / "tls.pem", self.folder / "tls.key")
        return context


def load_identity(folder: Path) -> Identity:
    """Raises ConfigError naming the file and the remedy."""
    try:
        told = json.loads(read_file(folder, "identity.json"))
        pinned = Ed25519PublicKey.from_public_bytes(read_file(folder, "pinned.key"))
        return Identity(
            folder,
            bytes.fromhex(told["kiosk"]),
            str(told["host"]),
            int(told["port"]),
            Ed25519PrivateKey.from_private_bytes(read_file(folder, "signing.key")),
            pinned,
            read_key_set(read_file(folder, "keyset.bin"), pinned),
            x509.load_pem_x509_certificate(read_file(folder, "tls.pem")),
        )
    except (ValueError, KeyError, TypeError, UnsupportedAlgorithm, Forged, Malformed) as error:
        raise ConfigError(
            f"{folder}: the identity is damaged; enrol this kiosk anew (./run kiosk enrol CODE)"
        ) from error


def read_file(folder: Path, name: str) -> bytes:
    """Raises ConfigError, also where others may read a private file."""
    path = folder / name
    try:
        if name in PRIVATE_FILES and path.stat().st_mode & 0o077:
            raise ConfigError(f"{path}: others may read it; chmod 600 it")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} is missing; enrol this kiosk (./run kiosk enrol CODE)"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Durable, whole or not at all, for its owner only. Raises OSError."""
    beside = folder / f".{name}.new"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(folder / name)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
