"""A simulated NTAG 424 DNA with Secure Dynamic Messaging (NXP AN12196): another link at each showing.

It computes with AES, or with LRP (AN12304), as the chip does for good once it is switched over. The
service checks what it makes with code of its own, written by somebody else from the same notes.
"""

from __future__ import annotations

import random

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.cards import lrp as resilient
from drivers.cards.ndef import encode, uri_record
from drivers.cards.virtual import NDEF_FILE, Type4Card

_TAG = b"\xc7"
"""PICCDataTag (AN12196): UID mirrored, counter mirrored, UID of 7 bytes."""
_SV2 = bytes.fromhex("3CC300010080")
_LRP_HEAD, _LRP_TAIL = bytes.fromhex("00010080"), bytes.fromhex("1EE1")
"""Around UID and counter in the session vector of LRP (data sheet NT4H2421Gx, §9.3.9.2)."""
PICC, MAC = "{picc}", "{mac}"
PICC_DIGITS, LRP_PICC_DIGITS = 32, 48
"""Of the PICC data in a link, hexadecimal."""


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


def picc_data_lrp(key: bytes, uid: bytes, counter: int, start: bytes, filler: bytes) -> bytes:
    """PICCENCData of LRP (NT4H2421Gx §9.3.4.2): UID and counter under LRICB, which counts from `start`.

    `start`: 8 random bytes, told in front. `filler`: 5 random bytes.
    """
    plain = _TAG + uid + counter.to_bytes(3, "little") + filler
    return start + resilient.encrypt(key, start, plain)


def session_mac_lrp(key: bytes, uid: bytes, counter: int, text: bytes) -> bytes:
    """SDMMAC of LRP (§9.3.8.2): the same bytes of a CMAC-LRP, under a session key that is one itself."""
    vector = _LRP_HEAD + uid + counter.to_bytes(3, "little") + _LRP_TAIL
    return resilient.cmac(resilient.cmac(key, vector), text)[1::2]


class SunCard(Type4Card):
    """`url`: holds PICC and MAC where they are mirrored. Keys: 16 bytes each. `lrp`: not AES.

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
        lrp: bool = False,
        chance: random.Random | None = None,
    ) -> None:
        self._url = url
        self._keys = picc_key, mac_key
        self._over = over
        self._lrp = lrp
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
        url = self._url.replace(PICC, self._picc_data().hex().upper())
        text = url[self._over : url.index(MAC)].encode() if self._over is not None else b""
        make = session_mac_lrp if self._lrp else session_mac
        mac = make(self._keys[1], self.uid, self.counter, text)
        return url.replace(MAC, mac.hex().upper())

    def _picc_data(self) -> bytes:
        key, draw = self._keys[0], self._chance.randbytes
        if self._lrp:
            return picc_data_lrp(key, self.uid, self.counter, draw(8), draw(5))
        return picc_data(key, self.uid, self.counter, draw(5))
