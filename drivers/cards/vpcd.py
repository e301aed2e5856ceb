"""Cards for vpcd, the virtual PC/SC reader: a connection is a card in the field.

The protocol (vsmartcard): each message is a 2-byte length and its bytes. One byte is a word of the
reader to the card (off, on, reset, ATR); only ATR is answered. All else are APDUs.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from pathlib import Path

from drivers.cards.pcsc import GET_UID
from drivers.cards.tag import Technology
from drivers.cards.virtual import VirtualCard

_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
_OK, _NOT_FOUND, _BAD_CLASS = b"\x90\x00", b"\x6a\x82", b"\x6e\x00"
_TYPE_4_ATR = bytes.fromhex("3B80800101")
_STORAGE_ATR = bytes.fromhex("3B8F8001804F0CA0000003060300030000000068")
_FELICA_ATR = bytes.fromhex("3B8F8001804F0CA00000030611003B0000000042")
_READ_BINARY = b"\xff\xb0\x00"
JOIN_SECONDS = 5.0
DOOR_SECONDS = 5.0


class VirtualSlot:
    """The one place a card can lie in. `hold` and `remove` from one thread."""

    def __init__(self, door: Path) -> None:
        """`door`: of the daemon's (`drivers.cards.daemon`)."""
        self._door = door
        self._sock: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.apdus = 0
        """Commands that the cards were asked so far."""

    def hold(self, card: VirtualCard) -> None:
        """Bring a card into the field. Raises OSError where no virtual reader waits."""
        self.remove()
        self._sock = _into(self._door)
        card.power()
        self._thread = threading.Thread(
            target=self._serve, args=(self._sock, card), name="virtual card", daemon=True
        )
        self._thread.start()

    def remove(self) -> None:
        """Take it away; safe where none lies there."""
        sock, self._sock = self._sock, None
        if sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if self._thread:
            self._thread.join(JOIN_SECONDS)
            self._thread = None

    def _serve(self, sock: socket.socket, card: VirtualCard) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                message = _received(sock)
                if len(message) > 1:
                    self.apdus += 1
                    answer = _answer(card, message)
                    if not answer:
                        break  # it keeps silent: to the reader it has left
                    _send(sock, answer)
                elif message[0] == _ATR:
                    _send(sock, _atr(card))
                elif message[0] in (_ON, _RESET):
                    card.power()
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _into(door: Path) -> socket.socket:
    with socket.socket(socket.AF_UNIX) as guest:
        guest.settimeout(DOOR_SECONDS)
        guest.connect(str(door))
        _, found, _, _ = socket.recv_fds(guest, 1, 1)
    if not found:
        raise OSError("no virtual reader listens behind the door")
    return socket.socket(fileno=found[0])


def _answer(card: VirtualCard, apdu: bytes) -> bytes:
    """What reader and card say together to one APDU."""
    if apdu[:4] == GET_UID[:4]:
        return card.uid + _OK
    if apdu[0] == 0xFF:
        return _pseudo(card, apdu)
    if card.technology is not Technology.TYPE_4:
        return _BAD_CLASS
    return card.apdu(apdu)


def _pseudo(card: VirtualCard, apdu: bytes) -> bytes:
    if card.technology is Technology.TYPE_2 and apdu[:3] == _READ_BINARY:
        pages = card.type2(bytes((0x30, apdu[3])))
        if not pages:
            return b""
        return pages + _OK if len(pages) == 16 else _NOT_FOUND
    return _BAD_CLASS


def _atr(card: VirtualCard) -> bytes:
    match card.technology:
        case Technology.TYPE_2:
            return _STORAGE_ATR
        case Technology.FELICA:
            return _FELICA_ATR
        case _:
            return _TYPE_4_ATR


def _received(sock: socket.socket) -> bytes:
    """One message. Raises EOFError at the end, OSError."""
    return _exactly(sock, struct.unpack(">H", _exactly(sock, 2))[0])


def _exactly(sock: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count or not found:
        # The virtual reader sends in two parts and waits: without this each takes 40 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = sock.recv(count - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _send(sock: socket.socket, data: bytes) -> None:
    sock.sendall(struct.pack(">H", len(data)) + data)
