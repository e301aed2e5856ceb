"""A reader without hardware: a PN532 chip on a line, cards held and taken away, faults by name."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from drivers.cards.chip import Chip, Held
from drivers.cards.virtual import VirtualCard
from drivers.line import Line, Listener
from kiosk.ports import DeviceError

TICK = 0.02
WEAK_EVERY = 3
GARBAGE = b"\x00\xff\x9c\x00\x00\xff\x05\xfb\xd5\x03\x00"
FAULTS = ("garbage", "plug", "silent", "unplug", "weak", "well")


@dataclass(frozen=True, slots=True)
class ReaderView:
    """What a person sees of the reader."""

    state: str = "waiting"
    """`waiting` for a host, `connected` or `unplugged`."""
    cards: int = 0
    """In the field, or lying on the reader while it is off."""
    field: bool = False
    exchanges: int = 0
    """Commands that went to cards."""
    fault: str = ""


@dataclass(slots=True)
class _Wish:
    act: Callable[[], None]
    done: threading.Event = field(default_factory=threading.Event)


class ReaderSimulator:
    """A thread that owns one listener; it can be started once."""

    def __init__(self, listener: Listener, chip: Chip | None = None) -> None:
        self.address = listener.address
        self._listener = listener
        self._chip = chip or Chip()
        self._line: Line | None = None
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._over = threading.Event()
        self._view = ReaderView()
        self._fault = ""
        self._thread = threading.Thread(target=self._run, name="reader simulator", daemon=True)

    def start(self) -> None:
        """Begin to wait for a host."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, the line and the listener; safe to call twice."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._listener.close()

    def view(self) -> ReaderView:
        """How it looks now."""
        return self._view

    def hold(self, *cards: VirtualCard, pulled_after: int | None = None) -> None:
        """Hold cards before the reader at once, beside those that are there; done on return.

        `pulled_after`: each is torn away after so many commands to it.
        """
        self._ask(lambda: self._chip.held.extend(Held(card, pulled_after) for card in cards))

    def remove(self) -> None:
        """Take all cards away; done on return."""
        self._ask(self._chip.held.clear)

    def fault(self, name: str) -> None:
        """Let one of FAULTS happen; done on return. Raises ValueError."""
        if name not in FAULTS:
            raise ValueError(f'the reader has no fault "{name}"; it has {", ".join(FAULTS)}')
        self._ask(lambda: self._befall(name))

    def _ask(self, act: Callable[[], None]) -> None:
        if self._thread.is_alive():
            wish = _Wish(act)
            self._wishes.put(wish)
            wish.done.wait(5)

    # --- in the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over.is_set():
            while not self._wishes.empty():
                wish = self._wishes.get()
                wish.act()
                self._look()
                wish.done.set()
            self._listen()
        self._hang_up()

    def _befall(self, name: str) -> None:
        if name in ("plug", "unplug"):
            self._hang_up()
            (self._listener.plug if name == "plug" else self._listener.unplug)()
            self._view = replace(self._view, state="waiting" if name == "plug" else "unplugged")
            return
        self._fault = "" if name == "well" else name
        self._chip.lose_every = WEAK_EVERY if name == "weak" else 0

    def _listen(self) -> None:
        if self._line is None:
            self._line = self._listener.accept(TICK)
            if self._line:
                self._view = replace(self._view, state="connected")
            return
        try:
            data = self._line.read(TICK)
            if data and self._fault != "silent":
                self._answer(self._line, data)
        except DeviceError:
            self._hang_up()

    def _answer(self, line: Line, data: bytes) -> None:
        answer = self._chip.feed(data)
        if self._fault == "garbage" and answer:
            answer = GARBAGE + answer
        self._look()  # before the host can act on the answer
        if answer:
            line.write(answer)

    def _look(self) -> None:
        self._view = replace(
            self._view,
            cards=len(self._chip.held),
            field=self._chip.field_on,
            exchanges=self._chip.exchanges,
            fault=self._fault,
        )

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line:
            line.close()
            self._view = replace(self._view, state="waiting")
