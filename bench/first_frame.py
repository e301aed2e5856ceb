"""The start of a kiosk up to its first frame: a process of its own that prints when that was."""

from __future__ import annotations

import json
import time

from kiosk.window import Relay, open_window
from kiosk.words import Language
from ui.app import make_app
from ui.profile import DisplayProfile

if __name__ == "__main__":
    make_app(offscreen=True)
    window = open_window(
        DisplayProfile.portrait(), Relay(), Language.DE, full_screen=False, motion=True
    )
    print(json.dumps({"first_frame_at": time.time()}))
    window.close()
