"""A printer that may hold a piece of a receipt is locked, until it was cleared by its word or staff's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.printer.capabilities import Memory
from drivers.printer.device import EscposPrinter
from drivers.printer.mechanism import Mechanism
from drivers.printer.profiles import PROFILES
from kiosk.checkout.commands import ClearPrinter
from kiosk.checkout.events import PrinterCleared, PrintFault, ReceiptFailed, ReceiptPrinted
from kiosk.ports import Cancel
from tests.drivers.printer.test_locked import JOB, Counter, printed, status

AT = "tcp://printer:9100"
LOCKED = ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)


def failed_unconfirmed(bench: Counter, memory: Path | None = None) -> EscposPrinter:
    """A printer that confirmed DC4, until its paper ended in the middle of a receipt."""
    driver = bench.driver(memory=memory)
    assert printed(driver) == ReceiptPrinted(JOB)
    bench.mechanism.clear_known = False
    bench.mechanism.paper_left_mm = 60
    assert printed(driver) == ReceiptFailed(JOB, PrintFault.PAPER_OUT, partial=True)
    return driver


def test_a_clear_that_is_not_confirmed_any_more_locks() -> None:
    """It confirmed at the start: that was another receipt. What it holds now would come out."""
    bench = Counter()
    driver = failed_unconfirmed(bench)
    bench.mechanism.load_paper()
    assert printed(driver) == LOCKED
    assert status(driver).fault is PrintFault.LOCKED


def test_it_is_free_again_once_a_clear_is_confirmed() -> None:
    """By the next connection, without anybody's help."""
    bench = Counter()
    driver = failed_unconfirmed(bench)
    bench.mechanism.clear_known = True
    driver.close()
    bench.mechanism.load_paper()
    assert printed(driver) == ReceiptPrinted(JOB)


def test_or_once_staff_say_so() -> None:
    """They switched it off and on."""
    bench = Counter()
    driver = failed_unconfirmed(bench)
    bench.mechanism.load_paper()
    bench.mechanism.power_cycle()
    assert list(driver.execute(ClearPrinter(), Cancel())) == [PrinterCleared()]
    assert printed(driver) == ReceiptPrinted(JOB)


def test_a_line_lost_in_mid_job_and_a_clear_unconfirmed_lock(tmp_path: Path) -> None:
    """The connection after that starts with a printer that answers all but DC4; over a restart."""
    memory, bench = tmp_path / "printers.json", Counter()
    failed_unconfirmed(bench, memory)
    bench.mechanism.load_paper()
    assert printed(bench.driver(memory=memory)) == LOCKED


def test_a_sound_printer_that_starts_without_a_confirmed_clear_is_not_locked() -> None:
    """It was idle and works off its buffer: nothing of an earlier receipt is in there."""
    bench = Counter()
    driver = bench.driver()
    assert printed(driver) == ReceiptPrinted(JOB)
    bench.mechanism.clear_known = False
    driver.close()
    assert printed(driver) == ReceiptPrinted(JOB)


@pytest.mark.parametrize("profile", ["standard", "ct-s310ii", "clone-58"])
def test_a_wish_to_stop_in_the_middle_of_the_start_locks_nothing(profile: str) -> None:
    """A watch that ends for a receipt has found nothing out."""
    for after in range(1, 64):
        bench = Counter(Mechanism(PROFILES[profile]))
        bench.mechanism.clear_known = False
        stop, looks = Cancel(), 0
        driver = bench.driver(profile)
        wait = bench.clock.pass_time

        def counted(
            seconds: float,
            wait: Callable[[float], None] = wait,
            stop: Cancel = stop,
            after: int = after,
        ) -> None:
            nonlocal looks
            looks += 1
            if looks == after:
                stop.set()
            wait(seconds)

        bench.clock.pass_time = counted  # type: ignore[method-assign]
        list(driver.watch(stop))
        bench.clock.pass_time = wait  # type: ignore[method-assign]
        assert isinstance(printed(driver), ReceiptPrinted), after


def test_what_is_held_is_noted_before_the_failure_is_told(tmp_path: Path) -> None:
    """A power cut at that moment does not lose it."""
    memory, bench = tmp_path / "printers.json", Counter()
    failed_unconfirmed(bench, memory)
    assert Memory(memory).holds(AT)
