"""A simulated terminal behind a real line, on a thread of its own."""

from __future__ import annotations

import threading

from drivers.line import Line, Listener
from drivers.zvt.faults import Rule, Script
from drivers.zvt.faulty_wire import FaultyWire, NoisyLine
from drivers.zvt.scenes import Fault
from drivers.zvt.serial_line import SERIAL, over, repeats
from drivers.zvt.simulator import TerminalSimulator
from kiosk.clock import SystemClock
from kiosk.ports import DeviceError

TICK_SECONDS = 0.02


class TerminalServer:
    """Serves one till at a time; buttons and faults may come from any thread."""

    def __init__(
        self, listener: Listener, simulator: TerminalSimulator, script: Script | None = None
    ) -> None:
        """`script`: what goes wrong on the line, and when; rules may be added later."""
        self.address = listener.address
        self._listener = listener
        self._clock = SystemClock()
        simulator.patience = repeats(self.address)
        self._wire = FaultyWire(simulator, self._clock, script)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sim-terminal", daemon=True)

    @property
    def simulator(self) -> TerminalSimulator:
        """The terminal; another one after a power loss."""
        return self._wire.simulator

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and let go of the address."""
        self._stop.set()
        self._thread.join(5)
        self._listener.close()

    def press(self, button: str | int) -> bool:
        """The customer's action; False if the terminal did not wait for one."""
        with self._lock:
            return self.simulator.press(button)

    def press_keys(self, keys: bytes) -> bool:
        """Keys for 06 E1 and 06 E2; False if the terminal asked for none."""
        with self._lock:
            return self.simulator.press_keys(keys)

    def add_rules(self, *rules: Rule) -> None:
        """More faults of a script, counted from now on."""
        with self._lock:
            self._wire.script.add(*rules)

    def clear_rules(self) -> None:
        """No more faults of a script."""
        with self._lock:
            self._wire.script.clear()

    def lose_power(self, seconds: float = 0.0) -> None:
        """Restart from what is on disk; away for so many seconds."""
        with self._lock:
            self._wire.lose_power(seconds)

    def lock(self, state: int) -> None:
        """Put the terminal out of order, with a state of chapter 11; 0 ends it."""
        with self._lock:
            self.simulator.locked = state

    def fault(self, fault: Fault, *, on: bool = True) -> None:
        """Switch a fault on or off."""
        with self._lock:
            (self.simulator.faults.add if on else self.simulator.faults.discard)(fault)

    def view(self) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
        """Display lines, whether it waits for a card, and the faults switched on."""
        with self._lock:
            faults = tuple(sorted(self.simulator.faults))
            return self.simulator.display, self.simulator.waiting_for_card, faults

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                line = self._listener.accept(0.2)
            except DeviceError:
                return
            with self._lock:
                self._wire.tick()
                gone = Fault.CABLE_OUT in self.simulator.faults or self._wire.away
            if line and gone:
                line.close()
            elif line:
                if self.address.startswith(SERIAL):
                    line = NoisyLine(line, self._wire.script)
                self._talk(over(line, self.address, self._clock))

    def _talk(self, line: Line) -> None:
        with self._lock:
            self._wire.connected()
        try:
            while not self._stop.is_set() and self._turn(line):
                pass
        except DeviceError:
            pass  # the till is gone; the simulator is told below
        finally:
            with self._lock:
                self._wire.disconnected()
            line.close()

    def _turn(self, line: Line) -> bool:
        data = line.read(TICK_SECONDS)
        with self._lock:
            if Fault.CABLE_OUT in self.simulator.faults:
                return False
            if data:
                self._wire.receive(data)
            self._wire.tick()
            out, over = self._wire.take(), self._wire.hangs_up()
        if out:
            line.write(out)
        return not over
