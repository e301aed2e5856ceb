"""A simulated terminal behind a real line, on a thread of its own."""

from __future__ import annotations

import threading

from drivers.line import Line, Listener
from drivers.zvt.scenes import Fault
from drivers.zvt.serial_line import over
from drivers.zvt.simulator import TerminalSimulator
from kiosk.clock import SystemClock
from kiosk.ports import DeviceError

TICK_SECONDS = 0.02


class TerminalServer:
    """Serves one till at a time; buttons and faults may come from any thread."""

    def __init__(self, listener: Listener, simulator: TerminalSimulator) -> None:
        self.simulator = simulator
        self.address = listener.address
        self._listener = listener
        self._clock = SystemClock()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sim-terminal", daemon=True)

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
                self.simulator.tick()
                cable_out = Fault.CABLE_OUT in self.simulator.faults
            if line and cable_out:
                line.close()
            elif line:
                self._talk(over(line, self.address, self._clock))

    def _talk(self, line: Line) -> None:
        with self._lock:
            self.simulator.connected()
        try:
            while not self._stop.is_set() and self._turn(line):
                pass
        except DeviceError:
            pass  # the till is gone; the simulator is told below
        finally:
            with self._lock:
                self.simulator.disconnected()
            line.close()

    def _turn(self, line: Line) -> bool:
        data = line.read(TICK_SECONDS)
        with self._lock:
            if Fault.CABLE_OUT in self.simulator.faults:
                return False
            if data:
                self.simulator.receive(data)
            self.simulator.tick()
            out, over = self.simulator.take(), self.simulator.hangs_up()
        if out:
            line.write(out)
        return not over
