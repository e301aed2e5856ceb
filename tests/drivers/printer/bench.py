"""A printer to lay hands on, with its driver, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.printer.device import EscposPrinter
from drivers.printer.simulator import PrinterSimulator, PrinterView
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import PrintReceipt
from kiosk.checkout.events import Event
from kiosk.clock import SystemClock
from kiosk.ids import JobId
from kiosk.ports import Cancel

CLOCK = SystemClock()
PATIENCE = 1.0


@dataclass
class Bench:
    """A printer to lay hands on and a driver to give jobs to."""

    simulator: PrinterSimulator
    driver: EscposPrinter
    out: Path
    jobs: int = field(default=0)

    def prints(self, number: int, lines: int = 5) -> Event:
        """The one event a job ends with. `number` stands on the receipt as its number."""
        self.jobs += 1
        command = PrintReceipt(JobId(f"job-{self.jobs}"), specimen(lines, number=number))
        (event,) = self.driver.execute(command, Cancel())
        return event

    def suffers(self, *faults: str) -> None:
        """Let these faults happen, one after the other."""
        for fault in faults:
            self.simulator.fault(fault)

    def papers(self) -> list[str]:
        """The text of every piece that came out whole, oldest first."""
        return [path.read_text("utf-8") for path in sorted(self.out.glob("receipt-*.txt"))]

    @property
    def view(self) -> PrinterView:
        """What the simulator shows."""
        return self.simulator.view()


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to hold; fail if it does not."""
    end, pause = CLOCK.monotonic() + seconds, Cancel()
    while not holds():
        assert CLOCK.monotonic() < end, "did not happen in time"
        pause.wait(0.01)
