"""One TOML file, read once, into frozen values. An unknown key is an error that names it."""

from __future__ import annotations

import re
import tomllib
import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.errors import ConfigError
from kiosk.gate import GateConfig, key_of
from kiosk.goods.templates import GERMANY, Templates
from kiosk.look import LookConfig, look_of
from kiosk.receipt import Shop
from kiosk.scale_config import ScaleConfig, check_scale
from kiosk.words import Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KioskConfig:
    """This kiosk: its name on receipts and in ids, and where it keeps things.

    `promotions`: a document of the shop's promotions (docs/promotions.md), read at the start.
    `neighbours`: other checkouts as people find them, the nearest first, for when this one is closed.
    `review`: what was bought is shown once more before the card is asked for.
    `till`: a checkout with staff that takes cash, as people find it; then there is a choice.
    """

    id: str
    journal: Path
    catalogue: Path
    language: Language = Language.DE
    promotions: Path | None = None
    neighbours: tuple[str, ...] = ()
    review: bool = False
    till: str = ""


@dataclass(frozen=True, slots=True)
class DisplayConfig:
    """The panel: sizes follow millimetres and viewing distance, not pixels."""

    diagonal_inch: float = 21.5
    width: int = 1080
    height: int = 1920
    distance_mm: int = 600
    mount_mm: int = 900
    """From the floor to the lower edge of what is lit: what can be reached from a wheelchair."""


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """How a device is driven (`driver`, see `./run drivers list`) and where it is (`address`)."""

    driver: str
    address: str


CHARSETS = (
    "cp437",
    "utf-8",
    "ascii",
    "7-bit",
    *(f"iso8859-{part}" for part in range(1, 17) if part != 12),
)
"""Of a terminal's texts."""


@dataclass(frozen=True, slots=True)
class TerminalConfig:
    """The card terminal. `keep_waiting` sends BMP 01 and 02 for terminals that take 84 9C.

    `charset`: of texts of a terminal that does not tell; `message_ids`: number messages where it can.
    """

    driver: str
    address: str
    password: int = 0
    keep_waiting: bool = False
    charset: str = ""
    message_ids: bool = True


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """The receipt printer. `columns`: 0 for what the profile has; 48 is 80 mm paper, 32 is 58 mm.

    `profile`: what kind it is (docs/printers.md). `stationery`: a text file with the shop's logo, header
    and footer; `large`: everybody's receipts in large print.
    """

    driver: str
    address: str
    columns: int = 0
    profile: str = "standard"
    stationery: Path | None = None
    large: bool = False


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """The reader of customer cards. Links on cards are proofs only where their host is one of these."""

    driver: str
    address: str
    card_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffConfig:
    """`release_sha256`: hex SHA-256 of the staff code that releases age-restricted articles.

    `pin_sha256`: of the PIN that staff type at the screen. `void_limit`: cents of goods that customers
    may take out again before staff have a look; 0: any.
    """

    release_sha256: str = ""
    pin_sha256: str = ""
    void_limit: int = 0


@dataclass(frozen=True, slots=True)
class GoodsConfig:
    """Codes of the shop's own, as patterns of thirteen places: see kiosk/goods/templates.py.

    `deposit_slips`: of its machines that take bottles back; none: no slip is worth anything.
    `slips_checked`: where there is a service it is asked about each, so that no two kiosks redeem it.
    `shelf`: goods without a code, to be picked by pictures (docs/goods.md).
    """

    in_store: tuple[str, ...] = GERMANY
    deposit_slips: tuple[str, ...] = ()
    slips_checked: bool = True
    shelf: Path | None = None


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """The central service: `identity` is the folder that enrolment filled, `outbox` a file.

    `receipts`: the address where customers fetch a receipt by its link; empty: they cannot.
    `join`: the same address lets people become customers by a code on this kiosk's screen.
    `catalogue_minutes`: between two looks for a newer catalogue; 0: the imported file is sold from, and
    nothing else. `catalogue_most_mb` (millions of bytes) and `catalogue_left_out` (percent of the rows)
    say which catalogues are not taken.
    """

    identity: Path
    outbox: Path
    receipts: str = ""
    join: bool = False
    catalogue_minutes: int = 15
    catalogue_most_mb: int = 1000
    catalogue_left_out: float = 5.0


@dataclass(frozen=True, slots=True)
class SoundConfig:
    """Short sounds. `driver`: `file` plays them by pw-play, paplay or aplay; `silent` does not.

    `volume`: 0 to 100 of what the machine's own mixer lets through.
    """

    driver: str = "file"
    volume: int = 60


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file. Without `service` nobody identifies, and sales are told to nobody.

    Without `reader` customers show codes only; without `scale` staff weigh what has no label; without
    `gate` no code for an exit is shown.
    """

    kiosk: KioskConfig
    shop: Shop
    terminal: TerminalConfig
    printer: PrinterConfig
    scanner: DeviceConfig
    display: DisplayConfig = field(default_factory=DisplayConfig)
    staff: StaffConfig = field(default_factory=StaffConfig)
    goods: GoodsConfig = field(default_factory=GoodsConfig)
    service: ServiceConfig | None = None
    reader: ReaderConfig | None = None
    scale: ScaleConfig | None = None
    gate: GateConfig | None = None
    look: LookConfig = field(default_factory=LookConfig)
    sound: SoundConfig = field(default_factory=SoundConfig)

    @property
    def fetches(self) -> bool:
        """Catalogues of the service are sold from, where there are any."""
        return self.service is not None and self.service.catalogue_minutes > 0


def load(path: Path) -> Config:
    """Read a configuration. Relative paths in it count from its folder. Raises ConfigError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    config = _read(Config, data, "", path.parent)
    _check(config)
    return config


DISPLAY_RANGES = {
    "diagonal_inch": (5, 100),
    "width": (320, 8000),
    "height": (320, 8000),
    "distance_mm": (200, 3000),
}
"""From a hand-held to a wall; what is outside is a slip of the keyboard."""


NEIGHBOURS_MOST, NEIGHBOUR_LONGEST = 4, 40

RECEIPTS = re.compile(
    r"(?=.{1,60}$)(https://[a-z0-9.-]+|http://127\.0\.0\.1)(:\d{1,5})?(/[a-z0-9-]+)*"
)
"""A short address makes a coarse code. Without TLS only where nothing leaves the machine."""


SERVICE_RANGES = {
    "catalogue_minutes": (0, 1440),
    "catalogue_most_mb": (1, 100_000),
    "catalogue_left_out": (0, 100),
}


def _check(config: Config) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{1,12}", config.kiosk.id):
        raise ConfigError("kiosk.id: one to twelve letters and digits are wanted")
    _check_names("neighbours", config.kiosk.neighbours)
    _check_names("till", tuple(each for each in (config.kiosk.till,) if each))
    for name, text in (("name", config.shop.name), ("tax_number", config.shop.tax_number)):
        if not text.strip():
            raise ConfigError(f"shop.{name}: is empty; receipts must show it")
    for name, (least, most) in DISPLAY_RANGES.items():
        value = getattr(config.display, name)
        if not least <= value <= most:  # nan and inf are in no range
            raise ConfigError(f"display.{name}: {least} to {most} is wanted, not {value}")
    if config.printer.columns not in (0, 32, 42, 48):
        raise ConfigError("printer.columns: 32, 42 or 48 is wanted, or 0 for what the profile has")
    _check_terminal(config.terminal)
    _check_goods(config.goods)
    for host in config.reader.card_hosts if config.reader else ():
        if not re.fullmatch(r"[a-z0-9.-]{1,253}", host):
            raise ConfigError(f'reader.card_hosts: "{host}" is no host name in lower case')
    if config.service:
        _check_service(config.service)
    _check_staff(config.staff)
    look_of(config.look)
    _check_sound(config.sound)
    key_of(config.gate)
    if config.scale:
        check_scale(config.scale)
    try:
        ZoneInfo(config.shop.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f'shop.zone: "{config.shop.zone}" is no time zone') from error


def _check_sound(sound: SoundConfig) -> None:
    if sound.driver not in ("file", "silent"):
        raise ConfigError(f'sound.driver: "file" or "silent" is wanted, not "{sound.driver}"')
    if not 0 <= sound.volume <= 100:
        raise ConfigError(f"sound.volume: 0 to 100 is wanted, not {sound.volume}")


def _check_names(key: str, names: tuple[str, ...]) -> None:
    """Of checkouts, which stand in large letters on the screen."""
    if len(names) > NEIGHBOURS_MOST:
        raise ConfigError(f"kiosk.{key}: up to {NEIGHBOURS_MOST} are wanted")
    for each in names:
        if not each.strip() or len(each) > NEIGHBOUR_LONGEST or not each.isprintable():
            raise ConfigError(
                f"kiosk.{key}: one to {NEIGHBOUR_LONGEST} printable characters each are wanted"
            )


def _check_goods(goods: GoodsConfig) -> None:
    for key, patterns in (
        ("in_store", (goods.in_store, ())),
        ("deposit_slips", ((), goods.deposit_slips)),
    ):
        try:
            Templates(*patterns)
        except ValueError as error:
            raise ConfigError(f"goods.{key}: {error}") from error
    try:
        Templates(goods.in_store, goods.deposit_slips)
    except ValueError as error:
        raise ConfigError(f"goods: {error}") from error


def _check_service(service: ServiceConfig) -> None:
    if service.join and not service.receipts:
        raise ConfigError("service.join: set service.receipts, too; the code leads to that address")
    if service.receipts and not RECEIPTS.fullmatch(service.receipts):
        raise ConfigError(
            "service.receipts: https://HOST is wanted, at most 60 characters, no / at the end"
        )
    for name, (least, most) in SERVICE_RANGES.items():
        value = getattr(service, name)
        if not least <= value <= most:  # nan is in no range
            raise ConfigError(f"service.{name}: {least} to {most} is wanted, not {value}")


def _check_staff(staff: StaffConfig) -> None:
    for name in ("release_sha256", "pin_sha256"):
        digest = getattr(staff, name)
        if digest and not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
            raise ConfigError(f"staff.{name}: 64 hex digits are wanted")
    if not 0 <= staff.void_limit <= 1_000_000:
        raise ConfigError("staff.void_limit: 0 to 1000000 cents are wanted")


def _check_terminal(terminal: TerminalConfig) -> None:
    if not 0 <= terminal.password <= 999_999:
        raise ConfigError("terminal.password: six digits at most are wanted")
    if terminal.charset not in ("", *CHARSETS):
        raise ConfigError(f"terminal.charset: one of {', '.join(CHARSETS)} is wanted")


def _read(kind: type[T], data: Any, where: str, folder: Path) -> T:
    if not isinstance(data, dict):
        raise ConfigError(f"{where}: a table is wanted")
    hints = typing.get_type_hints(kind)
    known = {each.name: each for each in fields(typing.cast("Any", kind))}
    for key in data:
        if key not in known:
            raise ConfigError(f"{_dotted(where, key)}: unknown key; known are {', '.join(known)}")
    values = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], _dotted(where, name), folder)
        elif each.default is MISSING and each.default_factory is MISSING:
            raise ConfigError(f"{_dotted(where, name)}: is missing")
    return kind(**values)


def _dotted(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _value(kind: Any, data: Any, where: str, folder: Path) -> Any:
    if isinstance(kind, types.UnionType):  # a table that may be absent; here it is not
        kind = next(each for each in typing.get_args(kind) if each is not types.NoneType)
    if is_dataclass(kind):
        return _read(typing.cast("type[Any]", kind), data, where, folder)
    if kind is Path and isinstance(data, str):
        return folder / data
    if kind is Language:
        if data not in tuple(Language):
            raise ConfigError(f'{where}: "{data}" is none of {", ".join(Language)}')
        return Language(data)
    if typing.get_origin(kind) is tuple:
        each_kind = typing.get_args(kind)[0]
        if not isinstance(data, list) or not all(type(each) is each_kind for each in data):
            wanted = "texts" if each_kind is str else "whole numbers"
            raise ConfigError(f"{where}: a list of {wanted} is wanted")
        return tuple(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ConfigError(f"{where}: {kind.__name__} is wanted, not {type(data).__name__}")
    return data
