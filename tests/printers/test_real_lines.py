"""Some dozens of the same harms over sockets and pseudo terminals, with threads and a real clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.line import listen
from drivers.printer.device import EscposPrinter
from drivers.printer.document import as_text
from drivers.printer.layout import lay_out
from drivers.printer.profiles import PROFILES, Clear
from drivers.printer.simulator import PrinterSimulator
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import ClearPrinter
from kiosk.checkout.events import PrinterCleared, PrintFault, ReceiptFailed, ReceiptPrinted
from kiosk.ports import Cancel
from tests.drivers.printer.bench import CLOCK, Bench
from tests.printers.counting import Tally
from tests.printers.world import Outcome

MENDED = ("revive", "plug", "paper_loaded", "cover_closed", "cutter_freed", "online", "recovered")
LINES = 5
SPEED = 1000.0
"""Fast paper: the case lasts a fifth of a second, and waits for most of the rest."""
PATIENCE_SECONDS = 0.6
NEXT = as_text(lay_out(specimen(2, number=2)))


@contextmanager
def bench(line: str, profile: str, tmp_path: Path) -> Iterator[Bench]:
    """A printer that takes its time, and a driver."""
    address = "tcp://127.0.0.1:0" if line == "tcp" else f"pty://{tmp_path / 'printer'}"
    out = tmp_path / "out"
    simulator = PrinterSimulator(
        listen(address), out, render=False, speed_mm_s=SPEED, profile=PROFILES[profile]
    )
    simulator.start()
    driver = EscposPrinter(
        simulator.address, clock=CLOCK, patience=PATIENCE_SECONDS, profile=profile
    )
    yield Bench(simulator, driver, out)
    driver.close()
    simulator.stop()


def harmed(
    stand: Bench, *before: str, after: float = 0.0, fault: str = "", clears: Clear = Clear.DC4
) -> Outcome:
    """One receipt harmed, mended, and the next customer's; staff confirm where nothing else proves."""
    stand.suffers(*before)
    trouble = threading.Timer(after, stand.simulator.fault, [fault]) if fault else None
    if trouble:
        trouble.start()
    event = stand.prints(1, LINES)
    if trouble:
        trouble.join()
    came = as_text(lay_out(specimen(LINES, number=1))) in stand.papers()
    assert isinstance(event, ReceiptPrinted | ReceiptFailed)
    if isinstance(event, ReceiptPrinted):
        assert came
    stand.suffers(*MENDED)
    stand.driver.close()
    following = stand.prints(2, 2)
    if isinstance(following, ReceiptFailed) and following.fault is PrintFault.LOCKED:
        assert clears is not Clear.DC4
        stand.suffers("power_cycle")
        assert list(stand.driver.execute(ClearPrinter(), Cancel())) == [PrinterCleared()]
        following = stand.prints(2, 2)
    assert isinstance(following, ReceiptPrinted)
    assert stand.papers()[-1] == NEXT
    if isinstance(event, ReceiptPrinted):
        return Outcome("weak" if event.weak else "printed", None, came)
    if not event.partial:
        assert not came
    return Outcome("unknown" if event.partial else "failed", event.fault, came)


@pytest.mark.parametrize(
    ("line", "profile"), [("tcp", "standard"), ("tcp", "ct-s310ii"), ("pty", "standard")]
)
@pytest.mark.parametrize(
    "before",
    [
        ("paper_out",),
        ("paper_end_after_mm=30",),
        ("paper_end_after_mm=120",),
        ("cutter_jam_at_cut",),
        ("split_answers",),
        ("split_answers", "paper_end_after_mm=60"),
        ("disconnect_after_bytes=200",),
        ("disconnect_after_bytes=900",),
        ("disconnect_at_mm=50",),
    ],
    ids="+".join,
)
def test_harm_that_was_laid_before(
    line: str, profile: str, before: tuple[str, ...], tmp_path: Path, tally: Tally
) -> None:
    """It comes in its own time."""
    with bench(line, profile, tmp_path) as stand:
        outcome = harmed(stand, *before, clears=PROFILES[profile].clear)
        tally.add(f"real {line}: {before[-1].partition('=')[0]}", outcome)


@pytest.mark.parametrize("line", ["tcp", "pty"])
@pytest.mark.parametrize("fault", ["cover_open", "half_open", "unplug", "power_cycle", "garbage"])
@pytest.mark.parametrize("after", [0.1, 0.2])
def test_harm_that_comes_in_between(
    line: str, fault: str, after: float, tmp_path: Path, tally: Tally
) -> None:
    """At whatever place the printer is by then."""
    with bench(line, "standard", tmp_path) as stand:
        tally.add(f"real {line}: {fault}", harmed(stand, after=after, fault=fault))
