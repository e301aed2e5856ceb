"""A checkout with its window, until it is closed."""

from __future__ import annotations

from kiosk.assembly import Checkout
from kiosk.config import Config


def run_kiosk(config: Config) -> int:
    """Run a kiosk on this machine's screen; returns when the window is closed."""
    from ui.app import KioskWindow, make_app
    from ui.loop import run
    from ui.profile import DisplayProfile

    display = config.display
    app = make_app(offscreen=False)
    profile = DisplayProfile(
        diagonal_mm=display.diagonal_inch * 25.4,
        width_px=display.width,
        height_px=display.height,
        viewing_distance_mm=display.distance_mm,
    )
    checkout = Checkout(config)
    window = KioskWindow(profile, checkout.post)
    window.show(full_screen=True)
    checkout.start(window.bridge.publish)
    try:
        return run(app)
    finally:
        checkout.stop()
        window.close()
