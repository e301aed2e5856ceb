"""A reader behind PC/SC, through pyscard's plain calls: no monitors, nothing that outlives its daemon.

`PcscCalls` makes the calls, for one thread and with one context of its own. Some of them may block for
as long as another program likes: `drivers.cards.guarded` runs it on a thread that can be given up.

Addresses: `pcsc:` is the one reader there is, `pcsc:NAME` the one whose name holds NAME.
Sources: PC/SC part 3 (ATR of contactless cards, pseudo APDUs), part 5 (status changes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from struct import Struct
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from drivers.cards.field import Carrier
from drivers.cards.pcscd import NO_DAEMON, answers, daemon_socket
from drivers.cards.tag import CardBroken, CardError, CardGone, Target, Technology
from kiosk.ports import ConfigError, DeviceError, RemoteProtocolError, Unavailable
from kiosk.vault import wipe

T = TypeVar("T")

SCHEME = "pcsc:"
GET_UID = b"\xff\xca\x00\x00\x00"
_PRESENT, _MUTE, _EXCLUSIVE = 0x20, 0x200, 0x80
_LEAVE_CARD = 0
"""On letting go. A reset of a card that was pulled just then makes pcscd blind for the next one, until
that one is taken away again (seen with 1.9.9)."""
_GONE_STATES = 0x04 | 0x08
"""SCARD_STATE_UNKNOWN and _UNAVAILABLE: the reader was pulled."""
_STORAGE = bytes.fromhex("A000000306")
"""RID of the PC/SC workgroup in the ATR of cards without a chip of their own (part 3, 3.1.3.2.3.2)."""
_FELICA_STANDARD, _TYPE_2_NAMES = 0x11, (0x0003, 0x003A)
_FELICA_NAMES = (0x003B, 0xF011, 0xF012)
_READ_BINARY = b"\xff\xb0\x00"
_TYPE_2_READ = 0x30
_PAGE_BYTES = 16
_WRAPPER_BYTES = 4 + 3 + (1 << 16) + 3 + 2
"""Of pyscard's own buffer (MAX_BUFFER_SIZE_EXTENDED), which it lets go of as it is. What is asked for
next in the same size is given the same place: best effort, since it is the allocator's choice."""
_NAK = b"\x00"
"""What a Type 2 tag says to what it refuses."""

NO_SERVICE = frozenset((0x8010001D, 0x8010001E, 0x80100013, 0x80100006, 0x80100003))
"""No daemon, or it has just ended: NO_SERVICE, SERVICE_STOPPED, COMM_ERROR, NO_MEMORY of a dead
socket, INVALID_HANDLE of a context that was the dead daemon's."""
DENIED = 0x8010006A
_SHARING = 0x8010000B
_TIMEOUT = 0x8010000A
_NO_CARD = frozenset((0x80100069, 0x80100068, 0x80100067, 0x8010000C, 0x80100016, 0x80100066))
"""REMOVED, RESET, UNPOWERED, NO_SMARTCARD, NOT_TRANSACTED, UNRESPONSIVE: the card, not the reader."""
_NO_READER = frozenset((0x80100009, 0x80100017, 0x8010002E, 0x8010000D))
_READERS = NO_SERVICE | _NO_READER | {DENIED, _SHARING}


class NoService(Unavailable):
    """The PC/SC daemon does not answer."""


class NoLibrary(NoService):
    """libpcsclite is not installed."""


class NoReader(Unavailable):
    """There is no such reader."""


class NotPermitted(Unavailable):
    """The daemon answers, and refuses this user."""


class InUse(Unavailable):
    """Another program has the card for itself."""


def check_address(address: str) -> str:
    """The part of the reader's name that is wanted. Raises ConfigError."""
    if not address.startswith(SCHEME) or not address.isprintable():
        raise ConfigError(f'"{address}" is no PC/SC reader; write pcsc: or pcsc:PART-OF-ITS-NAME')
    return address.removeprefix(SCHEME)


def readers() -> tuple[str, ...]:
    """The names of all readers. Raises Unavailable."""
    calls = PcscCalls(SCHEME)
    try:
        return calls.names()
    finally:
        calls.close()


class Seen(NamedTuple):
    """One reader as the daemon sees it. `in_use`: another program keeps its card for itself."""

    name: str
    occupied: bool
    in_use: bool


def looked_around() -> tuple[Seen, ...]:
    """All readers, and what lies there. Raises DeviceError."""
    calls = PcscCalls(SCHEME)
    try:
        return calls.seen()
    finally:
        calls.close()


class PcscCalls:
    """One reader, from the thread that first uses it. A `Field`."""

    def __init__(self, address: str) -> None:
        """Nothing is opened yet. Raises ConfigError."""
        self._wanted = check_address(address)
        self._context: int | None = None
        self._reader = ""
        self._state = 0
        self._card: tuple[int, int] | None = None
        self._target: Target | None = None

    @property
    def name(self) -> str:
        """As the daemon calls the reader."""
        return self._reader or f"PC/SC reader {self._wanted}".strip()

    @property
    def occupied(self) -> bool:
        """Whether the daemon saw a card there when it was last looked at."""
        return bool(self._state & _PRESENT)

    def names(self) -> tuple[str, ...]:
        """All readers of the daemon. Raises Unavailable."""
        code, found = self._lib().SCardListReaders(self._established(), [])
        if _plain(code) in _NO_READER:
            return ()
        self._check(code, "its readers")
        return tuple(found)

    def seen(self) -> tuple[Seen, ...]:
        """All readers and their states. Raises DeviceError."""
        asked = [(name, 0) for name in self.names()]
        if not asked:
            return ()
        code, found = self._lib().SCardGetStatusChange(self._established(), 0, asked)
        self._check(code, "the states of the readers")
        return tuple(
            Seen(name, bool(state & _PRESENT), bool(state & _EXCLUSIVE)) for name, state, _ in found
        )

    def open(self) -> None:
        """Find the reader. Raises Unavailable, with what a technician can do.

        What was begun is let go of then: a context of a daemon that has ended is of no use to the next.
        """
        try:
            self._find()
        except DeviceError:
            self.close()
            raise

    def _find(self) -> None:
        found = [name for name in self.names() if self._wanted in name]
        if not found:
            raise NoReader(
                f"no card reader{f' named {self._wanted}' if self._wanted else ''} is plugged in; "
                "look at its cable, then at ./run drivers reader diagnose"
            )
        self._reader = found[0]
        self._look(0)
        self._refuse_in_use()

    # --- a Field --------------------------------------------------------------------------------

    def poll(self, seconds: float) -> Target | None:
        """As `Field.poll`."""
        if not self._reader:
            self.open()
        if self._target:
            return None
        self._look(0 if self.occupied else seconds)
        self._refuse_in_use()
        if not self.occupied:
            return None
        if self._state & _MUTE:
            raise CardBroken("it does not answer to being powered")
        try:
            return self._selected()
        except CardError:
            self.release()
            raise

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        """As `Field.exchange`. `seconds` cannot be kept here: whoever guards this does."""
        del seconds
        target = self._target
        if target is None or self._card is None:
            raise CardGone("no card is selected")
        if target.technology is Technology.TYPE_4:
            return self._transmit(data)
        if target.technology is Technology.TYPE_2 and len(data) == 2 and data[0] == _TYPE_2_READ:
            return self._page(data[1])
        raise CardBroken("this reader does not carry that command")

    def present(self, seconds: float) -> bool:
        """As `Field.present`."""
        before = self._state
        self._look(seconds)
        same = self._state >> 16 == before >> 16  # counts insertions and removals
        return self.occupied and same

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """As `Field.carry_out`, on the caller's thread."""
        del seconds
        return work(self)

    def release(self) -> None:
        """As `Field.release`."""
        card, target = self._card, self._target
        self._card = self._target = None
        if target:
            wipe(target.uid)
        if card:
            self._lib().SCardDisconnect(card[0], _LEAVE_CARD)

    def close(self) -> None:
        """As `Field.close`."""
        self.release()
        context, self._context = self._context, None
        self._reader, self._state = "", 0
        if context is not None:
            self._lib().SCardReleaseContext(context)

    # --- the daemon -------------------------------------------------------------------------------

    def _lib(self) -> Any:
        return _scard()

    def _established(self) -> int:
        """The context. A stale socket is told as a refusal, so a refusal is believed the second time."""
        if self._context is None:
            code, context = self._lib().SCardEstablishContext(0)
            if _plain(code) == DENIED:
                code, context = self._lib().SCardEstablishContext(0)
            if _plain(code) == DENIED and not answers(daemon_socket()):
                # A socket that was left behind looks like a refusal, too.
                raise NoService(NO_DAEMON)
            self._check(code, "a context")
            self._context = context
        return self._context

    def _look(self, seconds: float) -> None:
        """Wait for a change of the reader's state. Raises Unavailable when it is lost."""
        asked = [(self._reader, self._state)]
        wait = max(0, round(seconds * 1000))
        code, found = self._lib().SCardGetStatusChange(self._established(), wait, asked)
        if _plain(code) != _TIMEOUT:
            self._check(code, "the state of the reader")
            self._state = found[0][1] & ~0x02  # SCARD_STATE_CHANGED is no state
        if self._state & _GONE_STATES:
            raise NoReader(f"{self._reader} was unplugged; plug it in again")

    def _refuse_in_use(self) -> None:
        if self._state & _EXCLUSIVE:
            raise InUse(f"another program keeps the card at {self._reader} for itself; end it")

    def _selected(self) -> Target:
        code, handle, protocol = self._lib().SCardConnect(self._established(), self._reader, 2, 3)
        if _plain(code) == _SHARING:
            raise InUse(f"another program keeps the card at {self._reader} for itself; end it")
        self._check_card(code)
        self._card = (handle, protocol)
        code, _, _, _, atr = self._lib().SCardStatus(handle)
        self._check_card(code)
        self._target = Target(technology_of(bytes(atr)), bytearray())
        answer = self._transmit(GET_UID)
        if len(answer) < 2 or answer[-2:] != b"\x90\x00":
            raise CardBroken("the reader tells no number of it; is it a contact card?")
        uid = answer[:-2]
        answer[:] = bytes(len(answer))
        technology = self._target.technology
        self._target = Target(technology, uid, mute=technology is Technology.FELICA)
        return replace(self._target, uid=bytearray(uid))  # the caller wipes its own

    def _transmit(self, apdu: bytes) -> bytearray:
        if self._card is None:
            raise CardGone("no card is selected")
        handle, protocol = self._card
        code, answer = self._lib().SCardTransmit(handle, protocol, list(apdu))
        bytearray(_WRAPPER_BYTES)  # zeros where the wrapper's buffer lay until just now
        if code:
            self._check_card(code)
        if len(answer) < 2:  # some readers tell a card that was pulled in this way
            raise CardGone("an answer without a status word")
        found = bytearray(len(answer))  # made of the list it would grow, and leave copies behind
        _packer(len(answer))(found, 0, *answer)
        return found

    def _page(self, page: int) -> bytearray:
        """Four pages by the reader's pseudo APDU (PC/SC part 3, 3.2.2.1.8), as the tag would answer."""
        answer = self._transmit(_READ_BINARY + bytes((page, _PAGE_BYTES)))
        if answer[-2:] != b"\x90\x00":
            self._ask_again(answer)
            return bytearray(_NAK)
        del answer[-2:]
        return answer

    def _ask_again(self, refused: bytearray) -> None:
        """A refusal may mean that the tag has left. Raises CardGone unless it still tells its number."""
        refused[:] = bytes(len(refused))
        answer = self._transmit(GET_UID)
        with memoryview(answer) as told:
            there = self._target is not None and told[:-2] == self._target.uid
        answer[:] = bytes(len(answer))
        if not there:
            raise CardGone("it does not tell its number any more")

    def _check_card(self, code: int) -> None:
        """What a call on the card came to. Whatever is not surely the reader's fault is the card's."""
        plain = _plain(code)
        if plain in _NO_CARD:
            raise CardGone("it has left, or was reset")
        if plain in _READERS:
            raise self._lost(plain, "the card")
        if plain:
            raise CardBroken(f"PC/SC says {plain:#010x}")

    def _check(self, code: int, what: str) -> None:
        """Turn a result into the error it stands for."""
        plain = _plain(code)
        if plain:
            raise self._lost(plain, what)

    def _lost(self, plain: int, what: str) -> DeviceError:
        if plain == DENIED:
            return NotPermitted(
                "the PC/SC daemon refuses this user; install udev/50-kiosk-pcsc.rules.js "
                "(see udev/README.md)"
            )
        if plain in NO_SERVICE:
            return NoService(NO_DAEMON)
        if plain in _NO_READER:
            return NoReader(f"{self.name} is not there; look at its cable")
        if plain == _SHARING:
            return InUse(f"another program keeps {self.name} for itself; end it")
        return RemoteProtocolError(f"{what}: PC/SC says {plain:#010x}")


def technology_of(atr: bytes) -> Technology:
    """How the card behind this ATR is talked to."""
    at = atr.find(_STORAGE)
    if at < 0:
        return Technology.TYPE_4
    standard, name = atr[at + 5 : at + 6], int.from_bytes(atr[at + 6 : at + 8], "big")
    if standard == bytes((_FELICA_STANDARD,)) or name in _FELICA_NAMES:
        return Technology.FELICA
    return Technology.TYPE_2 if name in _TYPE_2_NAMES else Technology.OTHER


def _plain(code: int) -> int:
    """A result as the specification writes it: pyscard gives it signed on some systems."""
    return code & 0xFFFFFFFF


@lru_cache(maxsize=512)
def _packer(count: int) -> Callable[..., None]:
    """Puts so many numbers into a buffer as bytes."""
    return Struct(f"{count}B").pack_into


@cache
def _scard() -> ModuleType:
    """Loaded where a kiosk has such a reader. Raises Unavailable where the library is missing."""
    try:
        from smartcard import scard
    except ImportError as error:
        raise NoLibrary(
            "the PC/SC library is missing; install libpcsclite1, then ./run setup"
        ) from error
    module: ModuleType = scard
    return module
