"""`./run demo`: simulators in a process of their own, the real kiosk, and somebody to use it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from drivers.lab.client import LabClient
from drivers.lab.wire import STAFF_CODE
from kiosk.account import account
from kiosk.album import Album
from kiosk.assembly import Checkout
from kiosk.catalogue_import import import_catalogue
from kiosk.clock import SystemClock
from kiosk.config import (
    Config,
    DeviceConfig,
    KioskConfig,
    PrinterConfig,
    StaffConfig,
    TerminalConfig,
)
from kiosk.journal import Journal
from kiosk.ports import ConfigError, KioskError
from kiosk.receipt import Shop
from kiosk.script import Customer, StepFailed, read_script

ASSETS = Path(__file__).parent / "assets"
ARTICLES = ASSETS / "demo_articles.csv"
SHOP = Shop(
    name="Markt am Grünen Weg",
    address=("Grüner Weg 12", "12345 Musterstadt"),
    tax_number="12/345/67890",
    footer=("Vielen Dank für Ihren Einkauf!", "Umtausch mit Bon innerhalb von 14 Tagen"),
)
FAILED = 1


def run(options: argparse.Namespace) -> int:
    """The demo as the command line wants it; 0 only if every step was confirmed."""
    if options.offscreen or not _has_display():
        if not options.offscreen:
            print("No display was found: a scripted customer buys instead (see --help).")
        with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder:
            return _scripted(options, Path(folder))
    if options.fresh:
        shutil.rmtree(options.state, ignore_errors=True)
    return _played(options)


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Lab:
    """The simulators' process; it ends with ours, however ours ends."""

    def __init__(self, folder: Path, speed: float) -> None:
        """Start and wait until it listens. Raises ConfigError if it does not."""
        folder.mkdir(parents=True, exist_ok=True)
        command = ["-m", "drivers", "lab", "--with-parent", "--state", str(folder)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, *command, "--speed", str(speed), "--shelf", str(ARTICLES), "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise ConfigError("the simulated devices did not start")
        self.addresses: dict[str, str] = json.loads(line)

    def connect(self) -> LabClient:
        """A line of its own to the lab."""
        return LabClient(self.addresses["lab"])

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


def config_of(folder: Path, addresses: dict[str, str]) -> Config:
    """The demo's configuration, with its catalogue freshly imported."""
    catalogue = folder / "catalogue.db"
    import_catalogue(ARTICLES, catalogue, SystemClock().now())
    return Config(
        kiosk=KioskConfig("K1", folder / "journal.db", catalogue),
        shop=SHOP,
        terminal=TerminalConfig("zvt", addresses["terminal"]),
        printer=PrinterConfig("escpos", addresses["printer"]),
        scanner=DeviceConfig("serial", addresses["scanner"]),
        staff=StaffConfig(sha256(STAFF_CODE.encode()).hexdigest()),
    )


def _scripted(options: argparse.Namespace, folder: Path) -> int:
    from ui.app import KioskWindow, make_app
    from ui.profile import DisplayProfile

    clock = SystemClock()
    make_app(offscreen=True)
    lab = Lab(folder, speed=250)
    config = config_of(folder, lab.addresses)
    profile = DisplayProfile.landscape() if options.landscape else DisplayProfile.portrait()
    checkout = Checkout(config)
    window = KioskWindow(profile, checkout.post, motion=False)
    album = Album(options.out, window, lab.connect())
    failure = ""
    try:
        window.show()
        checkout.start(window.bridge.publish)
        steps = read_script(options.script or ASSETS / "demo_script.txt")
        for step in Customer(album, clock).play(steps):
            album.note(f"{step} - confirmed")
            print(f"  {step.verb} {' '.join(step.words)}")
    except (StepFailed, KioskError, OSError) as error:
        failure = str(error)
    finally:
        checkout.stop()
        window.close()
        album.close()
        lab.stop()
    album.keep_journal(_journal_lines(config))
    album.finish(failure)
    if failure:
        print(f"demo: {failure}", file=sys.stderr)
        return FAILED
    print(f"Every step was confirmed. The album: {options.out / 'index.html'}")
    return 0


def _journal_lines(config: Config) -> list[str]:
    journal = Journal(config.kiosk.journal, config.kiosk.id)
    try:
        return list(account(journal, config.shop.zone))
    finally:
        journal.close()


def _played(options: argparse.Namespace) -> int:
    from ui.app import make_app
    from ui.lab import demo_window
    from ui.loop import available_height
    from ui.loop import run as run_loop

    app = make_app(offscreen=False)
    lab = Lab(options.state.resolve(), speed=120)
    config = config_of(options.state, lab.addresses)
    checkout = Checkout(config)
    window = demo_window(int(available_height(app) * 0.9), checkout.post, lab.connect())
    try:
        print("Tap milk, press Bezahlen, approve.   (./run lab --help does the same by words)")
        window.show()
        checkout.start(window.bridge.publish)
        return run_loop(app)
    finally:
        checkout.stop()
        window.close()
        lab.stop()
