"""`./run screens`: every screen as a picture beside its state, on one page to look through."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from kiosk.checkout.states import ReceiptOwed, State
from kiosk.goods.shelf import read_shelf
from kiosk.ids import Handle
from kiosk.receipt import Shop
from kiosk.screens.gallery import gallery
from kiosk.screens.present import present
from kiosk.screens.values import Screen
from kiosk.words import OWN_NAMES, Language
from ui.app import KioskWindow, make_app
from ui.loop import spin
from ui.profile import DisplayProfile

SHELF = Path(__file__).parent / "assets" / "demo_shelf.json"
SHOP = Shop("Markt am Grünen Weg", ("Grüner Weg 12", "12345 Musterstadt"), "12/345/67890")
SCALE = 0.5
PANELS = {
    "portrait": DisplayProfile.portrait(SCALE),
    "landscape": DisplayProfile.landscape(SCALE),
}
CHOSEN = ("attract", "scan", "told-declined", "owed-link", "sheet-help", "sheet-goods")
"""Drawn in every language and every layout."""
LAYOUTS = ("large", "low", "contrast")
EX_CANTCREAT = 73


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be made."""

    group: str
    name: str
    state: State
    comfort: str = "standard"

    @property
    def file(self) -> str:
        """Its name, of which each panel makes one of its own."""
        return f"{self.name}-{self.state.language}-{self.comfort}.png"


def shots() -> Iterator[Shot]:
    """All looks in German; a chosen few in each further language, and in each layout."""
    looks = gallery(SHOP, read_shelf(SHELF.read_text("utf-8")))
    for name, state in looks.items():
        yield Shot(OWN_NAMES[Language.DE], name, state)
    for language in Language:
        if language is not Language.DE:
            for name in CHOSEN:
                yield Shot(OWN_NAMES[language], name, replace(looks[name], language=language))
    for comfort in LAYOUTS:
        for name in CHOSEN:
            yield Shot(comfort, name, looks[name], comfort)


def run(options: argparse.Namespace) -> int:
    """Draw them all; the path of the page is printed."""
    out: Path = options.out
    try:
        for panel in PANELS:
            (out / panel).mkdir(parents=True, exist_ok=True)
        wanted = list(shots())
        app = make_app(offscreen=True)
        for panel, profile in PANELS.items():
            _draw(out / panel, profile, wanted)
        (out / "index.html").write_text(page(wanted), encoding="utf-8")
    except OSError as error:
        print(f"screens: {error}", file=sys.stderr)
        return EX_CANTCREAT
    del app
    print(f"{2 * len(wanted) + 2} pictures: {out / 'index.html'}")
    return 0


TROUBLE = "trouble.png"


def _trouble(window: KioskWindow, path: Path) -> None:
    """What stands there while the window has a fault of its own; it is no state of the checkout."""
    window.trouble.report("shown on purpose")
    spin(0.05)
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")


def _draw(out: Path, profile: DisplayProfile, wanted: list[Shot]) -> None:
    window = KioskWindow(profile, lambda _: None, lend=_lend, code=pattern, motion=False)
    try:
        window.show()
        for version, shot in enumerate(wanted, 1):
            window.bridge.publish(_screen(shot, version))
            spin(0.005)
            window.grab()  # lays everything out; what follows from that is drawn by the next
            spin(0.005)
            if not window.grab().save(str(out / shot.file)):
                raise OSError(f"{out / shot.file} could not be written")
        window.bridge.publish(_screen(wanted[0], len(wanted) + 1))  # in the usual layout again
        spin(0.05)
        _trouble(window, out / TROUBLE)
    finally:
        window.close()


def _screen(shot: Shot, version: int) -> Screen:
    return replace(present(shot.state, version), comfort=shot.comfort)


def _lend(handle: Handle) -> tuple[memoryview, int | None]:
    del handle
    return memoryview(b"Erika"), 1250


def pattern(handle: Handle) -> tuple[bytes, ...]:
    """A pattern in place of a link: nothing here leads anywhere."""
    del handle
    return tuple(
        bytes((row * column + row + column) % 3 % 2 for column in range(29)) for row in range(29)
    )


def page(wanted: list[Shot]) -> str:
    """The pictures in their groups, each beside its state and what is said of it."""
    groups: dict[str, list[Shot]] = {}
    for shot in wanted:
        groups.setdefault(shot.group, []).append(shot)
    parts = "".join(
        f"<h2>{escape(group)}</h2><main>{''.join(map(_figure, shown))}</main>"
        for group, shown in groups.items()
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Screens</title><style>"
        "body{font:15px sans-serif;background:#ddd;margin:2rem}main{display:flex;flex-wrap:wrap;"
        "gap:2rem}figure{margin:0;width:760px;display:flex;flex-wrap:wrap;gap:.6rem}"
        "img{height:420px;box-shadow:0 2px 8px #0003}figcaption{width:100%}</style>"
        f"<h1>Every screen</h1>{parts}<h2>A fault of the window's own</h2><main><figure>"
        f"{_pictures(TROUBLE)}</figure></main></html>"
    )


def _pictures(file: str) -> str:
    return "".join(
        f'<a href="{panel}/{file}"><img loading=lazy src="{panel}/{file}" alt=""></a>'
        for panel in PANELS
    )


def _figure(shot: Shot) -> str:
    screen = _screen(shot, 1)
    pictures = _pictures(shot.file)
    direction = "rtl" if shot.state.language is Language.AR else "ltr"
    return (
        f"<figure>{pictures}<figcaption><b>{escape(shot.name)}</b> "
        f"{escape(_told(shot.state))}<p dir={direction}>{escape(screen.speech)}</p>"
        "</figcaption></figure>"
    )


def _told(state: State) -> str:
    """What of a state makes this screen."""
    parts = [type(state.phase).__name__]
    parts += [f"sheet {state.front.sheet}"] if state.front.sheet else []
    parts += [f"told {state.notice.told}"] if state.notice else []
    parts += ["attendant"] if state.attendant else []
    parts += [f"printer {state.phase.fault}"] if isinstance(state.phase, ReceiptOwed) else []
    return " · ".join(parts)
