"""`./run demo`: simulators in a process of their own, the real kiosk, and somebody to use it."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from drivers.lab.folder import OCCUPIED_EXIT, Occupied, claimed, forget
from drivers.lab.wire import STAFF_CODE, STAFF_PIN
from kiosk.account import account
from kiosk.album import Album, clear
from kiosk.assembly import Checkout
from kiosk.beside import Central, Lab
from kiosk.catalogue_import import import_catalogue
from kiosk.clock import SystemClock
from kiosk.config import (
    Config,
    DeviceConfig,
    GoodsConfig,
    KioskConfig,
    PrinterConfig,
    ReaderConfig,
    ServiceConfig,
    StaffConfig,
    TerminalConfig,
)
from kiosk.display import missing_display
from kiosk.journal import Journal
from kiosk.ports import KioskError
from kiosk.receipt import Shop
from kiosk.scale_config import ScaleConfig
from kiosk.script import Customer, Step, StepFailed, read_script

ASSETS = Path(__file__).parent / "assets"
ARTICLES = ASSETS / "demo_articles.csv"
SHELF = ASSETS / "demo_shelf.json"
SHOP = Shop(
    name="Markt am Grünen Weg",
    address=("Grüner Weg 12", "12345 Musterstadt"),
    tax_number="12/345/67890",
    footer=("Vielen Dank für Ihren Einkauf!", "Umtausch mit Bon innerhalb von 14 Tagen"),
)
BAG_GRAMS = 5
CARD_HOST = "karte.example"
"""In the links of the demo's cards (`service.stand`)."""
FAILED, EX_USAGE, EX_NOINPUT, EX_CANTCREAT, EX_INTERRUPTED = 1, 64, 66, 73, 130


def run(options: argparse.Namespace) -> int:
    """The demo as the command line wants it; 0 only if every step was confirmed."""
    try:
        if not options.offscreen and _has_display():
            with claimed(options.state):
                return _played(options)
        return _scripted_from(options)
    except Occupied as error:
        return _complain(OCCUPIED_EXIT, str(error))


def _has_display() -> bool:
    """Whether one answers; if none does, the reason is told."""
    why = missing_display()
    if why:
        print(f"A scripted customer buys instead of you: {why} (see --help).", flush=True)
    return not why


def _complain(code: int, text: str) -> int:
    print(f"demo: {text}", file=sys.stderr)
    return code


def _scripted_from(options: argparse.Namespace) -> int:
    """Look at everything that can be wrong before anything is started."""
    script: Path = options.script or ASSETS / "demo_script.txt"
    try:
        steps = read_script(script)
    except StepFailed as error:
        return _complain(EX_USAGE, str(error))
    except OSError as error:
        return _complain(EX_NOINPUT, f"{script}: {error.strerror}")
    except UnicodeDecodeError:
        return _complain(EX_NOINPUT, f"{script} is not written in UTF-8")
    try:
        clear(options.out)
    except OSError as error:
        return _complain(EX_CANTCREAT, f"--out {options.out}: {error.strerror}")
    stopped = threading.Event()
    # Qt calls Python back in places where an exception would be lost: only note it there.
    before = signal.signal(signal.SIGINT, lambda *_: stopped.set())
    try:
        with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder:
            return _scripted(options, steps, Path(folder), stopped)
    finally:
        signal.signal(signal.SIGINT, before)


def config_of(
    folder: Path,
    addresses: dict[str, str],
    service: ServiceConfig | None = None,
    *,
    real_reader: bool = False,
) -> Config:
    """The demo's configuration, with its catalogue freshly imported."""
    reader = ("pcsc", "pcsc:") if real_reader else ("pn532", addresses["reader"])
    catalogue = folder / "catalogue.db"
    import_catalogue(ARTICLES, catalogue, SystemClock().now())
    return Config(
        kiosk=KioskConfig("K1", folder / "journal.db", catalogue),
        shop=SHOP,
        terminal=TerminalConfig("zvt", addresses["terminal"]),
        printer=PrinterConfig("escpos", addresses["printer"]),
        scanner=DeviceConfig("serial", addresses["scanner"]),
        reader=ReaderConfig(*reader, (CARD_HOST,)),
        scale=ScaleConfig("toledo8217", addresses["scale"], tares=(BAG_GRAMS,)),
        staff=StaffConfig(
            sha256(STAFF_CODE.encode()).hexdigest(), sha256(STAFF_PIN.encode()).hexdigest()
        ),
        goods=GoodsConfig(shelf=SHELF),
        service=service,
    )


def _scripted(
    options: argparse.Namespace, steps: list[Step], folder: Path, stopped: threading.Event
) -> int:
    from ui.app import KioskWindow, make_app
    from ui.profile import DisplayProfile

    clock = SystemClock()
    make_app(offscreen=True)
    profile = DisplayProfile.landscape() if options.landscape else DisplayProfile.portrait()
    failure, code = "", FAILED
    with ExitStack() as stack:
        central = Central(folder)
        stack.callback(central.stop)
        lab = Lab(folder, 250, ARTICLES, central.cards)
        stack.callback(lab.stop)
        config = config_of(
            folder, lab.addresses, central.config(), real_reader=options.reader == "pcsc"
        )
        checkout = Checkout(config)
        window = KioskWindow(
            profile, checkout.post, lend=checkout.lend, code=checkout.code, motion=False
        )
        album = Album(options.out, window, lab.connect(), stopped.is_set)
        try:
            window.show()
            checkout.start(window.bridge.publish)
            for step in Customer(album, clock).play(steps):
                album.note(f"{step} - confirmed")
                print(f"  {step.verb} {' '.join(step.words)}", flush=True)
        except (StepFailed, KioskError, OSError) as error:
            failure = str(error)
        except KeyboardInterrupt:
            failure, code = "stopped", EX_INTERRUPTED
        finally:
            checkout.stop()
            window.close()
            album.close()
    try:
        album.keep_journal(_journal_lines(config))
        album.finish(failure)
    except OSError as error:
        return _complain(EX_CANTCREAT, f"--out {options.out}: {error.strerror}")
    if failure:
        return _complain(code, failure)
    print(f"Every step was confirmed. The album: {options.out / 'index.html'}")
    return 0


def _journal_lines(config: Config) -> list[str]:
    journal = Journal(config.kiosk.journal, config.kiosk.id)
    try:
        return list(account(journal, config.shop.zone))
    finally:
        journal.close()


def _played(options: argparse.Namespace) -> int:
    from drivers.sound.player import speaker_of
    from kiosk.screens.hearing import audible
    from ui.app import make_app, report_faults
    from ui.lab import demo_window
    from ui.loop import available_height
    from ui.loop import run as run_loop

    state: Path = options.state.resolve()
    if options.fresh:
        forget(state)
    app = make_app(offscreen=False)
    with ExitStack() as stack:
        central = Central(state)
        stack.callback(central.stop)
        lab = Lab(state, 120, ARTICLES, central.cards)
        stack.callback(lab.stop)
        real = _real_reader(options.reader)
        config = config_of(state, lab.addresses, central.config(), real_reader=real)
        speaker = speaker_of(config.sound.driver, config.sound.volume)
        stack.callback(speaker.close)
        checkout = Checkout(config)
        height = int(available_height(app) * 0.9)
        window = demo_window(
            height, checkout.post, lab.connect(), lend=checkout.lend, code=checkout.code
        )
        report_faults(window.trouble.report)
        try:
            print(
                "Tap milk, press Mit Karte bezahlen, approve.  (./run lab --help: the same by words)"
            )
            print("Touch loyalty at the card reader: a member of the central service is greeted.")
            window.show()
            checkout.start(audible(window.bridge.publish, speaker))
            return run_loop(app)
        finally:
            checkout.stop()
            window.close()


def _real_reader(wanted: str) -> bool:
    """Whether the real reader is used. One that is plugged in is named, and used only if asked for."""
    from drivers.cards.readers import plugged_in

    found = plugged_in()
    if wanted == "pcsc" and not found:
        print("No PC/SC reader answers; ./run drivers reader diagnose says why.")
    elif wanted == "pcsc":
        print(f"Cards are read by {found[0]}.")
    elif found:
        print(f"A card reader is plugged in ({found[0]}); ./run --reader pcsc uses it.")
    return wanted == "pcsc"
