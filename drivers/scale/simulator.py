"""A scale without hardware: real bytes on a line, goods put on by hand, faults by name."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field, replace

from drivers.line import Line, Listener
from drivers.scale.scales import Scale
from kiosk.ports import DeviceError

TICK = 0.02
GARBAGE = b"\x02\x00\x7f9\x1b?\x03\r"
FAULTS = ("moving", "still", "silent", "garbage", "well", "power-up", "unplug", "plug")
LEAST, MOST = -1_000, 99_999
"""Grams somebody may put on it."""


@dataclass(frozen=True, slots=True)
class ScaleView:
    """What a person sees of the scale."""

    state: str = "waiting"
    """`waiting` for a host, `connected` or `unplugged`."""
    grams: int = 0
    fault: str = ""


@dataclass(slots=True)
class _Wish:
    fault: str = ""
    grams: int | None = None
    done: threading.Event = field(default_factory=threading.Event)


class ScaleSimulator:
    """A thread that owns one listener and one platter; it can be started once."""

    def __init__(self, listener: Listener, scale: Scale) -> None:
        self.address = listener.address
        self._listener = listener
        self._scale = scale
        self._line: Line | None = None
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._over = threading.Event()
        self._view = ScaleView()
        self._thread = threading.Thread(target=self._run, name="scale simulator", daemon=True)

    def start(self) -> None:
        """Begin to wait for a host."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, the line and the listener; safe to call twice."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._listener.close()

    def view(self) -> ScaleView:
        """How it looks now."""
        return self._view

    def put(self, grams: int) -> None:
        """Put so much on the platter, instead of what lies there; done on return. Raises ValueError."""
        if not LEAST <= grams <= MOST:
            raise ValueError(f"{grams} g do not fit on the platter: {LEAST} to {MOST}")
        self._ask(_Wish(grams=grams))

    def fault(self, name: str) -> None:
        """Let one of FAULTS happen; done on return. Raises ValueError."""
        if name not in FAULTS:
            raise ValueError(f'the scale has no fault "{name}"; it has {", ".join(FAULTS)}')
        self._ask(_Wish(fault=name))

    def _ask(self, wish: _Wish) -> None:
        if self._thread.is_alive():
            self._wishes.put(wish)
            wish.done.wait(5)

    # --- in the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over.is_set():
            while not self._wishes.empty():
                self._grant(self._wishes.get())
            self._serve()
        self._hang_up()

    def _grant(self, wish: _Wish) -> None:
        if wish.grams is not None:
            self._scale.platter.put(wish.grams)
            self._view = replace(self._view, grams=wish.grams)
        else:
            self._break(wish.fault)
        wish.done.set()

    def _break(self, name: str) -> None:
        match name:
            case "moving" | "still":
                self._scale.platter.moving = name == "moving"
                self._scale.platter.fresh = True
            case "silent" | "garbage":
                self._view = replace(self._view, fault=name)
            case "well":
                self._view = replace(self._view, fault="")
            case "power-up":
                self._scale.power_up()
            case _:
                self._hang_up()
                (self._listener.plug if name == "plug" else self._listener.unplug)()
                state = "waiting" if name == "plug" else "unplugged"
                self._view = replace(self._view, state=state)

    def _serve(self) -> None:
        if self._line is None:
            self._line = self._listener.accept(TICK)
            if self._line:
                self._view = replace(self._view, state="connected")
            return
        try:
            heard = self._line.read(TICK)
            if heard and self._view.fault != "silent":
                self._line.write(self._answer(heard))
        except DeviceError:
            self._hang_up()

    def _answer(self, heard: bytes) -> bytes:
        if self._view.fault == "garbage":
            return GARBAGE
        return self._scale.receive(heard)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line:
            line.close()
            self._view = replace(self._view, state="waiting")
