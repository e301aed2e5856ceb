"""What the driver says of a job, and what comes out of the printer, for each way it can go."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from drivers.line import connect, listen
from drivers.printer.device import EscposPrinter
from drivers.printer.document import as_text
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.simulator import PrinterSimulator
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import PrintReceipt, ReadyTerminal
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    Event,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.ids import JobId
from kiosk.ports import Cancel, DeviceError, Driver, LocalProtocolError, Unavailable, Verdict
from tests.drivers.printer.bench import CLOCK, PATIENCE, Bench, until


def outcome(event: Event) -> tuple[PrintFault | None, bool]:
    """Fault and whether some may be on paper; no fault: printed."""
    if isinstance(event, ReceiptPrinted):
        return None, False
    assert isinstance(event, ReceiptFailed)
    return event.fault, event.partial


def holds_only(paper: str, number: int) -> bool:
    """Whether this is the whole receipt of this number and not a line more."""
    return paper == as_text(lay_out(specimen(5, number=number)))


def test_it_is_a_driver(bench: Bench) -> None:
    """The type checker holds it to the port; closing twice is safe."""
    driver: Driver = bench.driver
    driver.close()
    driver.close()


def test_a_receipt_is_printed_when_the_printer_says_so(bench: Bench) -> None:
    """A good printer confirms with the process id, and the paper holds the receipt."""
    event = bench.prints(1)
    assert event == ReceiptPrinted(JobId("job-1"), weak=False)
    (paper,) = bench.papers()
    assert holds_only(paper, 1)


def test_a_receipt_is_not_printed_before_the_paper_moved(bench: Bench) -> None:
    """With a head that takes time, the word comes after the cut and not with the last byte."""
    bench.suffers("speed_mm_s=400")
    began = CLOCK.monotonic()
    assert outcome(bench.prints(1)) == (None, False)
    assert CLOCK.monotonic() - began > 0.3
    assert bench.view.receipts == 1


@pytest.mark.parametrize(
    ("fault", "named", "mended"),
    [
        ("paper_out", PrintFault.PAPER_OUT, "paper_loaded"),
        ("cover_open", PrintFault.COVER_OPEN, "cover_closed"),
        ("cutter_jam", PrintFault.CUTTER, "cutter_freed"),
        ("head_hot", PrintFault.HEAD_HOT, "head_cool"),
        ("offline", PrintFault.OFFLINE, "online"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    bench: Bench, fault: str, named: PrintFault, mended: str
) -> None:
    """A fault before printing is found before a byte is sent; the receipt never comes out."""
    bench.suffers(fault)
    assert outcome(bench.prints(1)) == (named, False)
    bench.suffers(mended)
    assert outcome(bench.prints(2)) == (None, False)
    (paper,) = bench.papers()
    assert holds_only(paper, 2)


@pytest.mark.parametrize("millimetres", [1, 20, 60, 120, 170])
def test_paper_that_ends_in_mid_receipt_fails_the_job_and_drops_the_rest(
    bench: Bench, millimetres: int
) -> None:
    """Wherever the roll ends, the rest of that receipt does not come out on the next roll."""
    bench.suffers(f"paper_end_after_mm={millimetres}")
    assert outcome(bench.prints(1)) == (PrintFault.PAPER_OUT, True)
    bench.suffers("paper_loaded")
    assert outcome(bench.prints(2)) == (None, False)
    (paper,) = bench.papers()
    assert holds_only(paper, 2)


@pytest.mark.parametrize("fault", ["cover_open", "paper_out", "cutter_jam", "offline"])
def test_a_fault_while_printing_fails_the_job_and_drops_the_rest(bench: Bench, fault: str) -> None:
    """What happens under way is seen under way; the piece on paper is not the next customer's."""
    bench.suffers("speed_mm_s=150")
    trouble = threading.Timer(0.4, bench.simulator.fault, [fault])
    trouble.start()
    event = bench.prints(1)
    trouble.join()
    assert outcome(event)[0] is not None
    assert outcome(event)[1]
    bench.suffers("paper_loaded", "cover_closed", "cutter_freed", "online", "speed_mm_s=0")
    assert outcome(bench.prints(2)) == (None, False)
    assert holds_only(bench.papers()[-1], 2)
    assert not any("s000001" in paper for paper in bench.papers())


@pytest.mark.parametrize("after", [0.15, 0.4, 0.7])
@pytest.mark.parametrize("cut_off", ["unplug", "power_cycle"])
def test_a_line_lost_while_printing_leaves_the_job_unconfirmed(
    bench: Bench, cut_off: str, after: float
) -> None:
    """Nobody knows what is on paper then, and the driver does not claim to."""
    bench.suffers("speed_mm_s=120")
    pull = threading.Timer(after, bench.simulator.fault, [cut_off])
    pull.start()
    event = bench.prints(1, lines=12)
    pull.join()
    assert outcome(event) == (PrintFault.UNCONFIRMED, True)
    bench.suffers("plug", "speed_mm_s=0")
    assert outcome(bench.prints(2)) == (None, False)
    assert holds_only(bench.papers()[-1], 2)


def test_a_line_lost_before_printing_is_known_to_have_printed_nothing(bench: Bench) -> None:
    """No printer at the address: off-line, nothing partial, and no exception."""
    bench.suffers("unplug")
    assert outcome(bench.prints(1)) == (PrintFault.OFFLINE, False)
    bench.suffers("plug")
    assert outcome(bench.prints(2)) == (None, False)
    assert len(bench.papers()) == 1


def test_a_line_that_died_while_idle_is_opened_again(bench: Bench) -> None:
    """A printer switched off and on between two customers costs no receipt."""
    assert outcome(bench.prints(1)) == (None, False)
    bench.suffers("unplug", "plug")
    assert outcome(bench.prints(2)) == (None, False)


def test_held_data_of_an_earlier_run_never_comes_out(bench: Bench) -> None:
    """A kiosk that died in mid-job left bytes in the printer; the next start clears them."""
    bench.suffers("speed_mm_s=10")
    crashed = connect(bench.simulator.address)
    crashed.write(encode(lay_out(specimen(5, number=1))).data)
    until(lambda: bench.view.state == "printing")
    Cancel().wait(0.3)
    crashed.close()
    bench.suffers("speed_mm_s=0")
    assert outcome(bench.prints(2)) == (None, False)
    assert holds_only(bench.papers()[-1], 2)
    assert not any("s000001" in paper for paper in bench.papers())


def test_a_printer_without_process_ids_confirms_weakly(bench: Bench) -> None:
    """It is learnt by asking, and the event says how much the word is worth."""
    bench.suffers("no_process_id")
    assert bench.prints(1) == ReceiptPrinted(JobId("job-1"), weak=True)
    assert bench.prints(2) == ReceiptPrinted(JobId("job-2"), weak=True)
    assert [holds_only(paper, number) for number, paper in enumerate(bench.papers(), 1)] == [
        True
    ] * 2


def test_a_printer_without_process_ids_still_fails_when_paper_ends(bench: Bench) -> None:
    """The weak word is not given for a receipt that stands still in the buffer."""
    bench.suffers("no_process_id", "paper_end_after_mm=60")
    assert outcome(bench.prints(1)) == (PrintFault.PAPER_OUT, True)
    bench.suffers("paper_loaded")
    assert outcome(bench.prints(2)) == (None, False)
    assert holds_only(bench.papers()[-1], 2)


def test_another_printer_in_its_place_is_learnt_anew(bench: Bench) -> None:
    """A printer swapped for one without process ids costs one receipt, not all."""
    assert outcome(bench.prints(1)) == (None, False)
    bench.suffers("no_process_id")
    assert outcome(bench.prints(2)) == (PrintFault.UNCONFIRMED, True)
    assert bench.prints(3) == ReceiptPrinted(JobId("job-3"), weak=True)


def test_a_silent_printer_fails_the_job_in_time(bench: Bench) -> None:
    """Connected but dead: off-line before anything of the receipt was sent."""
    bench.suffers("mute")
    assert outcome(bench.prints(1)) == (PrintFault.OFFLINE, False)
    bench.suffers("unmute")
    assert outcome(bench.prints(2)) == (None, False)
    assert [holds_only(paper, 2) for paper in bench.papers()] == [True]


def test_a_printer_that_falls_silent_while_printing_is_given_up(bench: Bench) -> None:
    """Every wait has an end; what came out is not claimed."""
    assert outcome(bench.prints(1)) == (None, False)
    bench.suffers("speed_mm_s=100")
    hush = threading.Timer(0.5, bench.simulator.fault, ["mute"])
    hush.start()
    assert outcome(bench.prints(2)) == (PrintFault.UNCONFIRMED, True)
    hush.join()


def test_garbage_among_the_answers_confirms_nothing_and_breaks_nothing(bench: Bench) -> None:
    """Noise on the return line before and during a job."""
    bench.suffers("garbage")
    assert outcome(bench.prints(1)) == (None, False)
    bench.suffers("speed_mm_s=300")
    noise = threading.Timer(0.2, bench.simulator.fault, ["garbage"])
    noise.start()
    assert outcome(bench.prints(2)) == (None, False)
    noise.join()


def test_a_cancelled_job_is_cleared(bench: Bench) -> None:
    """Cancelling in mid-job leaves nothing that would come out later."""
    bench.suffers("speed_mm_s=60")
    cancel = Cancel()
    wish = threading.Timer(0.5, cancel.set)
    wish.start()
    command = PrintReceipt(JobId("unwanted"), specimen(9, number=1))
    (event,) = bench.driver.execute(command, cancel)
    wish.join()
    assert outcome(event) == (PrintFault.UNCONFIRMED, True)
    bench.suffers("speed_mm_s=0")
    assert outcome(bench.prints(2)) == (None, False)
    assert holds_only(bench.papers()[-1], 2)


def test_other_commands_are_our_own_mistake(bench: Bench) -> None:
    """A printer is asked to print and nothing else."""
    with pytest.raises(LocalProtocolError):
        next(bench.driver.execute(ReadyTerminal(), Cancel()))


def test_watching_tells_each_change(bench: Bench) -> None:
    """On-line first, then the condition now, then every change of it."""
    wanted = Cancel()
    run = bench.driver.watch(wanted)
    assert next(run) == DeviceOnline(Device.PRINTER)
    assert run.send(Verdict.KEEP) == PrinterStatus(None)
    bench.suffers("paper_low")
    assert run.send(Verdict.KEEP) == PrinterStatus(None, paper_low=True)
    bench.suffers("cover_open")
    assert run.send(Verdict.KEEP) == PrinterStatus(PrintFault.COVER_OPEN, paper_low=True)
    bench.suffers("cover_closed")
    assert run.send(Verdict.KEEP) == PrinterStatus(None, paper_low=True)
    bench.suffers("paper_loaded")
    assert run.send(Verdict.KEEP) == PrinterStatus(None)
    wanted.set()
    assert next(run, None) is None


def test_watching_a_printer_that_is_not_there_says_so(bench: Bench) -> None:
    """Unavailable: nothing was sent, the worker backs off."""
    bench.suffers("unplug")
    with pytest.raises(Unavailable):
        next(bench.driver.watch(Cancel()))


def test_a_peer_that_accepts_and_says_nothing_is_no_printer() -> None:
    """A socket somewhere is not a device: watching fails, printing fails, both in time."""
    nobody = listen("tcp://127.0.0.1:0")
    driver = EscposPrinter(nobody.address, clock=CLOCK, patience=PATIENCE)
    with pytest.raises(Unavailable):
        next(driver.watch(Cancel()))
    command = PrintReceipt(JobId("job"), specimen(1))
    (event,) = driver.execute(command, Cancel())
    assert outcome(event) == (PrintFault.OFFLINE, False)
    driver.close()
    nobody.close()


def test_a_peer_that_never_stops_talking_does_not_hold_the_driver() -> None:
    """Noise without end: each wait has its own end, and nothing is claimed to be printed."""
    peer, over = listen("tcp://127.0.0.1:0"), threading.Event()

    def talk() -> None:
        line = peer.accept(5)
        while line and not over.is_set():
            try:
                line.write(b"\xff\x41\x37\x10" * 64)
            except DeviceError:
                line.close()
                line = peer.accept(1)
        if line:
            line.close()

    talker = threading.Thread(target=talk)
    talker.start()
    driver = EscposPrinter(peer.address, clock=CLOCK, patience=PATIENCE)
    command = PrintReceipt(JobId("job"), specimen(1))
    began = CLOCK.monotonic()
    (event,) = driver.execute(command, Cancel())
    assert CLOCK.monotonic() - began < 10
    assert isinstance(event, ReceiptFailed)
    driver.close()
    over.set()
    talker.join()
    peer.close()


def test_a_silent_peer_does_not_keep_a_watch_from_ending() -> None:
    """A command that is wanted does not wait for the answers of a dead printer."""
    nobody = listen("tcp://127.0.0.1:0")
    driver, wanted = EscposPrinter(nobody.address, clock=CLOCK), Cancel()
    wish = threading.Timer(0.05, wanted.set)
    wish.start()
    began = CLOCK.monotonic()
    assert list(driver.watch(wanted)) == []
    assert CLOCK.monotonic() - began < 0.5
    wish.join()
    driver.close()
    nobody.close()


def test_a_job_cancelled_before_it_began_sends_nothing(bench: Bench) -> None:
    """Nothing on paper, and the event says so."""
    cancel = Cancel()
    cancel.set()
    command = PrintReceipt(JobId("job"), specimen(1))
    (event,) = bench.driver.execute(command, cancel)
    assert isinstance(event, ReceiptFailed)
    assert not event.partial
    assert bench.papers() == []


@pytest.mark.parametrize("lost", ["unplug", "mute"])
def test_watching_notices_a_printer_that_goes_away(bench: Bench, lost: str) -> None:
    """A dead line and a silent one alike end the watch with an error."""
    run = bench.driver.watch(Cancel())
    assert next(run) == DeviceOnline(Device.PRINTER)
    assert isinstance(run.send(Verdict.KEEP), PrinterStatus)
    bench.suffers(lost)
    with pytest.raises(DeviceError):
        for _ in run:
            pass
    bench.suffers("plug", "unmute")
    assert next(bench.driver.watch(Cancel())) == DeviceOnline(Device.PRINTER)


def test_long_receipts_are_not_sent_far_ahead(tmp_path: Path) -> None:
    """A printer that stands still holds little of a long receipt."""
    sent: list[int] = []
    simulator = PrinterSimulator(listen("tcp://127.0.0.1:0"), tmp_path, render=False, speed_mm_s=30)
    simulator.start()
    driver = EscposPrinter(
        simulator.address,
        clock=CLOCK,
        patience=PATIENCE,
        tap=lambda way, data: sent.append(len(data)) if way == "tx" else None,
    )
    stop = threading.Timer(0.6, simulator.fault, ["paper_out"])
    stop.start()
    command = PrintReceipt(JobId("long"), specimen(150))
    (event,) = driver.execute(command, Cancel())
    stop.join()
    assert outcome(event) == (PrintFault.PAPER_OUT, True)
    assert sum(sent) < 3000
    until(lambda: simulator.view().state == "stopped")
    driver.close()
    simulator.stop()
