"""What the scripted demo leaves behind: screens, receipts, the journal in words, one page of all."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.lab.client import LabClient
from kiosk.screens.values import Screen

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from ui.app import KioskWindow


WRITTEN = (
    "[0-9][0-9]-*.png",
    *(f"receipt{number}.{kind}" for number in ("", "-[0-9]*") for kind in ("png", "txt")),
    *(f"fetched-[0-9a-z-]*.{kind}" for kind in ("html", "pdf")),
    "index.html",
    "steps.txt",
    "journal.txt",
)
LIST = ".album"
"""The names an album has written, so that the next one clears these and nobody else's."""


def clear(out: Path) -> None:
    """Make the folder, and empty it of an earlier album; strangers' files stay. Raises OSError."""
    out.mkdir(parents=True, exist_ok=True)
    for name in _of_an_album(out):
        if (out / name).is_file():
            (out / name).unlink()
    (out / LIST).write_text("")


def _of_an_album(out: Path) -> list[str]:
    if (out / LIST).is_file():
        listed = (out / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
        return [
            name
            for name in listed
            if "/" not in name and any(fnmatchcase(name, each) for each in WRITTEN)
        ]
    if (out / "steps.txt").is_file() and (out / "index.html").is_file():  # before there was a list
        return [path.name for each in WRITTEN for path in out.glob(each)]
    return []


class Album:
    """The stage of a scripted customer, keeping pictures as it goes."""

    def __init__(
        self, out: Path, window: KioskWindow, lab: LabClient, stopped: Callable[[], bool]
    ) -> None:
        """`out` has been cleared. `stopped` tells that nobody wants to see more of it."""
        self._out = out
        self._window = window
        self._lab = lab
        self._stopped = stopped
        self._shots: list[str] = []
        self._receipts: list[str] = []
        self._pages: list[str] = []
        self._notes: list[str] = []

    # --- the stage ----------------------------------------------------------------------------------

    def screen(self) -> Screen | None:
        return self._window.bridge.latest

    def tap(self, action: str) -> None:
        self._window.tap(action)

    def shoot(self, name: str) -> None:
        file = f"{len(self._shots) + 1:02d}-{name}.png"
        if not self._window.grab().save(str(self._file(file))):
            raise OSError(f"{self._out / file} could not be written")
        self._shots.append(file)

    def fetch(self, name: str) -> str:
        """Keep page and PDF of the link that a camera sees on screen; why not, if not."""
        # Brings mail and TLS along, which a kiosk has no use for.
        from urllib.request import urlopen

        link = _link_seen(self._window.grab())
        if not link.startswith("http://127.0.0.1:"):
            return "no code of this machine is to be seen"
        try:
            for kind, target in (("html", link), ("pdf", f"{link}.pdf")):
                with urlopen(target, timeout=5) as answer:  # noqa: S310 - on loopback, as just seen
                    self._file(f"{name}.{kind}").write_bytes(answer.read())
        except OSError as error:  # the courier may be on its way
            return f"{link}: {error}"
        self._pages.append(name)
        return ""

    def lab(self, verb: str, *words: str) -> str:
        return self._lab.do(verb, *words)

    def receipts(self) -> int:
        return self._lab.state(0, 0).paper_count

    def keep_receipt(self) -> None:
        picture = Path(self._lab.state(0, 0).paper_png)
        name = f"receipt-{len(self._receipts) + 1}"
        shutil.copyfile(picture, self._file(f"{name}.png"))
        shutil.copyfile(picture.with_suffix(".txt"), self._file(f"{name}.txt"))
        if not self._receipts:
            shutil.copyfile(picture, self._file("receipt.png"))
            shutil.copyfile(picture.with_suffix(".txt"), self._file("receipt.txt"))
        self._receipts.append(name)

    def spin(self, seconds: float) -> None:
        from ui.loop import spin

        if self._stopped():
            raise KeyboardInterrupt
        spin(seconds)

    # --- the album ----------------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """A line of the account of steps."""
        self._notes.append(text)

    def keep_journal(self, lines: Iterable[str]) -> None:
        """The journal in words."""
        self._file("journal.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def close(self) -> None:
        """Let go of the lab."""
        self._lab.close()

    def finish(self, failure: str) -> None:
        """Write the steps and one page with everything."""
        steps = [*self._notes, f"FAILED {failure}" if failure else "all steps confirmed"]
        self._file("steps.txt").write_text("\n".join(steps) + "\n", encoding="utf-8")
        figures = "".join(
            f'<figure><img src="{name}" alt=""><figcaption>{html.escape(name)}</figcaption></figure>'
            for name in (*self._shots, *(f"{each}.png" for each in self._receipts))
        )
        pages = "".join(
            f'<p><a href="{name}.html">{name}, as a page</a>, <a href="{name}.pdf">as PDF</a></p>'
            for name in self._pages
        )
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Album</title><style>"
            "body{font:16px sans-serif;background:#eee;margin:2rem}main{display:flex;flex-wrap:wrap;"
            "gap:1.5rem;align-items:flex-start}img{width:320px;box-shadow:0 2px 8px #0003}"
            "figure{margin:0}</style><h1>One purchase, screen by screen</h1>"
            '<p><a href="journal.txt">The journal in words</a>, <a href="steps.txt">the steps</a></p>'
            f"{pages}<main>{figures}</main></html>"
        )
        self._file("index.html").write_text(page, encoding="utf-8")

    def _file(self, name: str) -> Path:
        """Where to write; the next album may clear it."""
        if "/" in name:
            raise ValueError(f"{name} is no name of a picture")
        with (self._out / LIST).open("a", encoding="utf-8") as names:
            names.write(f"{name}\n")
        return self._out / name


def _link_seen(image: QImage) -> str:
    """What a camera reads in a picture of the window; empty if there is no code."""
    import zxingcpp  # only where there is a code to read
    from PIL import Image

    grey = image.convertToFormat(image.Format.Format_Grayscale8)
    pixels = bytes(grey.constBits())
    size = (grey.width(), grey.height())
    seen = Image.frombytes("L", size, pixels, "raw", "L", grey.bytesPerLine())
    found = zxingcpp.read_barcodes(
        seen, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return found[0].bytes.decode("ascii", "replace") if found else ""
