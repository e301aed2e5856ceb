"""A PN532 without hardware: the chip's commands (UM0701-02), and the cards in its field.

It speaks to any host: our driver and nfcpy's alike. Bytes in, bytes out; `drivers.cards.simulator`
puts it on a line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.cards.isodep import Pcd, parse_ats
from drivers.cards.pn532_frames import ACK, ERROR, TO_CHIP, TO_HOST, Framer, Kind, frame
from drivers.cards.tag import (
    Ask,
    CardBroken,
    CardError,
    CardGone,
    CardSlow,
    Dialogue,
    T,
    Technology,
)
from drivers.cards.virtual import VirtualCard

FIRMWARE = bytes.fromhex("32010607")
BUFFER = 262
"""Bytes of one answer of a card; what is longer comes in pieces (MI)."""
_FELICA_MOST = 254
"""Bytes of an answer: one byte tells its length."""
_ATS_MOST = 62
"""Of a frame of 64 bytes, its checksum left out."""
_OK, _TIMEOUT, _CRC, _OVERFLOW, _PROTOCOL, _PARAMETER, _CONTEXT = (
    0,
    0x01,
    0x02,
    0x07,
    0x0B,
    0x10,
    0x27,
)
_AUTO_RATS = 0x10
_RX_MODE, _FIFO, _TX_CONTROL = 0x6303, 0x6339, 0x6304
_CRC_ON = 0x80
_PATIENCE = 0.5
"""Of a host, at least: a wait that a card wants beyond it is not answered at all."""


@dataclass(slots=True, eq=False)
class Held:
    """A card in the field, each time anew; `left`: exchanges until it is pulled away, None for ever."""

    card: VirtualCard
    left: int | None = None


def crc_a(data: bytes) -> bytes:
    """The checksum of ISO/IEC 14443-3 type A, low byte first."""
    crc = 0x6363
    for each in data:
        byte = each ^ crc & 0xFF
        byte ^= byte << 4 & 0xFF
        crc = crc >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4
    return crc.to_bytes(2, "little")


class Chip:
    """One chip and its field. Not safe for two threads."""

    def __init__(self, buffer: int = BUFFER) -> None:
        self.held: list[Held] = []
        self.exchanges = 0
        """Commands that went to a card, answered or not."""
        self.lose_every = 0
        """Of so many exchanges one is lost; 0 for none."""
        self.field_on = False
        self._asleep = False
        self._buffer = buffer
        self._framer = Framer(TO_CHIP)
        self._last = b""
        self._parameters = 0x14
        self._registers: dict[int, int] = {_RX_MODE: _CRC_ON}
        self._targets: list[Held] = []
        self._pcd: Pcd | None = None
        self._rest = b""
        self._commands: dict[int, Callable[[bytes], bytes | None]] = {
            0x00: self._diagnose,
            0x02: lambda _: FIRMWARE,
            0x06: self._read_register,
            0x08: self._write_register,
            0x10: lambda _: b"",
            0x12: self._set_parameters,
            0x14: lambda _: b"",
            0x16: self._power_down,
            0x32: self._configure_rf,
            0x40: self._exchange,
            0x42: self._communicate_thru,
            0x44: lambda _: bytes((_OK,)),
            0x4A: self._list_targets,
            0x52: self._release,
        }

    def feed(self, data: bytes) -> bytes:
        """What the chip sends when these bytes have come."""
        if self._asleep:  # it wakes up at the fifth rising edge, and has heard nothing until then
            self._asleep = False
            if data[:5].strip(b"\x00\x55"):
                return b""
        out = bytearray()
        for each in self._framer.feed(data):
            match each.kind:
                case Kind.DATA:
                    out += self._command(bytes(each.data[1:]))
                case Kind.NAK:
                    out += self._last
                case Kind.BROKEN | Kind.ERROR:
                    out += ERROR
                case Kind.ACK:  # the host does not want the answer any more
                    self._last = b""
        return bytes(out)

    def _command(self, data: bytes) -> bytes:
        handler = self._commands.get(data[0]) if data else None
        if handler is None:
            self._last = ERROR
            return ACK + ERROR
        answer = handler(data[1:])
        self._last = b""
        if answer is not None:
            self._last = frame(bytes((TO_HOST, data[0] + 1)) + answer)
        return ACK + self._last

    # --- the chip itself ------------------------------------------------------------------------

    def _diagnose(self, data: bytes) -> bytes | None:
        if data[:1] == b"\x00":  # communication line test: all of it back
            return data
        if data[:1] == b"\x06":  # is the ISO/IEC 14443-4 card there (7.2.1)
            there = self._pcd is not None and self._over_air(self._pcd.here())
            return bytes((_OK if there is True else _TIMEOUT,))
        return bytes((_OK,)) if data[:1] in (b"\x01", b"\x02") else None

    def _read_register(self, data: bytes) -> bytes:
        values = bytearray()
        for at in range(0, len(data) - 1, 2):
            address = int.from_bytes(data[at : at + 2], "big")
            value = self._registers.get(address, 0)
            if address == _FIFO:
                value = 0x26  # REQA, still there where nobody answered it
            elif address == _TX_CONTROL:
                value = 0x83 if self.field_on else 0x80
            values.append(value)
        return bytes(values)

    def _write_register(self, data: bytes) -> bytes:
        for at in range(0, len(data) - 2, 3):
            self._registers[int.from_bytes(data[at : at + 2], "big")] = data[at + 2]
        return b""

    def _set_parameters(self, data: bytes) -> bytes:
        self._parameters = data[0] if data else 0
        return b""

    def _power_down(self, data: bytes) -> bytes:
        del data
        self._field(on=False)
        self._asleep = True
        return bytes((_OK,))

    def _configure_rf(self, data: bytes) -> bytes:
        if data[:1] == b"\x01" and len(data) > 1:
            self._field(on=bool(data[1] & 1))
        return b""

    def _field(self, *, on: bool) -> None:
        if not on:
            self._targets, self._pcd = [], None
        self.field_on = on

    # --- cards ----------------------------------------------------------------------------------

    def _list_targets(self, data: bytes) -> bytes:
        if len(data) < 2 or not 1 <= data[0] <= 2:
            return bytes((_PARAMETER,))
        felica = data[1] in (1, 2)
        self._targets, self._pcd, self._rest = [], None, b""
        self.field_on = True
        self._registers[_RX_MODE] = _CRC_ON
        out = bytearray(1)
        for held in list(self.held):
            fits = (held.card.technology is Technology.FELICA) == felica
            if data[1] > 2 or not fits or len(self._targets) == data[0] or self._lost(held):
                continue
            held.card.power()
            entry = self._felica(held, data[2:]) if felica else self._type_a(held, data[2:])
            if entry:
                self._targets.append(held)
                out += bytes((len(self._targets),)) + entry
        out[0] = len(self._targets)
        return bytes(out)

    def _felica(self, held: Held, request: bytes) -> bytes:
        answer = held.card.felica(request)[:_FELICA_MOST]
        return bytes((len(answer) + 1,)) + answer if answer else b""

    def _type_a(self, held: Held, wanted: bytes) -> bytes:
        card = held.card
        if wanted and wanted.replace(b"\x88", b"", 1) != card.uid:
            return b""
        sense = b"\x00\x44" if len(card.uid) == 7 else b"\x00\x04"
        entry = sense + bytes((card.sak, len(card.uid))) + card.uid
        if card.sak & 0x20 and self._parameters & _AUTO_RATS:
            self._pcd = Pcd()
            ats = bytearray(card.frame(b"\xe0\x50") or b"")[:_ATS_MOST]
            entry += ats
            try:
                self._pcd.selected(parse_ats(ats))
            except CardBroken:
                self._pcd = None
        return entry

    def _release(self, data: bytes) -> bytes:
        del data
        self._targets, self._pcd, self._rest = [], None, b""
        return bytes((_OK,))

    def _exchange(self, data: bytes) -> bytes | None:
        """InDataExchange (7.3.8): of a Type 4 card an APDU, of a Type 2 tag one of its commands."""
        if self._rest:
            return self._piece()
        held = self._targets[0] if self._targets else None
        if held is None or not data:
            return bytes((_CONTEXT,))
        if held.card.technology is not Technology.TYPE_4:
            return self._communicate_thru(data[1:])
        if self._pcd is None:
            return bytes((_CONTEXT,))
        answer = self._over_air(self._pcd.transceive(data[1:], _PATIENCE))
        if not isinstance(answer, bytearray):
            return None if answer is None else bytes((answer,))
        self._rest = bytes(answer)
        return self._piece()

    def _piece(self) -> bytes:
        piece, self._rest = self._rest[: self._buffer], self._rest[self._buffer :]
        return bytes((0x40 if self._rest else _OK,)) + piece

    def _communicate_thru(self, data: bytes) -> bytes:
        """InCommunicateThru (7.3.9): the bytes as they are, CRC by the chip."""
        held = self._targets[0] if self._targets else None
        if held is None or self._lost(held):
            return bytes((_TIMEOUT,))
        card = held.card
        if card.technology is Technology.FELICA:
            answer = card.felica(data[1:])[:_FELICA_MOST]
            answer = bytes((len(answer) + 1,)) + answer if answer else b""
        elif card.technology is Technology.TYPE_4:
            answer = card.frame(data) or b""
        else:
            answer = card.type2(data)
            if len(answer) == 1 and self._registers[_RX_MODE] & _CRC_ON:
                return bytes((_CRC,))  # four bits are no frame with a checksum
            if answer and not self._registers[_RX_MODE] & _CRC_ON:
                answer += crc_a(answer) if len(answer) > 1 else b""
        if not answer:
            return bytes((_TIMEOUT,))
        return bytes((_OK,)) + answer if len(answer) <= BUFFER else bytes((_OVERFLOW,))

    def _over_air(self, dialogue: Dialogue[T]) -> T | int | None:
        """What the chip's own ISO-DEP found, a status, or None where it would still be waiting."""
        held = self._targets[0]
        waited = 0.0
        try:
            ask = next(dialogue)
            while waited < 10 * _PATIENCE:
                frame = None if self._lost(held) else held.card.frame(ask.data)
                waited += self._waits(ask)
                ask = dialogue.send(bytearray(frame or b""))
        except StopIteration as done:
            found: T = done.value
            return found
        except CardGone:
            return _TIMEOUT
        except CardSlow:
            return None
        except CardError:
            return _PROTOCOL
        return None

    def _waits(self, ask: Ask) -> float:
        return ask.seconds if ask.data[:1] == b"\xf2" else 0.0

    def _lost(self, held: Held) -> bool:
        """Whether this exchange does not reach the card; it may be pulled away by it."""
        self.exchanges += 1
        if held.left is not None:
            if held.left <= 0 and held in self.held:
                self.held.remove(held)
            held.left -= 1
        return held not in self.held or bool(
            self.lose_every and self.exchanges % self.lose_every == 0
        )
