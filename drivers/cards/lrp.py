"""LRP, the leakage resilient primitive of NTAG 424 DNA (NXP AN12304), as a simulated card computes it.

AES alone stands behind it, a fresh key for each block. Written down as the note says it, with nothing
kept between calls; the service verifies with code of its own, so that each is a check of the other.
Keys and blocks have 16 bytes. `number` says which updated key is meant: cards MAC and hide who they are
under number 0.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
_ON, _OUT = b"\x55" * _BLOCK, b"\xaa" * _BLOCK
"""What a key encrypts to become the next key, and to yield a value."""


def plaintexts(key: bytes) -> list[bytes]:
    """Algorithm 1: one for each value of a nibble."""
    found, chain = list[bytes](), _aes(key, _ON)
    for _ in range(16):
        found.append(_aes(chain, _OUT))
        chain = _aes(chain, _ON)
    return found


def updated_key(key: bytes, number: int = 0) -> bytes:
    """Algorithm 2, of which one key is wanted."""
    chain = _aes(key, _OUT)
    for _ in range(number):
        chain = _aes(chain, _ON)
    return _aes(chain, _OUT)


def evaluate(key: bytes, text: bytes, number: int = 0, *, final: bool = True) -> bytes:
    """Algorithm 3: from nibble to nibble of `text`, the high one of a byte first."""
    table, state = plaintexts(key), updated_key(key, number)
    for byte in text:
        for nibble in divmod(byte, 16):
            state = _aes(state, table[nibble])
    return _aes(state, bytes(_BLOCK)) if final else state


def cmac(key: bytes, message: bytes) -> bytes:
    """CMAC-LRP (§2.4): NIST SP 800-38B with LRP in the place of the block cipher; 16 bytes."""
    subkey = _doubled(evaluate(key, bytes(_BLOCK)))
    *before, last = _cut(message) or [b""]
    if len(last) < _BLOCK:
        subkey, last = _doubled(subkey), (last + b"\x80").ljust(_BLOCK, b"\0")
    mac = bytes(_BLOCK)
    for block in before:
        mac = evaluate(key, _xor(mac, block))
    return evaluate(key, _xor(_xor(mac, last), subkey))


def encrypt(key: bytes, counter: bytes, plain: bytes, number: int = 0) -> bytes:
    """LRICB (§2.3) of whole blocks, which nothing is added to.

    Each block's key comes from the counter, which keeps its width and begins anew after its highest
    value. Raises ValueError for half a block.
    """
    if len(plain) % _BLOCK:
        raise ValueError("LRICB encrypts whole blocks")
    width, first, sealed = len(counter), int.from_bytes(counter, "big"), b""
    for place, block in enumerate(_cut(plain)):
        count = (first + place) % 256**width
        sealed += _aes(evaluate(key, count.to_bytes(width, "big"), number), block)
    return sealed


def _aes(key: bytes, block: bytes) -> bytes:
    """One block: with a vector of zeros CBC is the bare cipher."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK))).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def _cut(text: bytes) -> list[bytes]:
    return [text[at : at + _BLOCK] for at in range(0, len(text), _BLOCK)]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def _doubled(block: bytes) -> bytes:
    """Times x in the field of 2^128 elements (SP 800-38B §6.1)."""
    bits = "".join(f"{byte:08b}" for byte in block)
    shifted = int(bits[1:] + "0", 2).to_bytes(_BLOCK, "big")
    return shifted[:-1] + bytes((shifted[-1] ^ 0x87,)) if bits[0] == "1" else shifted
