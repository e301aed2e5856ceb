"""A printer that nothing clears, what is learnt of printers once, and job states."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.line import TappedLine
from drivers.printer.capabilities import Capabilities
from drivers.printer.device import EscposPrinter
from drivers.printer.job import JobState
from drivers.printer.link import PROBE, mark_request
from drivers.printer.mechanism import Mechanism
from drivers.printer.profiles import PROFILES, Confirm
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import ClearPrinter, PrintReceipt
from kiosk.checkout.events import (
    Event,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.ids import NOBODY, Handle, JobId
from kiosk.ports import Cancel, ConfigError, Unavailable
from kiosk.words import Language
from tests.printers.world import World
from tests.wired import FakeClock, PrinterLine

CLONE = PROFILES["clone-58"]
JOB = JobId("job")


class Counter:
    """A printer to plug in and out, and how often it was asked what."""

    def __init__(self, mechanism: Mechanism | None = None) -> None:
        self.clock = FakeClock()
        self.mechanism = mechanism or Mechanism()
        self.sent = b""

    def driver(self, profile: str = "standard", memory: Path | None = None) -> EscposPrinter:
        """As after a restart."""
        return EscposPrinter(
            "tcp://printer:9100",
            clock=self.clock,
            connect=lambda _: PrinterLine(self.mechanism, self.clock),
            tap=self._tap,
            patience=2.0,
            profile=profile,
            memory=memory,
        )

    def _tap(self, way: str, data: bytes) -> None:
        self.sent += data if way == "tx" else b""


def printed(driver: EscposPrinter) -> Event:
    """How one receipt ends."""
    (event,) = driver.execute(PrintReceipt(JOB, specimen(4)), Cancel())
    return event


def status(driver: EscposPrinter) -> PrinterStatus:
    """What a watch tells first."""
    run = driver.watch(Cancel())
    next(run)
    event = next(run)
    assert isinstance(event, PrinterStatus)
    return event


def test_it_stays_locked_until_staff_confirm(tmp_path: Path) -> None:
    """After a failure with bytes in it: over a new roll, a new connection and a restart."""
    memory, bench = tmp_path / "printers.json", Counter(Mechanism(CLONE))
    bench.mechanism.paper_left_mm = 60
    driver = bench.driver(CLONE.name, memory)
    failed = printed(driver)
    assert isinstance(failed, ReceiptFailed)
    assert (failed.fault, failed.partial) == (PrintFault.PAPER_OUT, True)
    assert driver.state is JobState.UNKNOWN
    assert status(driver).fault is PrintFault.PAPER_OUT
    bench.mechanism.load_paper()
    assert status(driver).fault is PrintFault.LOCKED
    for again in (driver, bench.driver(CLONE.name, memory)):
        assert printed(again) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)
        assert again.state is JobState.FAILED
        again.close()
    last = bench.driver(CLONE.name, memory)
    bench.mechanism.power_cycle()
    assert list(last.execute(ClearPrinter(), Cancel())) == [PrinterCleared()]
    assert printed(last) == ReceiptPrinted(JOB, weak=True)
    assert printed(bench.driver(CLONE.name, memory)) == ReceiptPrinted(JOB, weak=True)


def test_a_kiosk_that_died_in_mid_job_comes_back_locked(tmp_path: Path) -> None:
    """The note is on disk before the first byte is sent."""
    memory, bench = tmp_path / "printers.json", Counter(Mechanism(CLONE, speed=50))
    driver = bench.driver(CLONE.name, memory)

    class Killed(BaseException):
        """The process is gone."""

    def kill(way: str, data: bytes) -> None:
        if way == "tx" and len(data) > 100:
            raise Killed

    link = driver._ready(Cancel())
    assert link
    link._line = TappedLine(link._line, kill)
    with pytest.raises(Killed):
        printed(driver)
    assert printed(bench.driver(CLONE.name, memory)) == ReceiptFailed(
        JOB, PrintFault.LOCKED, partial=False
    )


def test_a_clone_that_is_idle_at_the_start_is_not_locked() -> None:
    """It answers in its turn, so it holds nothing; one that stands still may hold anything."""
    assert status(Counter(Mechanism(CLONE)).driver(CLONE.name)).fault is None
    stopped = Counter(Mechanism(CLONE))
    stopped.mechanism.troubles.paper_out = True
    driver = stopped.driver(CLONE.name)
    assert status(driver).fault is PrintFault.PAPER_OUT
    stopped.mechanism.load_paper()
    assert status(driver).fault is PrintFault.LOCKED


def test_staff_s_word_does_not_stand_for_a_printer_that_can_clear_itself() -> None:
    """It has to answer."""
    bench = Counter()
    bench.mechanism.mute = True
    with pytest.raises(Unavailable):
        list(bench.driver().execute(ClearPrinter(), Cancel()))
    bench.mechanism.mute = False
    assert list(bench.driver().execute(ClearPrinter(), Cancel())) == [PrinterCleared()]


def test_it_is_asked_once_and_remembered(tmp_path: Path) -> None:
    """Process ids are probed for at the first start only; another printer is noticed."""
    memory, bench = tmp_path / "printers.json", Counter()
    probe = mark_request(PROBE)
    for expected in (1, 1):
        driver = bench.driver(memory=memory)
        assert isinstance(printed(driver), ReceiptPrinted)
        assert bench.sent.count(probe) == expected
    assert driver.capabilities == Capabilities(("OPEN", "SIM-80", "SIM0000001"), Confirm.PROCESS_ID)
    bench.mechanism = Mechanism(PROFILES["tm-t20iii"], process_id=False)
    assert printed(bench.driver(memory=memory)) == ReceiptPrinted(JOB, weak=True)
    assert bench.sent.count(probe) == 2


def test_a_word_that_was_not_kept_is_asked_for_again(tmp_path: Path) -> None:
    """The same printer, which lost its process ids to a new firmware."""
    memory, bench = tmp_path / "printers.json", Counter()
    assert printed(bench.driver(memory=memory)) == ReceiptPrinted(JOB)
    bench.mechanism.process_id = False
    failed = printed(bench.driver(memory=memory))
    assert isinstance(failed, ReceiptFailed)
    assert failed.fault is PrintFault.UNCONFIRMED
    assert printed(bench.driver(memory=memory)) == ReceiptPrinted(JOB, weak=True)


def test_nothing_is_known_before_it_was_asked() -> None:
    """And every state of a job has a name."""
    driver = Counter().driver()
    assert driver.capabilities is None
    states = [driver.state]
    printed(driver)
    assert [*states, driver.state] == [JobState.QUEUED, JobState.PRINTED]
    weak = Counter(Mechanism(PROFILES["ct-s310ii"])).driver("ct-s310ii")
    printed(weak)
    assert weak.state is JobState.PRINTED_WEAKLY


@pytest.mark.parametrize("name", PROFILES)
def test_never_more_is_on_its_way_than_half_the_buffer(name: str) -> None:
    """So that a question gets through while the printer stands still."""
    world = World(PROFILES[name])
    most = 0

    def look(way: str, data: bytes) -> None:
        nonlocal most
        most = max(most, world.mechanism.profile.buffer - world.mechanism.room)

    world.driver._tap = look
    (event,) = world.driver.execute(PrintReceipt(JOB, specimen(40)), Cancel())
    assert isinstance(event, ReceiptPrinted)
    assert 0 < most <= PROFILES[name].buffer / 2 + 128


@pytest.mark.parametrize(
    ("address", "profile"), [("cups://bon", "standard"), ("tcp://127.0.0.1:1", "tm-t99")]
)
def test_what_cannot_be_driven_is_a_configuration_error(address: str, profile: str) -> None:
    """A queue has a driver of its own, and a profile a name."""
    with pytest.raises(ConfigError):
        EscposPrinter(address, clock=FakeClock(), profile=profile)


def test_a_member_s_lines_are_lent_for_the_paper() -> None:
    """And asked for only where there is a member."""
    asked: list[Handle] = []

    def lend(member: Handle, language: Language) -> tuple[str, ...]:
        asked.append(member)
        return (f"Punkte 120 {language.value}",)

    bench = Counter()
    driver = EscposPrinter(
        "tcp://printer:9100",
        clock=bench.clock,
        connect=lambda _: PrinterLine(bench.mechanism, bench.clock),
        loyalty=lend,
    )
    for member in (NOBODY, Handle("f00d")):
        list(driver.execute(PrintReceipt(JOB, specimen(1), member), Cancel()))
    assert asked == [Handle("f00d")]
    assert ["Punkte 120 de" in sheet.text for sheet in bench.mechanism.sheets()] == [False, True]
