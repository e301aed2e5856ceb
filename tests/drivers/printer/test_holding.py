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
from tests.printers.world import Harm, World

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


@pytest.mark.parametrize("anew", [True, False])
def test_it_is_free_again_once_a_clear_is_confirmed(anew: bool) -> None:
    """By the next connection, or on the same one by the next receipt; without anybody's help."""
    bench = Counter()
    driver = failed_unconfirmed(bench)
    assert status(driver).fault is PrintFault.PAPER_OUT
    bench.mechanism.clear_known = True
    if anew:
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


def test_a_line_lost_in_mid_job_and_a_clear_unconfirmed_lock() -> None:
    """The connection after that starts with a printer that answers all but DC4."""

    def lose(world: World) -> None:
        world.suffer("no_clear")
        world.pull_cable()

    world = World(PROFILES["standard"], harms=[Harm("cable", lose, at_mm=20)])
    failed = world.prints()
    assert isinstance(failed, ReceiptFailed)
    assert (failed.fault, failed.partial) == (PrintFault.UNCONFIRMED, True)
    world.mend()
    said = world.prints_next()
    assert isinstance(said, ReceiptFailed)
    assert said.fault is PrintFault.LOCKED


def test_a_restart_does_not_unlock(tmp_path: Path) -> None:
    """The note is in the kiosk's file."""
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


@pytest.mark.parametrize("profile", ["ct-s310ii", "kube"])
@pytest.mark.parametrize(("trouble", "locks"), [("paper_out", True), ("cutter", False)])
def test_enq_2_is_believed_after_a_jam_only(profile: str, trouble: str, locks: bool) -> None:
    """It is obeyed in an error that it ends; elsewhere the rest of the receipt is still in there."""
    bench = Counter(Mechanism(PROFILES[profile], speed=150))
    driver = bench.driver(profile)
    assert isinstance(printed(driver), ReceiptPrinted)
    bench.mechanism.paper_left_mm = 60 if trouble == "paper_out" else None
    bench.mechanism.jam_at_cut = trouble == "cutter"
    failed = printed(driver)
    assert isinstance(failed, ReceiptFailed)
    assert (failed.fault.value, failed.partial) == (trouble, True)
    bench.mechanism.load_paper()
    bench.mechanism.free_blade()
    event = printed(driver)
    assert (event == LOCKED) is locks
    assert isinstance(event, ReceiptPrinted) is not locks


def test_a_printer_that_clears_by_enq_2_and_starts_at_rest_is_not_locked() -> None:
    """Nothing proves a clear, but it works off its buffer."""
    assert status(Counter(Mechanism(PROFILES["kube"])).driver("kube")).fault is None


@pytest.mark.parametrize("profile", ["ct-s310ii", "clone-58"])
def test_nothing_is_sent_that_a_restart_would_forget(profile: str, tmp_path: Path) -> None:
    """The note for who comes after a crash cannot be written: locked."""
    (tmp_path / "state").write_text("in the way")
    bench = Counter(Mechanism(PROFILES[profile]))
    assert printed(bench.driver(profile, tmp_path / "state" / "printers.json")) == LOCKED
    assert bench.mechanism.sheets() == []


def test_a_printer_that_proves_its_clear_needs_no_note(tmp_path: Path) -> None:
    """A disk that is full keeps nobody from a receipt there."""
    (tmp_path / "state").write_text("in the way")
    driver = Counter().driver(memory=tmp_path / "state" / "printers.json")
    assert printed(driver) == ReceiptPrinted(JOB)


def test_a_lock_or_a_word_of_the_tool_is_heeded_by_the_running_kiosk(tmp_path: Path) -> None:
    """They share the file: nobody's note is overwritten, and none is overlooked."""
    memory, bench = tmp_path / "printers.json", Counter(Mechanism(PROFILES["clone-58"]))
    driver = bench.driver("clone-58", memory)
    assert isinstance(printed(driver), ReceiptPrinted)
    Memory(memory).set_holding(AT, True)
    assert printed(driver) == LOCKED
    Memory(memory).set_holding(AT, False)
    assert isinstance(printed(driver), ReceiptPrinted)


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
