"""What the scripted demo leaves behind: screens, receipts, the journal in words, one page of all."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.lab.client import LabClient
from kiosk.screens.values import Screen

if TYPE_CHECKING:
    from ui.app import KioskWindow


class Album:
    """The stage of a scripted customer, keeping pictures as it goes."""

    def __init__(self, out: Path, window: KioskWindow, lab: LabClient) -> None:
        """`out` is made, and emptied of an earlier album's files."""
        out.mkdir(parents=True, exist_ok=True)
        for old in (*out.glob("*.png"), *out.glob("receipt-*.txt"), out / "journal.txt"):
            old.unlink(missing_ok=True)
        self._out = out
        self._window = window
        self._lab = lab
        self._shots: list[str] = []
        self._receipts: list[str] = []
        self._notes: list[str] = []

    # --- the stage ----------------------------------------------------------------------------------

    def screen(self) -> Screen | None:
        return self._window.bridge.latest

    def tap(self, action: str) -> None:
        self._window.tap(action)

    def shoot(self, name: str) -> None:
        file = f"{len(self._shots) + 1:02d}-{name}.png"
        if not self._window.grab().save(str(self._out / file)):
            raise OSError(f"{self._out / file} could not be written")
        self._shots.append(file)

    def lab(self, verb: str, *words: str) -> str:
        return self._lab.do(verb, *words)

    def receipts(self) -> int:
        return self._lab.state(0, 0).paper_count

    def keep_receipt(self) -> None:
        picture = Path(self._lab.state(0, 0).paper_png)
        name = f"receipt-{len(self._receipts) + 1}"
        shutil.copyfile(picture, self._out / f"{name}.png")
        shutil.copyfile(picture.with_suffix(".txt"), self._out / f"{name}.txt")
        if not self._receipts:
            shutil.copyfile(picture, self._out / "receipt.png")
            shutil.copyfile(picture.with_suffix(".txt"), self._out / "receipt.txt")
        self._receipts.append(name)

    def spin(self, seconds: float) -> None:
        from ui.loop import spin

        spin(seconds)

    # --- the album ----------------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """A line of the account of steps."""
        self._notes.append(text)

    def keep_journal(self, lines: Iterable[str]) -> None:
        """The journal in words."""
        (self._out / "journal.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def close(self) -> None:
        """Let go of the lab."""
        self._lab.close()

    def finish(self, failure: str) -> None:
        """Write the steps and one page with everything."""
        steps = [*self._notes, f"FAILED {failure}" if failure else "all steps confirmed"]
        (self._out / "steps.txt").write_text("\n".join(steps) + "\n", encoding="utf-8")
        figures = "".join(
            f'<figure><img src="{name}" alt=""><figcaption>{html.escape(name)}</figcaption></figure>'
            for name in (*self._shots, *(f"{each}.png" for each in self._receipts))
        )
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Album</title><style>"
            "body{font:16px sans-serif;background:#eee;margin:2rem}main{display:flex;flex-wrap:wrap;"
            "gap:1.5rem;align-items:flex-start}img{width:320px;box-shadow:0 2px 8px #0003}"
            "figure{margin:0}</style><h1>One purchase, screen by screen</h1>"
            '<p><a href="journal.txt">The journal in words</a>, <a href="steps.txt">the steps</a></p>'
            f"<main>{figures}</main></html>"
        )
        (self._out / "index.html").write_text(page, encoding="utf-8")
