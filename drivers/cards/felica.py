"""FeliCa and NFC Forum Type 3 tags (Type 3 Tag 1.0; JIS X 6319-4). Commands without length and CRC."""

from __future__ import annotations

from drivers.cards.tag import MESSAGE_MOST, Ask, CardBroken, Dialogue
from kiosk.vault import wipe

IDM_BYTES = 8
BLOCK = 16
BLOCKS_MOST = 12
"""Of one Check: the answer fits a frame of every chip."""
_NDEF_SYSTEM = bytes.fromhex("12FC")
_READ_SERVICE = bytes.fromhex("0B00")
_POLLED, _CHECK, _CHECKED = 0x01, 0x06, 0x07
_HEAD = 12
"""Response code, IDm, two status bytes, number of blocks."""


def framed(command: bytes) -> bytes:
    """With its length, which a chip that only adds the CRC wants (JIS X 6319-4)."""
    return bytes((len(command) + 1,)) + command


def unframed(answer: bytearray) -> bytearray:
    """Without its length, the caller's to wipe; `answer` is wiped here. Raises CardBroken."""
    try:
        if not answer or answer[0] != len(answer):
            raise CardBroken("an answer of a wrong length")
        return answer[1:]
    finally:
        wipe(answer)


def read() -> Dialogue[bytearray | None]:
    """The NDEF message, empty where there is none, None where the card knows nothing of NDEF.

    Raises CardBroken for a card that lies about its blocks.
    """
    polled = yield Ask(b"\x00" + _NDEF_SYSTEM + b"\x00\x00", 0.02, quiet=True)
    if len(polled) < 1 + IDM_BYTES or polled[0] != _POLLED:
        return None
    idm = bytearray(memoryview(polled)[1 : 1 + IDM_BYTES])
    try:
        return (yield from _message(idm))
    finally:
        wipe(idm)


def _message(idm: bytearray) -> Dialogue[bytearray | None]:
    attributes = yield from _blocks(idm, 0, 1)
    if sum(attributes[:14]) != int.from_bytes(attributes[14:], "big"):
        raise CardBroken("an attribute block with a wrong checksum")
    if attributes[0] >> 4 != 1:
        return None
    size = int.from_bytes(attributes[11:14], "big")
    blocks = (size + BLOCK - 1) // BLOCK
    at_once = min(attributes[1], BLOCKS_MOST)
    if size > MESSAGE_MOST or blocks > int.from_bytes(attributes[3:5], "big") or not at_once:
        raise CardBroken("a message longer than the memory")
    data = bytearray(blocks * BLOCK)
    try:
        for start in range(0, blocks, at_once):
            more = yield from _blocks(idm, 1 + start, min(at_once, blocks - start))
            data[start * BLOCK : start * BLOCK + len(more)] = more
            wipe(more)
        return bytearray(memoryview(data)[:size])
    finally:
        wipe(data)


def _blocks(idm: bytearray, first: int, count: int) -> Dialogue[bytearray]:
    """Check: blocks without protection, the caller's to wipe. Raises CardBroken."""
    listed = b"".join(
        bytes((0x80, number)) if number < 0x100 else bytes((0x00, number & 0xFF, number >> 8))
        for number in range(first, first + count)
    )
    command = bytes((_CHECK,)) + idm + b"\x01" + _READ_SERVICE + bytes((count,)) + listed
    answer = yield Ask(command, 0.1)
    if (
        len(answer) != _HEAD + count * BLOCK
        or answer[0] != _CHECKED
        or answer[1 : 1 + IDM_BYTES] != idm
        or answer[9]
        or answer[10]
        or answer[11] != count
    ):
        raise CardBroken("a block that cannot be read")
    return bytearray(memoryview(answer)[_HEAD:])
