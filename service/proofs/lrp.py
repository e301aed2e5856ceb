"""The leakage resilient primitive of NTAG 424 DNA and DESFire EV3 (AN12304), with 4-bit steps."""

from __future__ import annotations

from service.proofs.aes import BLOCK, EACH_ALONE, ZERO, Changing, decryptor, doubled, xored

_NEXT, _LEAF = b"\x55" * BLOCK, b"\xaa" * BLOCK
_BOTH = _NEXT + _LEAF
_DIGITS = "0123456789abcdef"


class Lrp:
    """One key: its plaintexts and one of its updated keys (AN12304 §2.2, algorithms 1 and 2).

    Each step is a block under a key of its own, so there is nothing to keep between calls but this.
    """

    __slots__ = ("_leaves", "_subkeys", "_updated")

    def __init__(self, key: bytes, update: int = 0) -> None:
        """`update`: which of the key's updated keys, 0 for MACs and 1 for encryption."""
        cipher = Changing(EACH_ALONE)
        first, secret = _both(cipher, key)
        self._leaves = _leaves(cipher, first)
        self._updated = _updated(cipher, secret, update)
        self._subkeys: tuple[bytes, bytes] | None = None

    def evaluate(self, text: bytes, *, final: bool = True) -> bytes:
        """Algorithm 3: walk the nibbles of `text`, the highest first."""
        key, leaves, cipher = self._updated, self._leaves, Changing()
        algorithm, setup = cipher.algorithm, cipher.encryptor  # `under`, without its calls
        for digit in text.hex():
            algorithm.key = key
            key = setup().update(leaves[digit])
        return cipher.under(key).update(ZERO) if final else key

    def cmac(self, message: bytes) -> bytes:
        """CMAC with this primitive in place of AES (§2.4): 16 bytes."""
        if self._subkeys is None:
            one = doubled(self.evaluate(ZERO))
            self._subkeys = one, doubled(one)
        whole = bool(message) and len(message) % BLOCK == 0
        if not whole:
            message += b"\x80"
            message += bytes(-len(message) % BLOCK)
        parts = _blocks(message)
        parts[-1] = xored(parts[-1], self._subkeys[0 if whole else 1])
        state = ZERO
        for part in parts:
            state = self.evaluate(xored(state, part))
        return state

    def decrypt(self, counter: bytes, sealed: bytes) -> bytes:
        """LRICB (§2.3): each block under a key of its own, from a counter as wide as it is given."""
        width, count, plain = len(counter), int.from_bytes(counter, "big"), b""
        for part in _blocks(sealed):
            key = self.evaluate((count % (1 << 8 * width)).to_bytes(width, "big"))
            plain += decryptor(key).update(part)
            count += 1
        return plain


def _blocks(text: bytes) -> list[bytes]:
    return [text[at : at + BLOCK] for at in range(0, len(text), BLOCK)]


def _both(cipher: Changing, key: bytes) -> tuple[bytes, bytes]:
    """Where a key leads: the next one, and its leaf. Asked for at once, so that it is set up once."""
    found = cipher.under(key).update(_BOTH)
    return found[:BLOCK], found[BLOCK:]


def _leaves(cipher: Changing, key: bytes) -> dict[str, bytes]:
    """Algorithm 1, after its first step: a plaintext for each nibble, by its hexadecimal digit."""
    found = {}
    for digit in _DIGITS:
        key, found[digit] = _both(cipher, key)
    return found


def _updated(cipher: Changing, key: bytes, update: int) -> bytes:
    """Algorithm 2, after its first step."""
    for _ in range(update):
        key = cipher.under(key).update(_NEXT)
    return cipher.under(key).update(_LEAF)
