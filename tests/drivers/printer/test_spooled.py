"""A printer behind a queue: nothing is ever claimed, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from drivers.line.cups import CupsLine, Spooled
from drivers.printer.capabilities import Memory
from drivers.printer.escpos import cut, encode
from drivers.printer.job import JobState
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.printer.spooled import SpooledPrinter
from kiosk.checkout.commands import ClearPrinter, PrintReceipt, ReadyTerminal
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    Event,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
)
from kiosk.ids import NOBODY, Handle, JobId
from kiosk.ports import Cancel, ConfigError, Driver, LocalProtocolError, Silent, Unavailable
from tests.wired import FakeClock

JOB = JobId("job")


@dataclass
class Queue:
    """A queue's line, with what CUPS would say."""

    clock: FakeClock = field(default_factory=FakeClock)
    alerts: str = ""
    waits: float = 0.0
    """Seconds until a job is given to the printer."""
    lost: bool = False
    jobs: list[bytes] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    last_job: str = ""
    ready_at: float = 0.0
    stuck: bool = False
    """Nothing can be cancelled."""
    on_write: Callable[[], None] = lambda: None

    def write(self, data: bytes) -> None:
        if self.lost:
            raise Silent("lp did not end")
        self.on_write()
        self.jobs.append(data)
        self.last_job = f"bon-{len(self.jobs)}"
        self.ready_at = self.clock.seconds + self.waits

    def read(self, seconds: float) -> bytes:
        self.clock.pass_time(seconds)
        return b""

    def waiting(self) -> tuple[str, ...]:
        return (self.last_job,) if self.clock.seconds < self.ready_at else ()

    def outcome(self, job: str) -> Spooled:
        return Spooled.WAITING if job in self.waiting() else Spooled.ENDED

    def trouble(self) -> str:
        return self.alerts

    def cancel(self, job: str) -> None:
        if self.stuck:
            raise Silent("cancel: not authorized")
        self.cancelled.append(job)
        self.ready_at = self.clock.seconds + 1.0  # the backend ends a little later


def driver(queue: Queue, memory: Path | None = None) -> SpooledPrinter:
    """A driver at it."""
    return SpooledPrinter(
        "cups://bon",
        clock=queue.clock,
        connect=lambda _: cast("CupsLine", queue),
        patience=5.0,
        memory=memory,
    )


def printed(printer: Driver) -> Event:
    """How one receipt ends."""
    (event,) = printer.execute(PrintReceipt(JOB, specimen(1)), Cancel())
    return event


def test_what_left_is_unknown_and_never_more() -> None:
    """Behind a cut for what may hang in the printer; the second needs none."""
    queue = Queue(waits=2.0)
    printer = driver(queue)
    for _ in range(2):
        assert printed(printer) == ReceiptFailed(JOB, PrintFault.UNCONFIRMED, partial=True)
        assert printer.state is JobState.UNKNOWN
    receipt = encode(lay_out(specimen(1))).data
    assert queue.jobs == [cut() + receipt, receipt]
    assert queue.cancelled == []


@pytest.mark.parametrize(
    ("alerts", "fault"),
    [
        ("media-empty-error", PrintFault.PAPER_OUT),
        ("cover-open-error", PrintFault.COVER_OPEN),
        ("paused", PrintFault.OFFLINE),
    ],
)
def test_nothing_is_handed_to_a_queue_that_stands(alerts: str, fault: PrintFault) -> None:
    """It would come out some day, for whoever stands there."""
    queue = Queue(alerts=alerts)
    assert printed(driver(queue)) == ReceiptFailed(JOB, fault, partial=False)
    assert queue.jobs == []


def test_a_job_that_waits_too_long_is_taken_back_and_locks() -> None:
    """A piece of it may be in the printer."""
    queue = Queue(waits=60.0)
    printer = driver(queue)
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.UNCONFIRMED, partial=True)
    assert queue.cancelled == ["bon-1"]
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)
    assert list(printer.execute(ClearPrinter(), Cancel())) == [PrinterCleared()]
    queue.waits = 0.0
    printed(printer)
    assert len(queue.jobs) == 2


def test_a_queue_that_is_lost_in_between_locks() -> None:
    """Nobody knows whether CUPS took it."""
    printer = driver(Queue(lost=True))
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.UNCONFIRMED, partial=True)
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)


def test_no_cups_is_off_line() -> None:
    """Nothing was sent."""

    def none(_: str) -> CupsLine:
        raise Unavailable("there is no program lp")

    printer = SpooledPrinter("cups://bon", clock=FakeClock(), connect=none)
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.OFFLINE, partial=False)
    with pytest.raises(Unavailable):
        next(printer.watch(Cancel()))
    printer.close()


def test_watching_tells_what_cups_says() -> None:
    """On-line, and each change."""
    queue = Queue()
    run = driver(queue).watch(wanted := Cancel())
    assert next(run) == DeviceOnline(Device.PRINTER)
    assert next(run) == PrinterStatus(None)
    queue.alerts = "media-empty-warning"
    assert next(run) == PrinterStatus(PrintFault.PAPER_OUT)
    wanted.set()
    assert next(run, None) is None


def test_other_commands_and_addresses_are_mistakes() -> None:
    """Ours, and the configuration's."""
    with pytest.raises(LocalProtocolError):
        next(driver(Queue()).execute(ReadyTerminal(), Cancel()))
    with pytest.raises(ConfigError):
        SpooledPrinter("tcp://127.0.0.1:9100", clock=FakeClock())
    with pytest.raises(ConfigError):
        SpooledPrinter("cups://bon", clock=FakeClock(), profile="tm-t99")


def test_its_lock_outlives_a_restart(tmp_path: Path) -> None:
    """In the kiosk's file."""
    queue, file = Queue(waits=60.0), tmp_path / "printers.json"
    for fault in (PrintFault.UNCONFIRMED, PrintFault.LOCKED):
        printer = SpooledPrinter(
            "cups://bon",
            clock=queue.clock,
            connect=lambda _: cast("CupsLine", queue),
            memory=file,
        )
        event = printed(printer)
        assert isinstance(event, ReceiptFailed)
        assert event.fault is fault


def test_the_lock_is_on_disk_before_cups_has_a_byte_and_until_the_job_ended(tmp_path: Path) -> None:
    """Whoever comes after a crash finds the printer locked; after a job that ended it is not."""
    queue, file = Queue(waits=2.0), tmp_path / "printers.json"
    noted: list[bool] = []
    queue.on_write = lambda: noted.append(Memory(file).holds("cups://bon"))
    printed(driver(queue, file))
    assert noted == [True]
    assert not Memory(file).holds("cups://bon")

    class Killed(BaseException):
        """The process is gone."""

    def kill() -> None:
        raise Killed

    queue.on_write = kill
    with pytest.raises(Killed):
        printed(driver(queue, file))
    queue.on_write = lambda: None
    assert printed(driver(queue, file)) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)


def test_a_lock_that_cannot_be_noted_is_one(tmp_path: Path) -> None:
    """Nothing is sent that a restart would forget."""
    (tmp_path / "state").write_text("in the way")
    queue = Queue()
    printer = driver(queue, tmp_path / "state" / "printers.json")
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)
    assert queue.jobs == []


def test_staff_s_word_takes_back_what_the_queue_holds() -> None:
    """A job of a kiosk that died is not printed for the next customer."""
    queue = Queue(waits=60.0)
    queue.write(b"of a kiosk that died")
    printer = driver(queue)
    assert list(printer.execute(ClearPrinter(), Cancel())) == [PrinterCleared()]
    assert queue.cancelled == ["bon-1"]
    assert queue.waiting() == ()


@pytest.mark.parametrize("stuck", [True, False])
def test_it_stays_locked_where_a_job_cannot_be_taken_back(
    stuck: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CUPS refuses, or says that it does it and does not."""
    queue = Queue(waits=1000.0)
    printer = driver(queue)
    printed(printer)
    queue.stuck = stuck
    queue.ready_at = 1000.0
    if not stuck:
        monkeypatch.setattr(queue, "cancel", lambda _: None)
    with pytest.raises(Unavailable):
        list(printer.execute(ClearPrinter(), Cancel()))
    assert queue.clock.seconds < 100
    queue.ready_at = 0.0
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.LOCKED, partial=False)


def test_a_queue_is_never_given_points() -> None:
    """Its spool is a disk: the driver has no way to ask for them, whatever the command says."""
    with pytest.raises(TypeError):
        SpooledPrinter("cups://Q", clock=FakeClock(), loyalty=())  # type: ignore[call-arg]
    plain, named = Queue(), Queue()
    for queue, member in ((plain, NOBODY), (named, Handle("feed"))):
        list(driver(queue).execute(PrintReceipt(JOB, specimen(1), member), Cancel()))
    assert named.jobs == plain.jobs != []
