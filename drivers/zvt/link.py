"""A terminal that is connected and registered: what was agreed on, and whether the line still holds.

The till connects when it has something to say. An idle line may be dropped by either side at any time;
then the next command connects and registers anew (PA00P016 2.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from drivers.line import Line, Tap, TappedLine, connect
from drivers.zvt import charsets, reading, sequence
from drivers.zvt.codes import meaning_of
from drivers.zvt.dialogue import T3_SECONDS, Dialogue, Turn
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import (
    Abort,
    Completion,
    Negative,
    Registration,
)
from drivers.zvt.serial_line import over, repeats
from kiosk.clock import Clock
from kiosk.ports import DeviceError, LocalProtocolError, Unavailable

CONFIG = 0xBE
"""The till prints (02, 04), wants intermediate status (08), owns amount and administration (10, 20),
and takes print commands rather than building receipts itself (80). PA00P015 2.1."""
EURO = 978
WIDTH = 42
"""Characters of a slip's line that fit any of our papers."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this terminal is spoken to."""

    password: int = field(default=0, repr=False)
    zone: tzinfo = ZoneInfo("Europe/Berlin")
    wait: tuple[int, int] | None = None
    """BMP 01 and 02: seconds goods may take, and how often the terminal asks (84 9C)."""
    charset: int | None = None
    """The character set of a terminal that does not tell its own; None: as agreed, else CP437."""
    numbered: bool = True
    """Offer message sequence ids; a terminal that knows none says nothing of them."""
    config: int = CONFIG


DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Registered:
    """What terminal and till agreed on."""

    terminal_id: str = ""
    charset: int = charsets.CP437
    containers: bool = False
    """The terminal took our container, so it may be sent others."""
    commands: frozenset[int] = frozenset()
    """Control fields the terminal says it knows (tag 26); empty: it does not tell."""
    status: int = 0
    """The status byte: 01 initialisation, 02 diagnosis, 04 OPT action needed, 10 vending mode."""
    numbered: bool = False
    """Both sides number their messages (1F73)."""


class Link:
    """One terminal at one address, used by one thread."""

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        settings: Settings = DEFAULTS,
        connect: Callable[[str], Line] = connect,
        tap: Tap | None = None,
    ) -> None:
        self.address = address
        self.clock = clock
        self.settings = settings
        self.registered = Registered()
        self._connect = connect
        self._tap = tap
        self._dialogue: Dialogue | None = None

    @property
    def dialogue(self) -> Dialogue:
        """The connection that is open."""
        if self._dialogue is None:
            raise LocalProtocolError("there is no connection")
        return self._dialogue

    def open(self) -> Dialogue:
        """Connect and register, unless that is done. Raises Unavailable for a refusal."""
        if self.still_there() and self._dialogue:
            return self._dialogue
        with self.closing_on_error():
            return self._opened()

    def _opened(self) -> Dialogue:
        line = over(self._connect(self.address), self.address, self.clock)
        tapped = TappedLine(line, self._tap) if self._tap else line
        self._dialogue = Dialogue(tapped, self.clock, t3=T3_SECONDS + repeats(self.address))
        self._register(self._dialogue)
        return self._dialogue

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        """A line on which something was left open is never used again."""
        try:
            yield
        except DeviceError:
            self.close()
            raise

    def still_there(self, seconds: float = 0.001) -> bool:
        """Whether the idle line is up; terminals may hang up on it at any time."""
        if self._dialogue is None:
            return False
        try:
            self._dialogue.next(self.clock.monotonic() + seconds)
        except DeviceError:
            self.close()
            return False
        return True

    def release(self) -> None:
        """Keep the line for the next command, unless something on it is left open."""
        if self._dialogue and not self._dialogue.reusable:
            self.close()

    def close(self) -> None:
        """Let go of the line; the terminal notices by itself."""
        dialogue, self._dialogue = self._dialogue, None
        if dialogue:
            dialogue.close()

    # --- registration -----------------------------------------------------------------------------

    def _register(self, dialogue: Dialogue) -> None:
        refusal = dialogue.command(self._wishes(self._container()))
        containers = refusal is None
        if refusal and refusal.code == reading.UNSUPPORTED:  # it knows no containers
            refusal = dialogue.command(self._wishes(None))
        if refusal:
            raise Unavailable(f"{self.address}: registration refused ({_code_of(refusal)})")
        final = final_of(dialogue, self.clock)
        if isinstance(final, Abort):
            said = meaning_of(final.result)
            raise Unavailable(
                f"{self.address}: registration ended with {final.result:02X}, {said.english};"
                f" {said.next.value}"
            )
        self.registered = self._agreed(final, containers=containers)

    def _wishes(self, tlv: Container | None) -> Registration:
        settings = self.settings
        return Registration(settings.password, settings.config, currency=EURO, tlv=tlv)

    def _container(self) -> Container:
        """Blocks of print lines, the width of our paper, UTF-8 if it can, and sequence ids."""
        tags = [
            Tag(0x26, (Tag(0x0A, b"\x06\xd3"),)),
            Tag(0x12, bytes.fromhex(f"{WIDTH:02d}")),
            Tag(0x27, (Tag(0x14, bytes((charsets.UTF_8,))),)),
        ]
        if self.settings.numbered:
            tags.append(sequence.WANTED)
        return Container.of(*tags)

    def _agreed(self, final: Completion, *, containers: bool) -> Registered:
        known = self.registered.terminal_id
        echoed = final.tlv is not None and final.tlv.find(sequence.TAG) is not None
        return Registered(
            f"{final.terminal_id:08d}" if final.terminal_id is not None else known,
            self._charset(final.tlv),
            containers,
            _commands(final.tlv),
            final.status_byte or 0,
            echoed and containers and self.settings.numbered,
        )

    def _charset(self, tlv: Container | None) -> int:
        """What the terminal echoed counts (tag 27); without an echo it is CP437."""
        if self.settings.charset is not None:
            return self.settings.charset
        echoed = tlv.find(0x27, 0x14) if tlv else None
        number = echoed.data[-1] if echoed and echoed.data else charsets.CP437
        return number if charsets.known(number) else charsets.CP437


def final_of(dialogue: Dialogue, clock: Clock) -> Completion | Abort:
    """Accept everything up to the end of a dialogue that moves no money."""
    turn = Turn(dialogue, clock)
    while True:
        message = turn.next()
        dialogue.accept()
        if isinstance(message, Completion | Abort):
            return message


def _code_of(refusal: Negative) -> str:
    """84 1E carries the code as its data (2.1)."""
    code = refusal.tail[0] if refusal.code == 0x1E and refusal.tail else refusal.code
    return f"{code:02X}, {meaning_of(code).english}"


def _commands(tlv: Container | None) -> frozenset[int]:
    listed = tlv.find(0x26) if tlv else None
    tags = listed.value if listed and not isinstance(listed.value, bytes) else ()
    pairs = b"".join(tag.data for tag in tags if tag.number == 0x0A)
    return frozenset(int.from_bytes(pairs[at : at + 2], "big") for at in range(0, len(pairs), 2))
