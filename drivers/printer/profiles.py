"""Printers by kind: what one can do, told by its maker. Driver and simulator read the same table.

What a maker promises is a beginning only: process ids are probed for on every device, because
clones answer to a famous name. Sources: the makers' command references and technical guides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Clear(StrEnum):
    """How what a printer holds is dropped, so that it never comes out for the next customer."""

    DC4 = "dc4"
    """DLE DC4 fn 8: drops all and says so."""
    ENQ2 = "enq2"
    """DLE ENQ 2: recovers from an error and drops all. It has no answer, and is ignored elsewhere."""
    NONE = "none"
    """Only a person can, with the power switch: locked until staff say they did."""


class Confirm(StrEnum):
    """How a printer proves that a receipt is on paper."""

    PROCESS_ID = "process_id"
    """GS ( H fn 48: echoes our mark when everything before it is printed."""
    GS_R = "gs_r"
    """GS r: answers when the buffer is worked off so far; weak, paper may still be moving."""
    NONE = "none"
    """Not at all."""


class Native(StrEnum):
    """Symbols a printer draws by itself (GS ( k and GS k); all others come as raster."""

    QR = "qr"
    PDF417 = "pdf417"
    EAN = "ean"


_ALL = frozenset(Native)


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of printer."""

    name: str
    about: str
    maker: str = ""
    """What GS I 66 answers."""
    model: str = ""
    """What GS I 67 answers."""
    dots: int = 576
    """Printable dots of a line."""
    columns: int = 48
    """Characters of font A on a line."""
    dots_per_mm: float = 8.0
    speed: float = 150.0
    """Millimetres of paper a second."""
    buffer: int = 4096
    """Bytes of receive buffer; beyond, TCP stands and serial lines see XOFF."""
    clear: Clear = Clear.DC4
    confirm: Confirm = Confirm.PROCESS_ID
    native: frozenset[Native] = _ALL
    cutter: bool = True
    presenter: bool = False
    """It holds the cut receipt in a mouth and ejects it."""


STANDARD = Profile("standard", "a full ESC/POS printer, 80 mm", "OPEN", "SIM-80", buffer=65536)
PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        STANDARD,
        Profile("tm-t88vi", "Epson TM-T88VI, 80 mm, 180 dpi", "EPSON", "TM-T88VI", 512, 42,
                180 / 25.4, 350.0),
        Profile("tm-t88vii", "Epson TM-T88VII, 80 mm, 180 dpi", "EPSON", "TM-T88VII", 512, 42,
                180 / 25.4, 500.0),
        Profile("tm-m30iii", "Epson TM-m30III, 80 mm, 203 dpi", "EPSON", "TM-m30III", speed=300.0),
        Profile("tm-t20iii", "Epson TM-T20III, 80 mm, 203 dpi", "EPSON", "TM-T20III", speed=250.0),
        Profile("ct-s310ii", "Citizen CT-S310II, 80 mm", "CITIZEN", "CT-S310II", speed=160.0,
                clear=Clear.ENQ2, confirm=Confirm.GS_R),
        Profile("kube", "Custom KUBE II kiosk printer with presenter", "CUSTOM SPA.", "KUBE",
                speed=200.0, buffer=16384, clear=Clear.ENQ2, confirm=Confirm.GS_R, presenter=True),
        Profile("clone-58", "a cheap 58 mm printer without process ids or a cutter", "", "", 384,
                32, speed=70.0, clear=Clear.NONE, confirm=Confirm.GS_R,
                native=frozenset((Native.QR,)), cutter=False),
    )
}  # fmt: skip
"""By name."""


def profile_of(name: str) -> Profile:
    """The profile by its name. Raises ValueError with the names there are."""
    if name not in PROFILES:
        raise ValueError(f'no printer profile "{name}"; known are {", ".join(PROFILES)}')
    return PROFILES[name]
