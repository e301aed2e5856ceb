"""A key for each card from one master key: AN10922 §2.2, AES-128."""

from __future__ import annotations

from service.proofs.aes import BLOCK, ZERO, doubled, encryptor, xored

_AES_128 = b"\x01"
INPUT_MOST = 2 * BLOCK - len(_AES_128)
"""Bytes of a diversification input: more would not fit the two blocks that AN10922 pads to."""


class Master:
    """A master key, set up once: a card's key then costs two blocks."""

    __slots__ = ("_context", "_padded", "_whole")

    def __init__(self, key: bytes) -> None:
        self._context = encryptor(key)
        self._whole = doubled(self._context.update(ZERO))
        self._padded = doubled(self._whole)

    def derive(self, diversification: bytes) -> bytes:
        """16 bytes: the CMAC of the input behind its constant, always padded to two blocks.

        Raises ValueError for an input of more than INPUT_MOST bytes, or none.
        """
        if not 1 <= len(diversification) <= INPUT_MOST:
            raise ValueError(f"a diversification input has 1 to {INPUT_MOST} bytes")
        text = _AES_128 + diversification
        subkey = self._whole
        if len(text) < 2 * BLOCK:
            subkey = self._padded
            text = (text + b"\x80").ljust(2 * BLOCK, b"\0")
        first = self._context.update(text[:BLOCK])
        return self._context.update(xored(xored(first, text[BLOCK:]), subkey))
