"""Cards without plastic: what they say to real commands. For simulated readers and for tests.

A reader's simulator calls `power` when it selects a card, then `apdu`, `type2` or `felica` by its
technology; one that carries ISO-DEP itself calls `frame`.
"""

from __future__ import annotations

import random

from drivers.cards.isodep import Picc
from drivers.cards.tag import Technology

CC_FILE, NDEF_FILE = 0xE103, 0xE104
NDEF_AID = bytes.fromhex("D2760000850101")
DONE, NO_FILE, NO_PLACE, NO_COMMAND = b"\x90\x00", b"\x6a\x82", b"\x6b\x00", b"\x6d\x00"
NAK = b"\x00"
"""Four bits of a Type 2 tag that does not want to; it goes back to idle and keeps silent then."""


class VirtualCard:
    """A card that has a number and says nothing else; the others are made from it."""

    technology = Technology.OTHER
    sak = 0x08

    def __init__(self, uid: bytes) -> None:
        self._uid = uid

    @property
    def uid(self) -> bytes:
        """The number it shows since it was last powered; of FeliCa the IDm."""
        return self._uid

    def power(self) -> None:
        """A reader's field reaches it, or was switched off and on."""

    def apdu(self, command: bytes) -> bytes:
        """The answer with its status word; empty: silence."""
        del command
        return NO_COMMAND

    def type2(self, command: bytes) -> bytes:
        """The answer without CRC, one byte for ACK and NAK; empty: silence."""
        del command
        return b""

    def felica(self, command: bytes) -> bytes:
        """The answer, without length and CRC as the command is; empty: silence."""
        del command
        return b""

    def frame(self, data: bytes) -> bytes | None:
        """The ISO-DEP frame that answers one, without CRC; None: silence."""
        del data
        return None


_NTAG_PAGES = {213: (45, 0x12, 0x0F), 215: (135, 0x3E, 0x11), 216: (231, 0x6D, 0x13)}
"""By model: pages in all, size in the capability container, storage size of GET_VERSION."""


class NtagCard(VirtualCard):
    """NTAG213, 215 or 216 with a message. `model`: 213, 215, 216."""

    technology = Technology.TYPE_2
    sak = 0x00

    def __init__(self, uid: bytes, message: bytes = b"", model: int = 213) -> None:
        super().__init__(uid)
        pages, size, self._storage = _NTAG_PAGES[model]
        self.memory = bytearray(pages * 4)
        self.memory[:10] = (
            uid[:3] + bytes((0x88 ^ uid[0] ^ uid[1] ^ uid[2],)) + uid[3:7] + b"\x00\x48"
        )
        self.memory[12:16] = bytes((0xE1, 0x10, size, 0x00))
        self.hold(message)
        self._awake = True

    def hold(self, message: bytes) -> None:
        """Write a message as the issuing tool would. Raises ValueError if it does not fit."""
        size = len(message)
        length = bytes((size,)) if size < 0xFF else b"\xff" + size.to_bytes(2, "big")
        block = b"\x03" + length + message + b"\xfe"
        if len(block) > self.memory[14] * 8:
            raise ValueError("the message is longer than the tag")
        self.memory[16 : 16 + len(block)] = block

    def power(self) -> None:
        self._awake = True

    def type2(self, command: bytes) -> bytes:
        if not self._awake:
            return b""
        pages = len(self.memory) // 4
        match tuple(command):
            case (0x30, page) if page < pages:
                doubled = self.memory + self.memory[:16]  # READ rolls over at the end
                return bytes(doubled[page * 4 : page * 4 + 16])
            case (0x3A, first, last) if first <= last < pages:
                return bytes(self.memory[first * 4 : last * 4 + 4])
            case (0x60,):
                return bytes((0x00, 0x04, 0x04, 0x02, 0x01, 0x00, self._storage, 0x03))
            case _:
                pass
        self._awake = False
        return NAK if command[:1] != b"\x50" else b""


class Type4Card(VirtualCard):
    """A card with the NDEF application. `mapping`: 2 or 3; `most`: MLe; `strict`: no reading beyond."""

    technology = Technology.TYPE_4
    sak = 0x20
    ats = bytes.fromhex("067577810280")

    def __init__(
        self,
        uid: bytes,
        message: bytes = b"",
        *,
        mapping: int = 2,
        most: int = 0x100,
        size: int = 0x400,
        strict: bool = False,
    ) -> None:
        super().__init__(uid)
        width = 2 if mapping == 2 else 4
        control = bytes((0x04, 0x06)) if mapping == 2 else bytes((0x06, 0x08))
        control += NDEF_FILE.to_bytes(2, "big") + size.to_bytes(width, "big") + b"\x00\x00"
        head = bytes((mapping << 4,)) + most.to_bytes(2, "big") + b"\x00\xff"
        cc = (len(head) + len(control) + 2).to_bytes(2, "big") + head + control
        self.files = {CC_FILE: cc, NDEF_FILE: len(message).to_bytes(width, "big") + message}
        self._strict = strict
        self._file = b""
        self._picc = Picc(self.apdu, self.ats)

    def power(self) -> None:
        self._file = b""
        self._picc = Picc(self.apdu, self.ats)

    def frame(self, data: bytes) -> bytes | None:
        return self._picc.answer(data)

    def apdu(self, command: bytes) -> bytes:
        if len(command) < 4 or command[0]:
            return b"\x6e\x00"
        if command[1] == 0xA4:
            return self.select(command[2], command[5 : 5 + command[4]] if len(command) > 5 else b"")
        if command[1] == 0xB0 and len(command) == 5:
            return self.read_binary(int.from_bytes(command[2:4], "big"), command[4] or 0x100)
        return NO_COMMAND

    def select(self, how: int, name: bytes) -> bytes:
        """SELECT by name (04) or by file (00)."""
        if how == 0x04:
            return DONE if name == NDEF_AID else NO_FILE
        if int.from_bytes(name, "big") not in self.files:
            return NO_FILE
        self._file = self.files[int.from_bytes(name, "big")]
        return DONE

    def read_binary(self, offset: int, count: int) -> bytes:
        """READ BINARY of the selected file."""
        if offset >= len(self._file) or (self._strict and offset + count > len(self._file)):
            return NO_PLACE
        return self._file[offset : offset + count] + DONE


class FelicaCard(VirtualCard):
    """FeliCa; `message` None: a card that knows nothing of NDEF. `at_once`: blocks of one Check."""

    technology = Technology.FELICA
    sak = 0x00
    PMM = bytes.fromhex("0120220427674EFF")

    def __init__(self, idm: bytes, message: bytes | None = None, at_once: int = 4) -> None:
        super().__init__(idm)
        self.blocks: list[bytes] = []
        if message is not None:
            size = len(message)
            head = bytes((0x10, at_once, 1)) + b"\x00\x3c" + bytes(4) + b"\x00\x00"
            head += size.to_bytes(3, "big")
            padded = message + bytes(-size % 16)
            self.blocks = [head + sum(head).to_bytes(2, "big")]
            self.blocks += [padded[at : at + 16] for at in range(0, len(padded), 16)]

    def felica(self, command: bytes) -> bytes:
        if len(command) == 5 and command[0] == 0x00:
            system = b"\x12\xfc" if self.blocks else b"\x88\xb4"
            wanted = command[1:3]
            if any(mine != asked != 0xFF for mine, asked in zip(system, wanted, strict=True)):
                return b""
            return b"\x01" + self.uid + self.PMM + (system if command[3] == 1 else b"")
        if command[:1] == b"\x06" and command[1:9] == self.uid and self.blocks:
            return self._check(command[9:])
        return b""

    def _check(self, wanted: bytes) -> bytes:
        if wanted[:3] != b"\x01\x0b\x00" or len(wanted) < 4:
            return b"\x07" + self.uid + b"\xff\xa6"
        places, rest = [], wanted[4:]
        while rest:
            long = not rest[0] & 0x80
            places.append(rest[1] | (rest[2] << 8 if long else 0))
            rest = rest[3 if long else 2 :]
        if len(places) != wanted[3] or any(place >= len(self.blocks) for place in places):
            return b"\x07" + self.uid + b"\xff\xa8"
        found = b"".join(self.blocks[place] for place in places)
        return b"\x07" + self.uid + b"\x00\x00" + bytes((len(places),)) + found


class RandomUidCard(Type4Card):
    """A phone: four bytes that begin with 08, made up anew whenever the field comes."""

    def __init__(self, chance: random.Random, message: bytes = b"") -> None:
        super().__init__(b"", message)
        self._chance = chance
        self.power()

    def power(self) -> None:
        super().power()
        self._uid = b"\x08" + self._chance.randbytes(3)
