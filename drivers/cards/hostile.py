"""Simulated cards that mean no good: each breaks one promise, for ever where it can."""

from __future__ import annotations

import random
from collections.abc import Callable

from drivers.cards.tag import Technology
from drivers.cards.virtual import DONE, NDEF_FILE, FelicaCard, NtagCard, Type4Card, VirtualCard


class EmptyReads(Type4Card):
    """Reads nothing, and says that this went well."""

    def read_binary(self, offset: int, count: int) -> bytes:
        if self._file is self.files[NDEF_FILE] and offset:
            return DONE
        return super().read_binary(offset, min(count, 16))


class WaitsForEver(Type4Card):
    """Wants more time at each block."""

    def frame(self, data: bytes) -> bytes | None:
        return self.ats if data[:1] == b"\xe0" else b"\xf2\x01"


class AcknowledgesForEver(Type4Card):
    """Has never had the block it is sent."""

    def frame(self, data: bytes) -> bytes | None:
        return self.ats if data[:1] == b"\xe0" else bytes((0xA3 ^ data[0] & 1,))


class ChainsForEver(Type4Card):
    """Says one thing after another and comes to no end."""

    _turn = 1

    def power(self) -> None:
        super().power()
        self._turn = 1

    def frame(self, data: bytes) -> bytes | None:
        if data[:1] == b"\xe0":
            return self.ats
        self._turn ^= 1
        return bytes((0x12 | self._turn,)) + bytes(200)

    def apdu(self, command: bytes) -> bytes:
        del command
        return bytes(200) + DONE


class LyingLength(Type4Card):
    """Its message is longer than its file."""

    def __init__(self, uid: bytes) -> None:
        super().__init__(uid)
        self.files[NDEF_FILE] = b"\xff\xfe" + bytes(30)


class LyingTag(NtagCard):
    """Its message is longer than its memory."""

    def __init__(self, uid: bytes) -> None:
        super().__init__(uid)
        self.memory[16:20] = b"\x03\xff\xff\x00"


class LyingFelica(FelicaCard):
    """Its message is longer than its blocks, under a checksum that is right."""

    def __init__(self, idm: bytes) -> None:
        super().__init__(idm, b"")
        head = self.blocks[0][:11] + b"\x00\x07\xff"
        self.blocks[0] = head + sum(head).to_bytes(2, "big")


class MuteCard(VirtualCard):
    """Another card that keeps silent after so many commands, though it stays where it is."""

    def __init__(self, card: VirtualCard, after: int) -> None:
        super().__init__(card.uid)
        self.technology, self.sak = card.technology, card.sak
        self._card, self._left = card, after

    def power(self) -> None:
        self._card.power()

    def apdu(self, command: bytes) -> bytes:
        return self._say(self._card.apdu, command) or b""

    def type2(self, command: bytes) -> bytes:
        return self._say(self._card.type2, command) or b""

    def felica(self, command: bytes) -> bytes:
        return self._say(self._card.felica, command) or b""

    def frame(self, data: bytes) -> bytes | None:
        return self._say(self._card.frame, data)

    def _say(self, answer: Callable[[bytes], bytes | None], data: bytes) -> bytes | None:
        self._left -= 1
        return answer(data) if self._left >= 0 else None


class Babbler(VirtualCard):
    """Says what comes to its mind; sometimes it remembers its manners."""

    def __init__(self, technology: Technology, chance: random.Random) -> None:
        size = 8 if technology is Technology.FELICA else 7
        super().__init__(b"\x04" + chance.randbytes(size - 1))
        self.technology = technology
        self.sak = 0x20 if technology is Technology.TYPE_4 else 0x00
        self._chance = chance
        message = chance.randbytes(chance.randrange(80))
        self._manners: dict[Technology, VirtualCard] = {
            Technology.TYPE_2: NtagCard(self.uid[:7], message),
            Technology.TYPE_4: Type4Card(self.uid, message),
            Technology.FELICA: FelicaCard(self.uid, message),
        }

    def power(self) -> None:
        self._manners[self.technology].power()

    def apdu(self, command: bytes) -> bytes:
        return self._bent(self._manners[Technology.TYPE_4].apdu(command))

    def type2(self, command: bytes) -> bytes:
        return self._bent(self._manners[Technology.TYPE_2].type2(command))

    def felica(self, command: bytes) -> bytes:
        return self._bent(self._manners[Technology.FELICA].felica(command))

    def frame(self, data: bytes) -> bytes | None:
        answer = self._manners[Technology.TYPE_4].frame(data)
        return self._bent(answer) if answer is not None else None

    def _bent(self, answer: bytes) -> bytes:
        chance = self._chance
        match chance.randrange(12):
            case 0:
                return chance.randbytes(chance.randrange(40))
            case 1:
                return answer[: chance.randrange(len(answer) + 1)]
            case 2:
                return answer + chance.randbytes(chance.randrange(300))
            case 3 | 4 if answer:
                bent = bytearray(answer)
                bent[chance.randrange(len(bent))] = chance.randrange(256)
                return bytes(bent)
            case _:
                return answer


def application_only(uid: bytes) -> Type4Card:
    """A card that has the application, and no file in it."""
    card = Type4Card(uid)
    card.files.clear()
    return card


def bad_ats(uid: bytes, ats: bytes) -> Type4Card:
    """A card that answers RATS with this."""
    card = Type4Card(uid)
    card.ats = ats
    return card
