"""Images as a printer takes them, brought to rows of dots (GS v 0, ESC *, GS * and GS ( L).

Pure: bytes in, `Picture` out. Data that is short is white at its end.
"""

from __future__ import annotations

from functools import cache

from drivers.printer.sheet import Picture


def word(data: bytes, at: int) -> int:
    """Two bytes, low one first."""
    return int.from_bytes(data[at : at + 2], "little")


def raster(width: int, height: int, data: bytes, times: tuple[int, int] = (1, 1)) -> Picture:
    """Rows of dots, each dot `times` wide and high."""
    stride = (width + 7) // 8
    data = data[: stride * height].ljust(stride * height, b"\0")
    if width % 8:  # bits beyond the width are none
        mask = 0xFF << (8 - width % 8) & 0xFF
        trimmed = bytearray(data)
        trimmed[stride - 1 :: stride] = bytes(byte & mask for byte in trimmed[stride - 1 :: stride])
        data = bytes(trimmed)
    if times == (1, 1):
        return Picture(width, height, data)
    wide, high = times
    out = bytearray()
    new = (width * wide + 7) // 8
    for at in range(0, len(data), stride):
        out += _stretched(data[at : at + stride], wide)[:new] * high
    return Picture(width * wide, height * high, bytes(out))


def columns(width: int, height: int, data: bytes, times: tuple[int, int] = (1, 1)) -> Picture:
    """Columns of dots from left to right, each of whole bytes, most significant bit on top."""
    deep = (height + 7) // 8
    stride = (width + 7) // 8
    rows = [bytearray(stride) for _ in range(height)]
    for x in range(min(width, len(data) // deep if deep else 0)):
        strip = int.from_bytes(data[x * deep : (x + 1) * deep], "big")
        bit, place = 0x80 >> x % 8, x // 8
        y = deep * 8 - 1
        while strip:
            if strip & 1 and y < height:
                rows[y][place] |= bit
            strip >>= 1
            y -= 1
    return raster(width, height, b"".join(rows), times)


def strip(arguments: bytes) -> Picture:
    """ESC * m nL nH d: 8 or 24 dots high, in single or double density."""
    mode, width = arguments[0], word(arguments, 1)
    high = 24 if mode >= 32 else 8
    return columns(width, high, arguments[3:], (1 if mode & 1 else 2, 24 // high))


def raster_command(arguments: bytes) -> Picture:
    """GS v 0 m xL xH yL yH d: `m` doubles width (1) and height (2)."""
    mode = arguments[1] & 3
    times = (2 if mode & 1 else 1, 2 if mode & 2 else 1)
    return raster(word(arguments, 2) * 8, word(arguments, 4), arguments[6:], times)


def stored(function: int, parameters: bytes) -> Picture | None:
    """The graphics of GS ( L fn 112 (rows) or 113 (columns), parameters behind fn."""
    if len(parameters) < 8:
        return None
    times = (2 if parameters[1] == 2 else 1, 2 if parameters[2] == 2 else 1)
    make = raster if function == 112 else columns
    return make(word(parameters, 4), word(parameters, 6), parameters[8:], times)


def scaled(picture: Picture, times: tuple[int, int]) -> Picture:
    """The picture with each dot so many times wide and high."""
    return raster(picture.width, picture.height, picture.data, times)


@cache
def _spread(times: int) -> tuple[bytes, ...]:
    """Each byte with every bit so many times."""
    return tuple(
        int("".join(bit * times for bit in f"{byte:08b}"), 2).to_bytes(times, "big")
        for byte in range(256)
    )


def _stretched(row: bytes, times: int) -> bytes:
    table = _spread(times)
    return b"".join([table[byte] for byte in row])
