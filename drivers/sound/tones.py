"""The sounds themselves: a few notes each, drawn sample by sample. Nothing here was recorded."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from kiosk.sounds import Sound

RATE = 22_050
"""Samples a second."""
LOUDEST = 100
"""Of a volume."""
_PEAK = 0.8 * 32767
_EDGE = 0.006
"""Seconds in which a note comes and goes, so that it does not click."""
_OVERTONES = ((1, 0.8), (2, 0.15), (3, 0.05))


@dataclass(frozen=True, slots=True)
class Note:
    """`hertz` 0: silence."""

    hertz: float
    seconds: float


NOTES: dict[Sound, tuple[Note, ...]] = {
    Sound.SCAN: (Note(1760, 0.07),),
    Sound.GOOD: (Note(1047, 0.09), Note(1568, 0.16)),
    Sound.HELP: (Note(784, 0.14), Note(0, 0.04), Note(784, 0.14)),
    Sound.ATTENTION: (Note(880, 0.12), Note(659, 0.16)),
    Sound.ERROR: (Note(330, 0.16), Note(0, 0.05), Note(262, 0.28)),
}
"""Up is well, down is not; an error is low, and long enough to be told from a scan."""


def wav(sound: Sound, volume: int) -> bytes:
    """A WAV file, mono, 16 bit. `volume`: 0 to 100, heard as even steps."""
    # Loudness follows the logarithm: half the number is about half as loud.
    peak = _PEAK * (volume / LOUDEST) ** 2
    samples = [round(peak * each) for note in NOTES[sound] for each in _drawn(note)]
    body = struct.pack(f"<{len(samples)}h", *samples)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    data = struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def _drawn(note: Note) -> list[float]:
    count, edge = round(note.seconds * RATE), round(_EDGE * RATE)
    turn = 2 * math.pi * note.hertz / RATE
    return [
        min(1.0, at / edge, (count - at) / edge)
        * sum(share * math.sin(turn * times * at) for times, share in _OVERTONES)
        for at in range(count)
    ]
