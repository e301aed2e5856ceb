"""From a configuration to a running checkout: journal, replay, catalogue, drivers, engine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from drivers.line import check_address
from drivers.registry import make
from kiosk import seal
from kiosk.answering import Answering
from kiosk.catalog import CatalogueError
from kiosk.catalogues.current import Current
from kiosk.catalogues.kept import Kept
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Device, Event, Restarted, StorageLow
from kiosk.checkout.floor import Limits, Tenders
from kiosk.checkout.floor_events import CatalogueLoaded, PromotionsLoaded
from kiosk.checkout.front import Shelf
from kiosk.checkout.front_events import ShelfLoaded
from kiosk.checkout.states import Attract, OutOfService, State, Thanks
from kiosk.clock import Clock, SystemClock
from kiosk.config import Config, PrinterConfig, ReaderConfig, ServiceConfig
from kiosk.control import Control, door_of
from kiosk.dispatch import Dispatcher
from kiosk.gate import is_pass, key_of, signed
from kiosk.goods.shelf import read_shelf
from kiosk.goods.templates import Templates
from kiosk.ids import Handle
from kiosk.journal import Journal
from kiosk.keeper import Keeper
from kiosk.lookup.greeting import Greeting, greeting
from kiosk.matrix import Modules, qr
from kiosk.money import Money
from kiosk.offers.document import read_coupons, read_promotions, version_of
from kiosk.offers.promotions import Promotions
from kiosk.ports import ConfigError, Driver, Unavailable
from kiosk.runtime import Runtime
from kiosk.scale_config import ScaleConfig, terms_of
from kiosk.screens.present import present
from kiosk.screens.standing import halted
from kiosk.screens.values import Screen
from kiosk.vault import Vault

if TYPE_CHECKING:
    from kiosk.lookup.fetching import Fetcher
KEEP_WAITING = (30, 15)
"""BMP 01 and 02: the terminal may be kept waiting 30 s, asked 15 times (every 2 s)."""

SPOOLER = "cups"
T = TypeVar("T")
_NO_COUPONS: dict[str, str] = {}
log = logging.getLogger("kiosk")


def drivers_of(config: Config, clock: Clock, vault: Vault) -> dict[Device, Callable[[], Driver]]:
    """How to make each driver; with a service, those that talk to it, too.

    Raises ConfigError naming the key, before anything is opened.
    """
    _check_addresses(config)

    def terminal() -> Driver:
        from drivers.zvt import charsets
        from drivers.zvt.link import Settings

        told = config.terminal
        settings = Settings(
            told.password,
            ZoneInfo(config.shop.zone),
            KEEP_WAITING if told.keep_waiting else None,
            charsets.NAMES[told.charset] if told.charset else None,
            told.message_ids,
        )
        return make(
            config.terminal.driver,
            Device.TERMINAL,
            "terminal.driver",
            address=config.terminal.address,
            clock=clock,
            settings=settings,
        )

    def scanner() -> Driver:
        return make(
            config.scanner.driver,
            Device.SCANNER,
            "scanner.driver",
            address=config.scanner.address,
            clock=clock,
            vault=vault,
        )

    printer = _printer(config, clock, vault)
    found = {Device.TERMINAL: terminal, Device.PRINTER: printer, Device.SCANNER: scanner}
    if config.reader:
        found[Device.READER] = _reader(config.reader, clock, vault)
    if config.scale:
        found[Device.SCALE] = _scale(config.scale, clock)
    if config.service:
        found |= _service_drivers(config.service, clock, vault)
    for factory in found.values():
        factory().close()
    return found


def _printer(config: Config, clock: Clock, vault: Vault) -> Callable[[], Driver]:
    """Raises ConfigError for a stationery that cannot be read."""
    from drivers.printer.document import BLANK
    from drivers.printer.layout import lay_out
    from drivers.printer.stationery import read_stationery
    from kiosk.lookup.loyalty import loyalty_lines

    told = config.printer
    columns = _columns(told)
    own = read_stationery(told.stationery, columns) if told.stationery else BLANK
    if own.replaced:
        log.warning("printer.stationery: no glyph for %s", " ".join(own.replaced))
    options: dict[str, Any] = {
        "address": told.address,
        "clock": clock,
        "profile": told.profile,
        "memory": config.kiosk.journal.with_name("printers.json"),
        "look": partial(lay_out, columns=columns, large=told.large, stationery=own),
    }
    if told.driver != SPOOLER:  # a queue is a disk: nothing of a member's is ever given to it
        options["loyalty"] = partial(loyalty_lines, vault)

    def printer() -> Driver:
        try:
            return make(told.driver, Device.PRINTER, "printer.driver", **options)
        except ConfigError as error:
            named = str(error).startswith("printer.")
            raise error if named else ConfigError(f"printer: {error}") from error

    return printer


def _columns(told: PrinterConfig) -> int:
    """Raises ConfigError for more than the paper of its profile holds."""
    from drivers.printer.profiles import profile_of

    try:
        most = profile_of(told.profile).columns
    except ValueError as error:
        raise ConfigError(f"printer.profile: {error}") from error
    if told.columns > most:
        raise ConfigError(f"printer.columns: {told.profile} has {most} characters on a line")
    return told.columns or most


def _reader(config: ReaderConfig, clock: Clock, vault: Vault) -> Callable[[], Driver]:
    def reader() -> Driver:
        try:
            return make(
                config.driver,
                Device.READER,
                "reader.driver",
                address=config.address,
                hosts=frozenset(config.card_hosts),
                clock=clock,
                vault=vault,
            )
        except ConfigError as error:
            named = str(error).startswith("reader.")
            raise error if named else ConfigError(f"reader.address: {error}") from error

    return reader


def _scale(config: ScaleConfig, clock: Clock) -> Callable[[], Driver]:
    from drivers.scale.checksums import Keys

    keys = Keys(seal.crc16(), int(config.polynomial, 16)) if config.polynomial else None
    options: dict[str, Any] = {"address": config.address, "clock": clock, "keys": keys}
    return lambda: make(config.driver, Device.SCALE, "scale.driver", **options)


def _service_drivers(
    service: ServiceConfig, clock: Clock, vault: Vault
) -> dict[Device, Callable[[], Driver]]:
    from kiosk.lookup.client import LookupClient  # cryptography is for kiosks that have a service
    from kiosk.lookup.courier import Courier

    return {
        Device.LOOKUP: lambda: LookupClient(service.identity, vault, clock),
        Device.OUTBOX: lambda: Courier(
            service.outbox, service.identity, vault, clock, receipts=service.receipts
        ),
    }


def _fetcher(config: Config, kept: Kept, current: Current, clock: Clock) -> Fetcher | None:
    """None where the imported catalogue is all there is."""
    if config.service is None or not config.fetches:
        return None
    from kiosk.lookup.fetching import fetcher_of  # cryptography, as above

    return fetcher_of(config.service, kept, current, clock)


def _dispatcher(config: Config, catalogue: Current, clock: Clock, shelf: Shelf) -> Dispatcher:
    zone = ZoneInfo(config.shop.zone)
    return Dispatcher(
        catalogue.find,
        config.staff.release_sha256,
        today=lambda: clock.now().astimezone(zone).date(),
        templates=Templates(config.goods.in_store, config.goods.deposit_slips),
        pin_sha256=config.staff.pin_sha256,
        shelf=shelf,
        coupons=_document("kiosk.promotions", config.kiosk.promotions, read_coupons, _NO_COUPONS),
        scale=terms_of(config.scale) if config.scale else None,
    )


def _check_addresses(config: Config) -> None:
    scale = (("scale", config.scale.address),) if config.scale else ()
    for key, address in (
        ("terminal", config.terminal.address),
        ("printer", config.printer.address),
        ("scanner", config.scanner.address),
        *scale,
    ):
        try:
            check_address(address)
        except ConfigError as error:
            raise ConfigError(f"{key}.address: {error}") from error


def _document(key: str, path: Path | None, read: Callable[[str], T], none: T) -> T:
    """A document of the shop's; `none` where none is configured. Raises ConfigError naming the key."""
    if path is None:
        return none
    try:
        return read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{key}: {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{key}: {path}: {error}") from error


def _tenders(config: Config) -> Tenders:
    goods = config.goods
    asked = bool(config.service and goods.deposit_slips and goods.slips_checked)
    return Tenders(config.kiosk.review, config.kiosk.till, asked)


class Checkout:
    """A kiosk without its window. `post` and the screens cross threads; all else is for one."""

    def __init__(self, config: Config) -> None:
        """Open and replay. Raises ConfigError or JournalError."""
        clock = SystemClock()
        self._vault = Vault()
        drivers = drivers_of(config, clock, self._vault)
        kept = Kept(config.kiosk.catalogue, alone=not config.fetches)
        try:
            self._catalogue = Current(kept, clock)
        except CatalogueError as error:
            raise ConfigError(f"kiosk.catalogue: {error}") from error
        self._promotions = _document(
            "kiosk.promotions", config.kiosk.promotions, read_promotions, Promotions()
        )
        self._shelf = _document("goods.shelf", config.goods.shelf, read_shelf, Shelf())
        self._config = config
        self._gate_key = key_of(config.gate)
        self._publish: Callable[[Screen], None] | None = None
        self._control: Control | None = None
        self._version = 0
        self._journal = Journal(config.kiosk.journal, config.kiosk.id)
        self._answering = Answering(self._journal, self._catalogue, clock)
        self.stopped = threading.Event()
        """Set when the engine halted by itself."""
        self._keeper = Keeper(self._journal, config.kiosk.journal)
        state = self._keeper.restored(lambda before, event: decide(before, event).state)
        self._known = state.offers_version
        self._sold_from = state.catalogue
        self._fetcher = _fetcher(config, kept, self._catalogue, clock)
        dispatcher = _dispatcher(config, self._catalogue, clock, self._shelf)
        self._runtime = Runtime(
            state,
            self._journal,
            drivers,
            clock=clock,
            resolve=dispatcher.resolve,
            unlock=dispatcher.unlock,
            show=self._show,
            halted=self._halted,
            forget=self._vault.wipe,
            rest=self._rest,
        )

    def start(self, publish: Callable[[Screen], None]) -> None:
        """Begin to publish screens; what was under way with money when the process died is doubt."""
        self._publish = publish
        service = self._config.service
        links = bool(service and service.receipts)
        started = Restarted(
            self._config.shop,
            self._config.kiosk.language,
            service is not None,
            links,
            Limits(void=Money(self._config.staff.void_limit)),
            self._config.kiosk.neighbours,
            self._config.gate is not None,
            joins=bool(service and service.join),
            tenders=_tenders(self._config),
        )
        self._runtime.start(started)
        if version_of(self._promotions) != (self._known or version_of(Promotions())):
            self._runtime.post(PromotionsLoaded(self._promotions))
        self._runtime.post(ShelfLoaded(self._shelf))
        if self._sold_from != self._catalogue.name:
            self._runtime.post(CatalogueLoaded(self._catalogue.name))
        if self._fetcher:
            self._fetcher.start()
        self._control = self._opened_door()
        if not self._journal.has_reserve:  # a purchase begun now might not be ended
            self._runtime.post(StorageLow())

    def post(self, event: Event) -> None:
        """An intent of a person."""
        self._runtime.post(event)

    def lend(self, handle: Handle) -> Greeting | None:
        """What may be drawn of a customer, lent for the moment; None if they are gone."""
        return greeting(self._vault, handle)

    def code(self, handle: Handle) -> Modules | None:
        """A code to draw: for the exit gate, or the link to a receipt; None if that is gone."""
        if is_pass(handle):
            return qr(signed(handle, self._gate_key))
        from kiosk.lookup.offer import modules  # cryptography is for kiosks that have a service

        return modules(self._vault, handle)

    def stop(self) -> None:
        """Stop the threads and close the journal; nothing of a customer is left."""
        if self._control:
            self._control.close()
        self._vault.close()
        if self._fetcher and not self._fetcher.stop():
            log.error("the catalogue's thread did not stop")
        for device in self._runtime.stop():
            log.error("the %s worker did not stop", device)
        final = self._runtime.final_state
        if final and not self.stopped.is_set():
            self._keeper.write(final)
        if final:
            self._catalogue.close()
        self._journal.close()

    def _opened_door(self) -> Control | None:
        """Selling does not wait for those who only want to read."""
        try:
            read = self._runtime.read
            return Control(
                door_of(self._config.kiosk.journal),
                lambda request: self._answering.answer(request, read),
            )
        except Unavailable as error:
            log.warning("tools cannot reach this kiosk while it runs: %s", error)
            return None

    def _rest(self, state: State) -> None:
        """Nothing is to be done. Between two customers the catalogue may become another one."""
        self._keeper.rest(state)
        over = isinstance(state.phase, Attract | OutOfService | Thanks)
        if over and self._catalogue.rest():
            self._runtime.post(CatalogueLoaded(self._catalogue.name))

    def _show(self, state: State) -> None:
        self._version += 1
        self._answering.state = state
        if self._publish:
            self._publish(present(state, self._version))

    def _halted(self, reason: str) -> None:
        log.error("the checkout has stopped: %s", reason)
        self._answering.stopped = reason
        self._vault.close()
        self._version += 1
        if self._publish:
            self._publish(halted(self._config.kiosk.language, self._version))
        self.stopped.set()
