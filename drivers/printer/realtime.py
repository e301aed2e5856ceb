"""Commands a printer obeys the moment they arrive, whatever else it is at (DLE EOT, ENQ, DC4).

Sans-I/O. They are found by their bytes alone, even in the middle of an image that happens to
hold them, as in real printers.
"""

from __future__ import annotations

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 fn 8."""
_LENGTHS = {1: 5, 2: 5, 3: 8, 7: 4, 8: len(CLEAR)}
"""DLE DC4 by function: pulse, power off, buzzer, status, clear."""


def _measured(data: bytes, at: int) -> int | None:
    """How long the command at the DLE `at` is; 0: not all of it is here; None: it is none."""
    head = data[at : at + 3]
    if len(head) < 2:
        return 0
    if head[1] not in b"\x04\x05\x14":
        return None
    if len(head) < 3:
        return 0
    if head[1] != 0x14:
        return 3 if 1 <= head[2] <= (4 if head[1] == 0x04 else 2) else None
    if head[2] not in _LENGTHS:
        return None
    whole = data[at : at + _LENGTHS[head[2]]]
    if head[2] == 8 and not CLEAR.startswith(whole):
        return None
    return len(whole) if len(whole) == _LENGTHS[head[2]] else 0


def split(data: bytes) -> tuple[list[tuple[bytes, bool]], bytes]:
    """The pieces of `data` as (bytes, whether they are a real-time command), and what is left:
    bytes at the end that may be the beginning of one."""
    pieces: list[tuple[bytes, bool]] = []
    begin = at = 0
    while (at := data.find(b"\x10", at)) >= 0:
        length = _measured(data, at)
        if length == 0:
            break
        if length is None:
            at += 1
            continue
        if at > begin:
            pieces.append((data[begin:at], False))
        pieces.append((data[at : at + length], True))
        begin = at = at + length
    end = at if at >= 0 else len(data)
    if end > begin:
        pieces.append((data[begin:end], False))
    return pieces, data[end:]
