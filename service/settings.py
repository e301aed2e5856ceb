"""service.toml: read once, into frozen values. An unknown key is an error that names it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from service.errors import SettingsError

FILE = "service.toml"
RATES = (
    *("lookups_per_minute", "lookup_burst", "sales_per_minute", "sales_burst"),
    *("receipts_per_minute", "receipts_burst", "views_per_minute", "views_burst"),
    *("pieces_per_minute", "pieces_burst"),
)
MAC_FROM = ("data", "picc", "nothing")
"""Where the input of a card's MAC may begin: at the file data if there are any, at the PICC data."""
RECEIPT_DAYS_MOST = 3650
CATALOGUE_DAYS_MOST = 3650
CODE_HOURS_MOST, TOKEN_DAYS_MOST = 24, 366
"""Longer ones are not even taken: a code is a moment's, and a card's token is renewed each year."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One service. `folder` holds service.toml, keys, certificates and, by default, the store."""

    folder: Path
    tenant: str
    """Whose customers: stands in every sealed message."""
    region: str
    """Where personal data is stored, like `DE`: there is no default, somebody must have decided."""
    store: str
    """`sqlite:NAME` in the folder, or `postgresql://user@host/database`."""
    kiosks: str = "127.0.0.1:8443"
    """The door for kiosks with a certificate."""
    enrolment: str = "127.0.0.1:8444"
    """The door for kiosks without one; leads nowhere else."""
    operations: str = "127.0.0.1:9443"
    """Health, readiness and metrics, plain: keep it on loopback."""
    host: str = "localhost"
    """The name in the server's certificate, as kiosks call it."""
    processes: int = 1
    writer: str = "w"
    """Name of this machine's audit chains; another one for each machine on one database."""
    lookups_per_minute: float = 30.0
    lookup_burst: int = 10
    sales_per_minute: float = 600.0
    sales_burst: int = 120
    receipts_per_minute: float = 6.0
    receipts_burst: int = 200
    """Sealed receipts a kiosk may send; after hours without a line many come at once."""
    receipt_days: int = 90
    """How long a receipt can be fetched by its link."""
    receipts: str = "127.0.0.1:8445"
    """The public door, of a process of its own: receipts for who has the link. Plain, unless:"""
    receipts_certificate: str = ""
    receipts_key: str = ""
    """Files for TLS at the public door, where nothing in front of it does that."""
    receipts_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Whose word (the last of X-Forwarded-For) is taken for where a customer calls from."""
    joining: str = ""
    """The inner door behind the public one, where members join; keep it on loopback. Empty: nobody."""
    responsible: str = ""
    """Name and address of who is responsible for members' data, as whoever joins reads them."""
    receipts_operations: str = "127.0.0.1:9445"
    """Health, readiness and metrics of the public process, plain: keep it on loopback."""
    views_per_minute: float = 60.0
    views_burst: int = 60
    """How often one address may ask for receipts."""
    catalogue_days: int = 30
    """How long kiosks may take a catalogue that is published now."""
    catalogue_left_out: float = 5.0
    """Percent of a file's rows that may be left out; more, and it is not published."""
    pieces_per_minute: float = 600.0
    pieces_burst: int = 120
    """Pieces of catalogues, of 256 KiB each, that a kiosk may fetch."""
    test_cards: bool = False
    """Take numbers typed at a bench for cards. Only for demos and tests."""
    card_hosts: tuple[str, ...] = ()
    """Hosts that stand in the links of our NTAG 424 DNA cards; a link to another one proves nothing."""
    card_system: str = "openkiosk"
    """System identifier that card keys are derived with (AN10922). Another one: all cards anew."""
    card_mac_from: str = "data"
    """Where the MAC's input begins in a card's link: `data`, `picc` or `nothing`."""
    code_hours: int = 24
    """How long a code counts that is issued now."""
    card_token_days: int = 365
    """How long a token on a card counts that is issued now."""


def load(folder: Path) -> Settings:
    """Raises SettingsError."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"{path} is missing; make a service with ./run service init --at {folder} "
            "--tenant NAME --region DE"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    return settings_of(folder, data)


def settings_of(folder: Path, data: dict[str, Any]) -> Settings:
    """Raises SettingsError."""
    known = {each.name: each for each in fields(Settings) if each.name != "folder"}
    for key in data:
        if key not in known:
            raise SettingsError(f"{key}: unknown key; known are {', '.join(known)}")
    values: dict[str, Any] = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(name, data[name], str(each.type))
        elif each.default is MISSING:
            raise SettingsError(f"{name}: is missing")
    settings = Settings(folder=folder, **values)
    _check(settings)
    return settings


def _value(name: str, value: Any, kind: str) -> Any:
    if kind == "float" and type(value) is int:
        return float(value)
    if kind == "tuple[str, ...]" and type(value) is list:
        if all(type(each) is str for each in value):
            return tuple(value)
        kind = "list of texts"
    if type(value).__name__ != kind:
        raise SettingsError(f"{name}: {kind} is wanted, not {type(value).__name__}")
    return value


def _check(settings: Settings) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", settings.tenant):
        raise SettingsError("tenant: small letters, digits and hyphens are wanted")
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,12})?", settings.region):
        raise SettingsError("region: a country code like DE or DE-BY is wanted")
    if not re.fullmatch(r"sqlite:[\w.-]+|postgres(ql)?://.+", settings.store):
        raise SettingsError("store: sqlite:NAME or postgresql://... is wanted")
    if not re.fullmatch(r"[a-z0-9-]{1,16}", settings.writer):
        raise SettingsError("writer: one to sixteen small letters, digits and hyphens are wanted")
    if not 1 <= settings.processes <= 64:
        raise SettingsError("processes: 1 to 64 is wanted")
    if settings.store.startswith("sqlite:") and settings.processes > 1:
        raise SettingsError("processes: one writer is all SQLite has; use PostgreSQL for more")
    for name in RATES:
        if not getattr(settings, name) > 0:
            raise SettingsError(f"{name}: more than 0 is wanted")
    _check_cards(settings)
    _check_receipts(settings)
    _check_catalogues(settings)
    for name in ("kiosks", "enrolment", "operations", "receipts", "receipts_operations"):
        endpoint(getattr(settings, name), name)
    _check_joining(settings)


def _check_joining(settings: Settings) -> None:
    if not settings.joining:
        return
    if not settings.joining.startswith(("127.", "localhost:", "[::1]:")):
        raise SettingsError("joining: an address of loopback is wanted; strangers never call here")
    if not re.fullmatch(r'[^"\\\x00-\x1f]{4,200}', settings.responsible):
        raise SettingsError("responsible: name and address are wanted where members join")
    endpoint(settings.joining, "joining")


def _check_receipts(settings: Settings) -> None:
    if not 1 <= settings.receipt_days <= RECEIPT_DAYS_MOST:
        raise SettingsError(f"receipt_days: 1 to {RECEIPT_DAYS_MOST} is wanted")
    if bool(settings.receipts_certificate) != bool(settings.receipts_key):
        raise SettingsError("receipts_certificate, receipts_key: both or none is wanted")
    for address in settings.receipts_proxies:
        try:
            ip_address(address)
        except ValueError as error:
            raise SettingsError(f"receipts_proxies: {address!r} is no address") from error


def _check_catalogues(settings: Settings) -> None:
    if not 1 <= settings.catalogue_days <= CATALOGUE_DAYS_MOST:
        raise SettingsError(f"catalogue_days: 1 to {CATALOGUE_DAYS_MOST} is wanted")
    if not 0 <= settings.catalogue_left_out <= 100:
        raise SettingsError("catalogue_left_out: 0 to 100 percent is wanted")


def _check_cards(settings: Settings) -> None:
    for host in settings.card_hosts:
        if not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,7}", host):
            raise SettingsError(f"card_hosts: a host name in small letters is wanted, not {host!r}")
    if not re.fullmatch(r"[ !#-\[\]-~]{1,16}", settings.card_system):
        raise SettingsError(
            "card_system: 1 to 16 ASCII characters are wanted, no quote or backslash"
        )
    if settings.card_mac_from not in MAC_FROM:
        raise SettingsError(f"card_mac_from: one of {', '.join(MAC_FROM)} is wanted")
    if not 1 <= settings.code_hours <= CODE_HOURS_MOST:
        raise SettingsError(f"code_hours: 1 to {CODE_HOURS_MOST} is wanted; a code is for today")
    if not 1 <= settings.card_token_days <= TOKEN_DAYS_MOST:
        raise SettingsError(f"card_token_days: 1 to {TOKEN_DAYS_MOST} is wanted")


def endpoint(text: str, name: str) -> tuple[str, int]:
    """`host:port`; port 0 lets the system choose. Raises SettingsError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"{name}: host:port is wanted, not {text!r}")
    return host.strip("[]"), int(port)


def write(settings: Settings) -> None:
    """service.toml with every key, so that an operator sees what there is. Raises OSError."""
    lines = ["# One central service; every key is explained in docs/service.md.\n"]
    for each in fields(Settings):
        if each.name == "folder":
            continue
        value = getattr(settings, each.name)
        lines.append(f"{each.name} = {_toml(value)}\n")
    (settings.folder / FILE).write_text("".join(lines), encoding="utf-8")


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(_toml(each) for each in value)}]"
        case _:
            return str(value)
