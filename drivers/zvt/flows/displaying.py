"""What a till puts on the terminal's display, and asks its keys for."""

from __future__ import annotations

from drivers.zvt import charsets
from drivers.zvt.fields import Container
from drivers.zvt.inside import Inside, Picture
from drivers.zvt.messages import (
    ActivateCardReader,
    DisplayImage,
    DisplayText,
    DisplayTextWithInput,
    DisplayTextWithKey,
    Negative,
    Positive,
)
from drivers.zvt.scenes import T3_SECONDS, Flow, Key

NOT_AUTHENTIC, FORMAT_ERROR, NOT_REGISTERED = 0x75, 0x66, 0x6B
TIMEOUT_KEY, STOP_KEY = b"\x6c", b"\x1b"
KEYS = {
    "OK": b"\x0d",
    "C": b"\x18",
    "STOP": STOP_KEY,
    "INFO": b"\x46",
    "UP": b"\x55",
    "DOWN": b"\x44",
    "F1": b"\x31",
    "F2": b"\x32",
    "F3": b"\x33",
    "F4": b"\x34",
}
"""Keys by what is printed on them (2.28)."""
PICTURE_DATA = 0x1C


def text_shown(pt: Inside, command: DisplayText) -> Flow:
    """06 E0: nothing follows the acceptance."""
    yield from ()
    _show(pt, command, _seconds(command.seconds))
    return Positive()


def key_asked(pt: Inside, command: DisplayTextWithKey) -> Flow:
    """06 E1: the answer is the key."""
    seconds = _seconds(command.seconds, T3_SECONDS)
    _show(pt, command, seconds)
    keys: bytes = yield Key(seconds)
    pt.show()
    return Positive(keys=keys[:1])


def unsigned(pt: Inside, command: DisplayTextWithInput) -> Negative | None:
    """84 75, where no MAC vouches for the texts (2.30)."""
    del pt
    return None if command.mac else Negative(code=NOT_AUTHENTIC)


def input_asked(pt: Inside, command: DisplayTextWithInput) -> Flow:
    """06 E2: the answer is what was typed."""
    seconds = _seconds(command.seconds)
    _show(pt, command, seconds)
    while True:
        keys: bytes = yield Key(seconds)
        longest = 20 if command.longest is None else command.longest
        if keys in (TIMEOUT_KEY, STOP_KEY) or (command.shortest or 0) <= len(keys) <= longest:
            pt.show()
            return Positive(keys=keys)


def reader_activated(pt: Inside, command: ActivateCardReader) -> Flow:
    """08 50."""
    del pt, command
    yield from ()
    return Positive()


def image_shown(pt: Inside, command: DisplayImage) -> Flow:
    """06 F0: a picture, whole or chunk by chunk; without data the last one goes away."""
    yield from ()
    if not pt.till.known:
        return Negative(code=NOT_REGISTERED)
    if command.tlv is None:
        pt.image = None
        return Positive() if command == DisplayImage() else Negative(code=FORMAT_ERROR)
    data = _picture_data(command.tlv)
    if data is None or not _took(pt, command, data):
        pt.image = None
        return Negative(code=FORMAT_ERROR)
    image = pt.image
    if image is not None and image.came == image.chunks:
        pt.show_for(_seconds(command.seconds), f"[Bild, {len(image.data)} Bytes]")
    return Positive()


def _took(pt: Inside, command: DisplayImage, data: bytes) -> bool:
    """Whether this chunk is the one that was due, and fits what the first one said."""
    index, image = command.index or 0, pt.image
    if index == 0:
        if command.image_type is None or command.image_encoding is None:
            return False
        chunks = command.chunks or 1
        if chunks > 1 and None in (command.image_id, command.size, command.index):
            return False
        size = len(data) if command.size is None else command.size
        image = pt.image = Picture(command.image_id or 0, size, chunks)
    elif image is None or command.image_id != image.number or index != image.came:
        return False
    image.data += data
    image.came += 1
    return image.came < image.chunks or (
        image.came == image.chunks and len(image.data) == image.size
    )


def _picture_data(tlv: Container) -> bytes | None:
    tag = tlv.find(PICTURE_DATA)
    return tag.data if tag else None


def _show(pt: Inside, command: DisplayText, seconds: float | None) -> None:
    lines = (getattr(command, f"line_{number}") for number in range(1, 9))
    texts = tuple(charsets.read(line.lstrip("\x14"), pt.charset) for line in lines if line)
    pt.show_for(seconds, *texts)


def _seconds(told: int | None, otherwise: float | None = None) -> float | None:
    """00 means without end."""
    if told is None:
        return otherwise
    return float(told) if told else None
