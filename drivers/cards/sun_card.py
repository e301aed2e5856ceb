"""A simulated NTAG 424 DNA with Secure Dynamic Messaging (NXP AN12196): another link at each showing.

The service checks what it makes with code of its own, written by somebody else from the same note.
"""

from __future__ import annotations

import random

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.cards.ndef import encode, uri_record
from drivers.cards.virtual import NDEF_FILE, Type4Card

_TAG = b"\xc7"
"""PICCDataTag (AN12196): UID mirrored, counter mirrored, UID of 7 bytes."""
_SV2 = bytes.fromhex("3CC300010080")
PICC, MAC = "{picc}", "{mac}"


def cmac(key: bytes, data: bytes) -> bytes:
    """AES-CMAC (NIST SP 800-38B)."""
    made = CMAC(algorithms.AES(key))
    made.update(data)
    return made.finalize()


def picc_data(key: bytes, uid: bytes, counter: int, filler: bytes) -> bytes:
    """PICCENCData: UID and counter under AES-CBC with a zero IV. `filler`: 5 random bytes."""
    plain = _TAG + uid + counter.to_bytes(3, "little") + filler
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def session_mac(key: bytes, uid: bytes, counter: int, text: bytes) -> bytes:
    """SDMMAC over `text`: every second byte of the CMAC under the session key of UID and counter."""
    session = cmac(key, _SV2 + uid + counter.to_bytes(3, "little"))
    return cmac(session, text)[1::2]


class SunCard(Type4Card):
    """`url`: holds PICC and MAC where they are mirrored. Keys: 16 bytes each.

    `over`: where in the URL the text begins that the MAC is over; None: over nothing, as AN12196's
    first example (SDMMACInputOffset = SDMMACOffset).
    """

    def __init__(
        self,
        uid: bytes,
        url: str,
        *,
        picc_key: bytes,
        mac_key: bytes,
        counter: int = 0,
        over: int | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._url = url
        self._keys = picc_key, mac_key
        self._over = over
        self._chance = chance or random.Random(0)
        self.counter = counter
        self._counted = False
        super().__init__(uid)

    def power(self) -> None:
        super().power()
        self._counted = False

    def select(self, how: int, name: bytes) -> bytes:
        if how == 0x04:
            self._counted = False
        return super().select(how, name)

    def read_binary(self, offset: int, count: int) -> bytes:
        if self._file is self.files[NDEF_FILE] and not self._counted:
            self._counted = True
            self.counter += 1
            message = encode([uri_record(self.link())])
            self._file = self.files[NDEF_FILE] = len(message).to_bytes(2, "big") + message
        return super().read_binary(offset, count)

    def link(self) -> str:
        """The URL as it reads at the present count."""
        picc_key, mac_key = self._keys
        data = picc_data(picc_key, self.uid, self.counter, self._chance.randbytes(5))
        url = self._url.replace(PICC, data.hex().upper())
        text = url[self._over : url.index(MAC)].encode() if self._over is not None else b""
        mac = session_mac(mac_key, self.uid, self.counter, text)
        return url.replace(MAC, mac.hex().upper())
