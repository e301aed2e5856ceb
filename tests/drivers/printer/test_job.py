"""One job over a wire of our own, step by step."""

from __future__ import annotations

from drivers.printer.job import JobState, PrintJob
from drivers.printer.link import Link
from drivers.printer.status import BufferStatus, printed_mark
from kiosk.checkout.events import PrintFault
from kiosk.ports import Cancel
from tests.drivers.printer.bench import CLOCK
from tests.drivers.printer.test_link import Wire

PIECES = (b"eins\n", b"zwei\n", b"drei\n", b"vier\n\x1dV\x00")


def job(wire: Wire, *, marks: bool = True, flow_control: bool = False) -> PrintJob:
    """A job of series 7."""
    return PrintJob(Link(wire, CLOCK, flow_control=flow_control), CLOCK, marks=marks, series=7)


def test_all_pieces_come_out_in_order() -> None:
    """Printed: stage SENT, nothing awaited, everything on one piece of paper."""
    wire = Wire()
    work = job(wire)
    assert work.run(PIECES, Cancel(), 2.0) is None
    assert work.done
    assert [sheet.text for sheet in wire.printer.sheets()] == ["eins\nzwei\ndrei\nvier\n"]


def test_a_printer_without_marks_is_asked_for_its_buffer() -> None:
    """GS r stands in for each mark."""
    wire = Wire()
    wire.printer.process_id = False
    assert job(wire, marks=False).run(PIECES, Cancel(), 2.0) is None


def test_a_stray_byte_is_not_taken_for_the_buffer_s_answer() -> None:
    """Only what says that there is paper confirms weakly."""
    wire = Wire()
    wire.printer.mute = True
    work = job(wire, marks=False)
    work.run(PIECES[-1:], Cancel(), 0.1)
    work.heed([BufferStatus(0x41), BufferStatus(0x0C)])
    assert not work.done
    work.heed([BufferStatus(0x03)])
    assert work.done


def test_no_word_is_no_print() -> None:
    """Patience ends; a job that waited for a word it never got is not done."""
    wire = Wire()
    wire.printer.process_id = False
    work = job(wire)
    assert work.run(PIECES, Cancel(), 0.1) is PrintFault.UNCONFIRMED
    assert not work.done
    assert work.touched_paper


def test_the_marks_of_another_job_confirm_nothing() -> None:
    """A late echo of the receipt before is not taken for this one's."""
    wire = Wire()
    wire.printer.mute = True
    work = job(wire)
    work.run(PIECES[-1:], Cancel(), 0.1)
    work.heed([printed_mark(b"0600"), printed_mark(b"0799"), BufferStatus(0)])
    assert not work.done
    work.heed([printed_mark(b"0700")])
    assert work.done


def test_a_later_mark_does_not_stand_for_an_earlier_one() -> None:
    """Switched off and on in between, a printer has lost the first and answers for the second."""
    wire = Wire()
    wire.printer.mute = True
    work = job(wire)
    work.run(PIECES[:2], Cancel(), 0.1)
    work.heed([printed_mark(b"0701")])
    assert not work.done
    assert work.run((), Cancel(), 60.0) is PrintFault.UNCONFIRMED


def test_nothing_was_touched_before_the_first_piece() -> None:
    """Queued and checked is not sent."""
    work = job(Wire())
    assert work.state is JobState.QUEUED
    assert not work.touched_paper


def test_a_printer_that_says_stop_gets_no_more() -> None:
    """XOFF before the first piece: nothing is sent, and XON lets it go on."""
    wire = Wire()
    wire.printer.say(b"\x13")
    work = job(wire, flow_control=True)
    work._link.receive(0)
    assert work.run(PIECES, Cancel(), 0.1) is PrintFault.UNCONFIRMED
    assert not work.touched_paper
    wire.printer.say(b"\x11")
    work._link.receive(0)
    assert work.run(PIECES, Cancel(), 2.0) is None
