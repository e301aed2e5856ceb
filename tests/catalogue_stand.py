"""An office that publishes catalogues, and a kiosk that looks for them; both may be wronged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.catalog import FORMAT, Catalogue
from kiosk.catalogue_import import import_catalogue
from kiosk.catalogues.current import Current
from kiosk.catalogues.kept import Kept
from kiosk.clock import SystemClock
from kiosk.ids import Gtin
from kiosk.lookup.fetching import Fetcher, Terms
from kiosk.lookup.session import Session
from kiosk.ports import Cancel
from service.__main__ import main
from service.catalogues import Catalogues
from service.files import write_secret
from service.keys import DAY
from service.setup import offline_key
from service.wire.catalogue import Statement, read_statement, sign_statement
from tests.service_stand import TENANT

MILK = Gtin(4012345000016)
WHEN = datetime(2026, 11, 21, tzinfo=UTC)
HEAD = "gtin,name,price,vat\n"


def made(path: Path, cents: int) -> Path:
    """A catalogue in which milk costs this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    csv = path.with_suffix(".csv")
    csv.write_text(f"gtin,name,price,vat\n{MILK},Milch,{cents // 100}.{cents % 100:02},7\n")
    import_catalogue(csv, path, WHEN)
    csv.unlink()
    return path


def costs(catalogue: Catalogue) -> int:
    """Cents of the milk; the catalogue is closed."""
    try:
        catalogue.check()
        found = catalogue.find(MILK)
        assert found
        return found.price.minor
    finally:
        catalogue.close()


@dataclass
class Office:
    """Who publishes, and whoever breaks into the service's folder."""

    service: Path
    offline: Path
    csv: Path

    @property
    def folder(self) -> Catalogues:
        """Where they lie."""
        return Catalogues(self.service)

    @property
    def key(self) -> Ed25519PrivateKey:
        """The one kiosks have pinned."""
        return offline_key(self.offline)

    def act(self, *words: str, code: int = 0) -> None:
        """A command, as it is typed."""
        if words[0] in ("publish", "rollback") and "--offline" not in words:
            words = (*words, "--offline", str(self.offline))
        assert main(["--at", str(self.service), "--json", "catalogue", *words]) == code

    def write(self, cents: int, rows: int = 1) -> None:
        """The file: milk at this price, and other goods."""
        lines = [f"{MILK},Milch,{cents // 100}.{cents % 100:02},7\n"]
        for number in range(1, rows):
            digits = f"40{number:010}"
            odd = sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))
            lines.append(f"{digits}{-odd % 10},{'Ware ' * 38}{number},9.99,19\n")
        self.csv.write_text(HEAD + "".join(lines))

    def publish(self, cents: int, rows: int = 1) -> None:
        """As the command does it, without its look at store and settings."""
        self.write(cents, rows)
        catalogues, now = self.folder, SystemClock().now()
        draft = catalogues.draft()
        articles = import_catalogue(self.csv, draft, now).articles
        sha256, size = catalogues.take(draft)
        at, version = int(now.timestamp() * 1000), catalogues.next_version
        told = Statement(
            TENANT, version, FORMAT, size, sha256, at, at + DAY, articles, rows - articles
        )
        catalogues.publish(told, self.key)

    @property
    def told(self) -> Statement:
        """What is offered now."""
        offer = self.folder.offer()
        assert offer
        return read_statement(offer.document, self.key.public_key())

    def forge(self, key: Ed25519PrivateKey | None = None, **changes: object) -> Statement:
        """Offer something else about the same file."""
        version = self.folder.next_version
        told = replace(self.told, **{"version": version, **changes})  # type: ignore[arg-type]
        document = sign_statement(told, key or self.key)
        write_secret(self.folder.folder / f"{version:010}.statement", document)
        return told

    def file(self) -> Path:
        """The one that is offered now."""
        return self.folder.folder / f"{self.told.sha256}.db"


@dataclass
class Shop:
    """A kiosk's catalogues."""

    kept: Kept
    session: Session
    terms: Terms

    def __post_init__(self) -> None:
        self.current = Current(self.kept, SystemClock())
        self.fetcher = Fetcher(self.session, self.kept, self.current, SystemClock(), self.terms)

    def look(self) -> str:
        """One look; how it ended, and why."""
        outcome = self.fetcher.look(Cancel())
        if outcome in ("current", "staged"):
            return outcome
        told = self.kept.attempt
        assert told
        return f"{outcome}: {told.why}"

    @property
    def milk(self) -> int:
        """What it costs now."""
        found = self.current.find(MILK)
        assert found
        return found.price.minor
