"""A checkout put together from its configuration: it starts, says what is wrong, and stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiosk.engine
import kiosk.journal
from drivers.printer.device import EscposPrinter
from drivers.printer.document import as_text
from drivers.printer.specimen import specimen
from drivers.printer.spooled import SpooledPrinter
from kiosk.assembly import Checkout, drivers_of
from kiosk.catalogue_import import import_catalogue
from kiosk.checkout.decide import decide as decide_by_the_book
from kiosk.checkout.events import Device, DeviceFault, Event, LanguageChosen
from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.states import State
from kiosk.checkout.step import Step
from kiosk.clock import SystemClock
from kiosk.config import Config, ServiceConfig, load
from kiosk.journal import Journal
from kiosk.ports import ConfigError, JournalError
from kiosk.screens.values import ClosedView, Screen
from kiosk.vault import Vault
from kiosk.words import Language
from tests.devices import PATIENCE

TOML = """
[kiosk]
id = "K1"
journal = "journal.db"
catalogue = "catalogue.db"
[shop]
name = "Markt"
address = []
tax_number = "1"
[terminal]
driver = "{terminal}"
address = "tcp://127.0.0.1:9"
[printer]
driver = "escpos"
address = "tcp://127.0.0.1:9"
[scanner]
driver = "serial"
address = "tcp://127.0.0.1:9"
"""


def configured(folder: Path, terminal: str = "zvt", *, articles: bool = True) -> Config:
    path = folder / "kiosk.toml"
    path.write_text(TOML.format(terminal=terminal))
    if articles:
        csv = folder / "articles.csv"
        csv.write_text("gtin,name,price,vat\n4012345000016,Milch,1.19,7\n")
        import_catalogue(csv, folder / "catalogue.db", datetime(2026, 11, 21, tzinfo=UTC))
    return load(path)


class Window:
    """Collects screens."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []
        self._changed = threading.Condition()

    def publish(self, screen: Screen) -> None:
        with self._changed:
            self.screens.append(screen)
            self._changed.notify_all()

    def until(self, holds: Callable[[Screen], bool]) -> Screen:
        with self._changed:
            seen = self._changed.wait_for(lambda: any(map(holds, self.screens)), PATIENCE)
        assert seen, self.screens[-1:]
        return next(screen for screen in self.screens if holds(screen))


@pytest.fixture
def window() -> Window:
    return Window()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    made = Checkout(configured(tmp_path))
    yield made
    made.stop()


def test_it_starts_without_any_device(checkout: Checkout, window: Window) -> None:
    """Closed, saying why; a touch is followed; every screen is newer than the last."""
    checkout.start(window.publish)
    window.until(lambda screen: "Kartenzahlung ist im Moment nicht möglich" in screen.speech)
    checkout.post(LanguageChosen(Language.EN))
    window.until(lambda screen: screen.language is Language.EN)
    versions = [screen.version for screen in window.screens]
    assert versions == sorted(set(versions))


def test_a_halt_is_shown_and_stays(
    checkout: Checkout,
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is drawn over it, whatever is touched then."""

    def broken(state: State, event: Event) -> Step:
        if isinstance(event, LanguageChosen):
            raise ZeroDivisionError
        return decide_by_the_book(state, event)

    with caplog.at_level("CRITICAL"):
        monkeypatch.setattr(kiosk.engine, "decide", broken)
        checkout.start(window.publish)
        checkout.post(LanguageChosen(Language.EN))
        assert checkout.stopped.wait(PATIENCE)
        for _ in range(3):
            checkout.post(LanguageChosen(Language.EN))
        checkout._runtime.stop()
    view = window.screens[-1].view
    assert isinstance(view, ClosedView)
    assert "Sicherheit" in view.reason


def test_a_start_without_a_reserve_sells_nothing(
    tmp_path: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full when it started: a purchase begun now might not be ended."""
    monkeypatch.setattr(Journal, "_keep_reserve", lambda self: None)
    checkout = Checkout(configured(tmp_path))
    checkout.start(window.publish)
    window.until(lambda screen: "muss gewartet werden" in screen.speech)
    checkout.stop()


def test_what_is_wrong_is_said_before_anything_is_opened(tmp_path: Path) -> None:
    """An unknown driver, a missing catalogue: the key is named and no journal is made."""
    with pytest.raises(ConfigError, match=r"terminal\.driver"):
        Checkout(configured(tmp_path, "abacus"))
    (tmp_path / "catalogue.db").unlink()
    with pytest.raises(ConfigError, match=r"kiosk\.catalogue"):
        Checkout(configured(tmp_path, articles=False))
    odd = configured(tmp_path)
    odd = replace(odd, printer=replace(odd.printer, profile="tm-t99"))
    with pytest.raises(ConfigError, match=r"printer\.profile: .*tm-t88vi"):
        Checkout(odd)
    assert not (tmp_path / "journal.db").exists()


def test_a_damaged_identity_does_not_stop_selling(
    tmp_path: Path,
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The kiosk starts; the lookup is reported unavailable with the remedy; sales can be queued."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    config = configured(tmp_path)
    service = ServiceConfig(tmp_path / "identity", tmp_path / "outbox.db")
    checkout = Checkout(replace(config, service=service))
    checkout.start(window.publish)
    window.until(lambda screen: "Kartenzahlung ist im Moment nicht möglich" in screen.speech)
    for _ in range(200):
        if (tmp_path / "outbox.db").exists():
            break
        threading.Event().wait(0.02)
    checkout.stop()
    journal = Journal(tmp_path / "journal.db", "K1")
    faults = {
        record.event.device: record.event.detail
        for record in journal.records()
        if isinstance(record.event, DeviceFault)
    }
    journal.close()
    assert "enrol" in faults[Device.LOOKUP]
    assert Device.OUTBOX not in faults
    assert not caplog.records


def test_two_kiosks_over_one_journal_are_refused(checkout: Checkout, tmp_path: Path) -> None:
    """The second does not start."""
    checkout.start(Window().publish)
    with pytest.raises(JournalError, match="another process"):
        Checkout(configured(tmp_path, articles=False))


def test_a_printer_is_made_as_configured(tmp_path: Path) -> None:
    """Its kind, the shop's paper and large print reach the driver; mistakes name their key."""
    own = tmp_path / "receipt.txt"
    own.write_text("{receipt}\nBis bald!\n", encoding="utf-8")
    config = configured(tmp_path)
    told = replace(config.printer, profile="tm-t88vi", stationery=own, large=True)
    made = drivers_of(replace(config, printer=told), SystemClock(), Vault())[Device.PRINTER]()
    assert isinstance(made, EscposPrinter)
    assert made._profile.name == "tm-t88vi"
    text = as_text(made._look(specimen(1)))
    assert text.rstrip().endswith("Bis bald!")
    for wrong, why in (
        (replace(told, profile="tm-t99"), "printer.profile: no printer profile"),
        (replace(told, driver="cups"), "printer: .* is no queue"),
        (replace(told, stationery=tmp_path / "none.txt"), "none.txt"),
    ):
        with pytest.raises(ConfigError, match=why):
            drivers_of(replace(config, printer=wrong), SystemClock(), Vault())


def test_a_queue_gets_no_way_to_the_vault(tmp_path: Path) -> None:
    """What it prints lies on a disk."""
    config = configured(tmp_path)
    queue = replace(config.printer, driver="cups", address="cups://bon")
    made = drivers_of(replace(config, printer=queue), SystemClock(), Vault())[Device.PRINTER]()
    assert isinstance(made, SpooledPrinter)
    assert not [name for name in vars(made) if "loyalty" in name]


def test_promotions_are_read_at_the_start_and_kept_once(tmp_path: Path) -> None:
    """A changed file is journalled, the same one is not; a wrong one stops the start."""
    path = tmp_path / "promotions.json"
    config = configured(tmp_path)
    told = replace(config, kiosk=replace(config.kiosk, promotions=path))

    def loaded() -> int:
        checkout = Checkout(told)
        checkout.start(lambda screen: None)
        checkout.stop()
        journal = Journal(told.kiosk.journal, told.kiosk.id)
        try:
            return sum(isinstance(each.event, PromotionsLoaded) for each in journal.records())
        finally:
            journal.close()

    body = '{"format": 1, "currency": "EUR", "goods": {}, "promotions": [%s]}'
    path.write_text(body % "")
    assert loaded() == 0
    rule = '{"id": "x", "name": {"de": "X"}, "everything": true, "terms": {"kind": "percent", "hundredths": 500}}'
    path.write_text(body % rule)
    assert [loaded(), loaded()] == [1, 1]
    path.write_text(body % "")
    assert [loaded(), loaded()] == [2, 2]
    for wrong, why in ((body % rule.replace("500", "0"), "x"), ("{", "promotions.json")):
        path.write_text(wrong)
        with pytest.raises(ConfigError, match=why):
            Checkout(told)
    path.unlink()
    with pytest.raises(ConfigError, match="No such file"):
        Checkout(told)


def test_a_start_goes_on_from_the_snapshot_of_the_last_end(
    tmp_path: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was chosen before is still there, though no record was decided anew."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    config = configured(tmp_path)
    checkout = Checkout(config)
    checkout.start(window.publish)
    # The terminal is away: what was chosen before that is heard ends with it.
    window.until(lambda screen: "Kartenzahlung ist im Moment nicht möglich" in screen.speech)
    checkout.post(LanguageChosen(Language.EN))
    window.until(lambda screen: screen.language is Language.EN)
    checkout.stop()
    assert (tmp_path / "journal.db.snapshot").exists()

    def never(state: State, event: Event) -> Step:
        raise AssertionError("nothing is to be decided anew")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.assembly.decide", never)
        again = Checkout(config)
    assert again._runtime._engine.state.language is Language.EN
    again.start(window.publish)
    again.stop()
