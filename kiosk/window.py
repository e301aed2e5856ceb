"""A checkout with its window. The window comes first, so that nobody looks at a black screen."""

from __future__ import annotations

import gc
import logging
import os
from typing import TYPE_CHECKING

from kiosk.display import missing_display
from kiosk.errors import Unavailable
from kiosk.ids import Handle
from kiosk.look import Look, look_of
from kiosk.screens.standing import starting
from kiosk.sounds import Silent, Speaker
from kiosk.words import Language
from ui.app import KioskWindow, make_app, report_faults
from ui.loop import run, until_frame
from ui.profile import DisplayProfile
from ui.stage import OURS

if TYPE_CHECKING:
    from kiosk.assembly import Checkout
    from kiosk.checkout.events import Event
    from kiosk.config import Config
    from kiosk.lookup.greeting import Greeting
    from kiosk.matrix import Modules

INCH = 25.4
log = logging.getLogger("kiosk")
FIRST_FRAME_SECONDS = 2.0
"""How long the start waits for its first frame."""


class Relay:
    """Where touches go: nowhere until there is a checkout."""

    def __init__(self) -> None:
        self.checkout: Checkout | None = None
        self.speaker: Speaker = Silent()

    def post(self, event: Event) -> None:
        """Pass an intent on."""
        if self.checkout:
            self.checkout.post(event)

    def lend(self, handle: Handle) -> Greeting | None:
        """What may be drawn of a customer; None while there is no checkout."""
        return self.checkout.lend(handle) if self.checkout else None

    def code(self, handle: Handle) -> Modules | None:
        """The link to a receipt as a code; None while there is no checkout."""
        return self.checkout.code(handle) if self.checkout else None


def open_window(
    profile: DisplayProfile,
    relay: Relay,
    language: Language,
    *,
    full_screen: bool,
    motion: bool,
    look: Look = OURS,
) -> KioskWindow:
    """A window on screen that says that the checkout is starting."""
    window = KioskWindow(
        profile, relay.post, lend=relay.lend, code=relay.code, motion=motion, look=look
    )
    report_faults(window.trouble.report)
    window.bridge.publish(starting(language))
    window.show(full_screen=full_screen)
    until_frame(window.stage.view, FIRST_FRAME_SECONDS)
    return window


def start_checkout(config: Config, relay: Relay, window: KioskWindow) -> Checkout:
    """The checkout of a window, started. Raises ConfigError or JournalError."""
    from drivers.sound.player import speaker_of
    from kiosk.assembly import Checkout  # the first frame does not wait for the drivers
    from kiosk.scale_config import sealed
    from kiosk.screens.hearing import audible

    checkout = relay.checkout = Checkout(config)
    if config.scale:  # what a technician and a verification officer look for
        log.warning("scale: %s", sealed(config.scale))
    relay.speaker = speaker_of(config.sound.driver, config.sound.volume)
    checkout.start(audible(window.bridge.publish, relay.speaker))
    # What was made for the start stays. A collection that looks at all of it takes longer than a
    # frame, and would come in the middle of a scan.
    gc.freeze()
    return checkout


def run_kiosk(config: Config) -> int:
    """Run a kiosk on this machine's screen; returns when the window is closed.

    Raises Unavailable if no display answers; a platform asked for by QT_QPA_PLATFORM is Qt's affair.
    """
    if not os.environ.get("QT_QPA_PLATFORM") and (why := missing_display()):
        raise Unavailable(why)
    app = make_app(offscreen=False)
    display = config.display
    profile = DisplayProfile(
        diagonal_mm=display.diagonal_inch * INCH,
        width_px=display.width,
        height_px=display.height,
        viewing_distance_mm=display.distance_mm,
        mount_mm=display.mount_mm,
    )
    relay = Relay()
    look = look_of(config.look)
    window = open_window(
        profile, relay, config.kiosk.language, full_screen=True, motion=True, look=look
    )
    from kiosk.vault import harden  # before the first secret, after the first frame

    harden()
    try:
        checkout = start_checkout(config, relay, window)
        try:
            return run(app)
        finally:
            checkout.stop()
    finally:
        relay.speaker.close()
        window.close()
