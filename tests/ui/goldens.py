"""What the screens look like, kept as pictures. `python -m tests.ui.goldens` draws them anew: look at
each that git shows as changed before it is committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtGui import QImage

from kiosk.checkout.states import State
from kiosk.contact import PANELS, SHELF, SHOP, pattern
from kiosk.goods.shelf import read_shelf
from kiosk.screens.gallery import gallery
from kiosk.screens.present import present
from kiosk.words import Language
from ui.app import KioskWindow, make_app
from ui.loop import spin

FOLDER = Path(__file__).parent / "goldens"
MOST = 80
_ALIKE = ("told-", "owed-", "closed-", "weighing-", "member-", "lost-", "sheet-review-")
"""Of these the looks differ in words alone, which other tests read; one or two of each are kept."""
_KEPT = {
    "told-declined", "owed-paper_out", "owed-link", "closed-neighbours", "closed-terminal",
    "weighing-empty", "weighing-moving", "weighing-steady", "member-found", "member-asking", "lost-printer",
}  # fmt: skip
_LYING = ("attract", "scan", "member-found", "paying", "owed-link", "sheet-goods", "sheet-staff")
"""In landscape, too."""
_CHOSEN = ("attract", "scan")
"""In every language."""
_LAID_OUT = ("scan", "sheet-goods")
"""In every layout, both ways up."""


@dataclass(frozen=True, slots=True)
class Look:
    """One picture: which screen, how it is drawn."""

    name: str
    panel: str = "portrait"
    language: Language = Language.DE
    comfort: str = "standard"

    @property
    def file(self) -> str:
        return f"{self.name}-{self.panel}-{self.language}-{self.comfort}.png"


def looks() -> Iterator[Look]:
    """Every screen in German; a chosen few in every language, layout and orientation."""
    for name in _states():
        if name in _KEPT or not name.startswith(_ALIKE):
            yield Look(name)
    for language in Language:
        if language is not Language.DE:
            yield from (Look(name, language=language) for name in _CHOSEN)
    yield from (Look(name, "landscape") for name in _LYING)
    yield Look("scan", "landscape", Language.AR)
    for panel in PANELS:
        for comfort in ("large", "low", "contrast"):
            yield from (Look(name, panel, comfort=comfort) for name in _LAID_OUT)


def _states() -> dict[str, State]:
    return gallery(SHOP, read_shelf(SHELF.read_text("utf-8")))


class Easel:
    """Draws looks, one window an orientation."""

    def __init__(self) -> None:
        self._states = _states()
        self._windows = {
            panel: KioskWindow(
                profile,
                lambda _: None,
                lend=lambda _: (memoryview(b"Erika"), 1250),
                code=pattern,
                motion=False,
            )
            for panel, profile in PANELS.items()
        }
        self._version = 0
        for window in self._windows.values():
            window.show()

    def draws(self, look: Look) -> QImage:
        """The picture, once it has come to rest."""
        self._version += 1
        window = self._windows[look.panel]
        state = replace(self._states[look.name], language=look.language)
        screen = replace(present(state, self._version), comfort=look.comfort)
        window.bridge.publish(screen)
        spin(0.01)
        image = window.grab()
        while True:  # what is laid out late is drawn by the next frame
            spin(0.01)
            before, image = image, window.grab()
            if image == before:
                return image

    def close(self) -> None:
        for window in self._windows.values():
            window.close()


def main() -> None:
    """Draw all, and take away what is no look any more."""
    app = make_app(offscreen=True)
    FOLDER.mkdir(exist_ok=True)
    easel = Easel()
    wanted = list(looks())
    for path in FOLDER.glob("*.png"):
        if path.name not in {look.file for look in wanted}:
            path.unlink()
    for look in wanted:
        easel.draws(look).save(str(FOLDER / look.file))
    easel.close()
    del app


if __name__ == "__main__":
    main()
