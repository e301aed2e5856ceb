"""What can be wrong with a printer, and how its status bytes tell it (Epson: DLE EOT n, GS a)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Troubles:
    """What is wrong with the printer, each by itself."""

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    offline: bool = False
    cutter: bool = False
    hot: bool = False
    broken: bool = False
    """Unrecoverable: something only a workshop mends."""
    interrupted: bool = False
    """The cover was opened while it printed; over by itself when the cover is closed."""
    drawer_open: bool = False

    @property
    def stopped(self) -> bool:
        """Whether it does not print."""
        return (
            self.paper_out
            or self.cover_open
            or self.offline
            or self.cutter
            or self.hot
            or self.broken
        )

    @property
    def recovers(self) -> bool:
        """Whether DLE ENQ is obeyed: after a jam, or a cover lifted while it printed; never else."""
        return self.cutter or (self.interrupted and self.cover_open)

    @property
    def named(self) -> str | None:
        """The trouble a person would name first."""
        names = ("cover_open", "paper_out", "cutter", "hot", "broken", "offline")
        return next((name for name in names if getattr(self, name)), None)

    def status(self, which: int) -> int:
        """The answer to DLE EOT `which` (1 to 4)."""
        byte = 0x12
        if which == 1:
            byte |= (0x04 if self.drawer_open else 0) | (0x08 if self.stopped else 0)
        elif which == 2:
            byte |= (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0)
            byte |= 0x40 if self._errors else 0
        elif which == 3:
            byte |= self._errors
        else:
            byte |= (0x0C if self.paper_low else 0) | (0x60 if self.paper_out else 0)
        return byte

    @property
    def report(self) -> bytes:
        """The four bytes of an automatic status."""
        first = 0x10 | (0x08 if self.stopped else 0) | (0x20 if self.cover_open else 0)
        first |= 0x04 if self.drawer_open else 0
        third = (0x03 if self.paper_low else 0) | (0x0C if self.paper_out else 0)
        return bytes((first, self._errors, third, 0))

    @property
    def _errors(self) -> int:
        byte = (0x08 if self.cutter else 0) | (0x20 if self.broken else 0)
        return byte | (0x40 if self.hot or (self.interrupted and self.cover_open) else 0)
