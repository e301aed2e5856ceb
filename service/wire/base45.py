"""Base45 (RFC 9285): bytes in the characters that a QR code packs best."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


class NoBase45(ValueError):
    """Text that `encode` would not have made; `offset`: where in it."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(what)
        self.offset = offset


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last one."""
    found = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            found.append(_ALPHABET[digit])
    return "".join(found)


def decode(text: str) -> bytes:
    """Raises NoBase45."""
    found = bytearray()
    for at in range(0, len(text), 3):
        value, part = 0, text[at : at + 3]
        for place, character in enumerate(part):
            digit = _VALUES.get(character)
            if digit is None:
                raise NoBase45(at + place, "a character that Base45 does not have")
            value += digit * 45**place
        size = len(part) - 1
        if not size or value >> 8 * size:
            raise NoBase45(at, "characters that stand for no bytes")
        found += value.to_bytes(size, "big")
    return bytes(found)
