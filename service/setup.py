"""A new service: settings, keys, certificates and store, and the two keys that go offline."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service import authority
from service.errors import SettingsError
from service.files import write_secret
from service.keys import make_keys, signing_key
from service.settings import FILE, Settings, write
from service.store.schema import migrate


def initialise(settings: Settings, offline: Path, now: int) -> None:
    """Make everything in `settings.folder`, the offline keys in `offline`. Raises SettingsError.

    Nothing that exists is touched: keys that are overwritten would take all customers with them.
    """
    for path in (settings.folder / FILE, settings.folder / "keys", offline / "keyset.key"):
        if path.exists():
            raise SettingsError(f"{path} exists already; choose another folder, or remove it first")
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        offline.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_keys(settings, offline, now)
        _make_certificates(settings, offline, now)
        write(settings)
    except OSError as error:
        raise SettingsError(f"{settings.folder}: {error.strerror}") from error
    migrate(store_url(settings))


def _make_keys(settings: Settings, offline: Path, now: int) -> None:
    keys = settings.folder / "keys"
    pinned = Ed25519PrivateKey.generate()
    write_secret(offline / "keyset.key", pinned.private_bytes_raw())
    write_secret(keys / "pinned.key", pinned.public_key().public_bytes_raw())
    make_keys(keys, pinned, settings.tenant, now)


def _make_certificates(settings: Settings, offline: Path, now: int) -> None:
    tls = settings.folder / "tls"
    root = authority.make_root(settings.tenant, now)
    issuing = authority.make_issuing(root, settings.tenant, now)
    authority.save(root, offline, "root")
    authority.save(issuing, tls, "issuing")
    write_secret(tls / "root.pem", authority.pem(root.certificate))
    make_server_certificate(settings, now)


def make_server_certificate(settings: Settings, now: int) -> None:
    """A certificate for this service's name; also to renew it. Raises SettingsError, or OSError."""
    tls = settings.folder / "tls"
    issuing = authority.load(tls, "issuing")
    certificate, key = authority.issue_server(issuing, settings.host, now)
    chain = authority.pem(certificate) + authority.pem(issuing.certificate)
    write_secret(tls / "server.key", key)
    write_secret(tls / "server.pem", chain)


def offline_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs key sets, from where it is kept. Raises SettingsError."""
    return signing_key(folder / "keyset.key")


def store_url(settings: Settings) -> str:
    """For migrations."""
    if settings.store.startswith("sqlite:"):
        return f"sqlite:///{settings.folder / settings.store.removeprefix('sqlite:')}"
    return settings.store
