"""Certificates: a root kept offline, an issuing authority at the service, seven days for a kiosk."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from service.errors import SettingsError
from service.files import read_secret, write_secret
from service.wire.suite import sha256

ROOT_DAYS, ISSUING_DAYS, SERVER_DAYS, KIOSK_DAYS = 3650, 1825, 397, 7
SKEW = timedelta(minutes=10)
"""Certificates begin a little earlier: clocks of kiosks are not exact."""


def at(ms: int) -> datetime:
    """Unix milliseconds as aware UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that signs others, with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issue(
        self,
        subject: str,
        public: ec.EllipticCurvePublicKey,
        now: int,
        days: int,
        *extensions: tuple[x509.ExtensionType, bool],
    ) -> x509.Certificate:
        """Sign a certificate; never longer in force than the authority itself."""
        until = min(at(now) + timedelta(days=days), self.certificate.not_valid_after_utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(self.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at(now) - SKEW)
            .not_valid_after(until)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
            )
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256())


def _authority_marks(path_length: int) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (x509.BasicConstraints(ca=True, path_length=path_length), True), (usage, True)


def make_root(tenant: str, now: int) -> Authority:
    """The root: its key is for offline keeping."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"{tenant} root")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at(now) - SKEW)
        .not_valid_after(at(now) + timedelta(days=ROOT_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    for extension, critical in _authority_marks(1):
        builder = builder.add_extension(extension, critical)
    return Authority(builder.sign(key, hashes.SHA256()), key)


def make_issuing(root: Authority, tenant: str, now: int) -> Authority:
    """The authority that signs kiosks and servers, online at the service."""
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = root.issue(
        f"{tenant} issuing",
        key.public_key(),
        now,
        ISSUING_DAYS,
        *_authority_marks(0),
        (identifier, False),
    )
    return Authority(certificate, key)


def issue_server(issuing: Authority, host: str, now: int) -> tuple[x509.Certificate, bytes]:
    """A server's certificate for `host`, and its key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    try:
        names.append(x509.IPAddress(ipaddress.ip_address(host)))
    except ValueError:
        names.append(x509.DNSName(host))
    certificate = issuing.issue(
        host,
        key.public_key(),
        now,
        SERVER_DAYS,
        (x509.SubjectAlternativeName(list(dict.fromkeys(names))), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
    )
    return certificate, pem_key(key)


def issue_kiosk(
    issuing: Authority, kiosk: bytes, public: ec.EllipticCurvePublicKey, now: int
) -> x509.Certificate:
    """A kiosk's certificate. Nothing of its request but the key is taken over."""
    return issuing.issue(
        kiosk.hex(),
        public,
        now,
        KIOSK_DAYS,
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(urn(kiosk))]), False),
    )


def urn(kiosk: bytes) -> str:
    """How a kiosk is named in its certificate."""
    return f"urn:openkiosk:kiosk:{kiosk.hex()}"


def pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Unencrypted PKCS#8: the file's mode protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def pem(certificate: x509.Certificate) -> bytes:
    """PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    """DER."""
    return certificate.public_bytes(serialization.Encoding.DER)


def key_digest(public: ec.EllipticCurvePublicKey) -> bytes:
    """SHA-256 of a public key (SPKI): ties a line's certificate to a kiosk."""
    return sha256(
        public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def read_csr(data: bytes) -> tuple[x509.CertificateSigningRequest, ec.EllipticCurvePublicKey]:
    """A DER request signed by its own P-256 key. Raises ValueError."""
    request = x509.load_der_x509_csr(data)
    public = request.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        raise ValueError("a key that is not P-256")
    if not request.is_signature_valid:
        raise ValueError("a request its own key did not sign")
    return request, public


def save(authority: Authority, folder: Path, name: str) -> None:
    """`name`.pem and `name`.key. Raises OSError."""
    write_secret(folder / f"{name}.pem", pem(authority.certificate))
    write_secret(folder / f"{name}.key", pem_key(authority.key))


def load(folder: Path, name: str) -> Authority:
    """Raises SettingsError."""
    try:
        certificate = x509.load_pem_x509_certificate(read_secret(folder / f"{name}.pem"))
        key = serialization.load_pem_private_key(read_secret(folder / f"{name}.key"), None)
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{folder / name}: is damaged; restore it from a backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SettingsError(f"{folder / name}.key: is of another kind")
    return Authority(certificate, key)
