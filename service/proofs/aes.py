"""AES as cards use it: blocks under keys that are kept or used once, and CMAC."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK = 16
KEY_BYTES = 16
ZERO = bytes(BLOCK)
EACH_ALONE = modes.ECB()  # noqa: S305 - single blocks: the building stone of CMAC, LRP and AN10922
_NO_IV = modes.CBC(ZERO)


class Changing(Cipher[modes.CBC | modes.ECB]):
    """A cipher for a few blocks a key: making one anew would cost as much as they do.

    Local to who uses it, since its key changes. For one block a key leave `mode` as it is: with a first
    vector of zeros CBC gives the bare block, and is set up faster than ECB. For more: EACH_ALONE.
    """

    algorithm: algorithms.AES

    def __init__(self, mode: modes.CBC | modes.ECB = _NO_IV) -> None:
        self.algorithm = algorithms.AES(ZERO)
        self.mode = mode

    def under(self, key: bytes) -> CipherContext:
        """For the next blocks alone. `key`: 16 bytes, which is not checked."""
        self.algorithm.key = key
        return self.encryptor()


def encryptor(key: bytes) -> CipherContext:
    """Whole blocks, each alone. Setting a key up costs ten times a block: keep it."""
    return Cipher(algorithms.AES(key), EACH_ALONE).encryptor()


def decryptor(key: bytes) -> CipherContext:
    """The way back."""
    return Cipher(algorithms.AES(key), EACH_ALONE).decryptor()


def cmac(key: bytes, message: bytes) -> bytes:
    """NIST SP 800-38B, 16 bytes."""
    made = CMAC(algorithms.AES(key))
    made.update(message)
    return made.finalize()


def doubled(text: bytes) -> bytes:
    """A block times x in the field of CMAC (SP 800-38B §6.1)."""
    value = int.from_bytes(text, "big") << 1
    if value >> 128:
        value = value & ((1 << 128) - 1) ^ 0x87
    return value.to_bytes(BLOCK, "big")


def xored(one: bytes, two: bytes) -> bytes:
    """Two blocks, bit by bit."""
    both = int.from_bytes(one, "big") ^ int.from_bytes(two, "big")
    return both.to_bytes(BLOCK, "big")


def truncated(mac: bytes) -> bytes:
    """Every second byte, as NTAG 424 DNA sends its MACs (AN12196 §4.4)."""
    return mac[1::2]
