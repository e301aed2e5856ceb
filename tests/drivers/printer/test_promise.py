"""The promise: a receipt is printed when the printer says so, and nothing of it comes out later."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.device import EscposPrinter
from drivers.printer.document import as_text
from drivers.printer.layout import lay_out
from drivers.printer.mechanism import Mechanism
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import PrintReceipt
from kiosk.checkout.events import Event, PrintFault, ReceiptFailed, ReceiptPrinted
from kiosk.ids import JobId
from kiosk.ports import Cancel
from tests.drivers.printer.bench import CLOCK
from tests.drivers.printer.test_link import Wire

MISHAPS = ("cover_open", "offline", "cutter", "hot", "paper_out")


class Mishap(Wire):
    """A wire whose printer gets into trouble after so many bytes have been sent to it."""

    after = 1 << 30
    trouble = ""
    sent = 0

    def write(self, data: bytes) -> None:
        """Pass the bytes on one by one until it happens."""
        for at in range(len(data)):
            self.sent += 1
            if self.sent == self.after:
                self.printer.advance(CLOCK.monotonic())
                setattr(self.printer.troubles, self.trouble, True)
            super().write(data[at : at + 1])


def printing(wire: Wire, number: int, lines: int) -> tuple[Event, EscposPrinter]:
    """A driver at the wire, and the outcome of its first job."""

    def connect(_: str) -> Wire:
        wire.open = True
        return wire

    driver = EscposPrinter("tcp://wire:1", clock=CLOCK, connect=connect, patience=0.5)
    command = PrintReceipt(JobId("job"), specimen(lines, number=number))
    (event,) = driver.execute(command, Cancel())
    return event, driver


def next_customer(driver: EscposPrinter, wire: Wire) -> tuple[Event, list[str]]:
    """What comes out for the next one, after all troubles are over."""
    before = wire.printer.sheets()
    (event,) = driver.execute(PrintReceipt(JobId("next"), specimen(2, number=2)), Cancel())
    return event, [sheet.text for sheet in (*before, *wire.printer.sheets()) if not sheet.torn]


def whole(number: int, lines: int) -> str:
    """The paper of a receipt."""
    return as_text(lay_out(specimen(lines, number=number)))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 260), st.integers(1, 9), st.booleans())
def test_wherever_the_roll_ends(millimetres: float, lines: int, process_id: bool) -> None:
    """The word of the driver and the paper agree, and the next customer gets the next receipt."""
    wire = Wire(Mechanism(process_id=process_id))
    wire.printer.paper_left_mm = millimetres
    event, driver = printing(wire, 1, lines)
    came_out = [sheet.text for sheet in wire.printer.sheets()]
    if isinstance(event, ReceiptPrinted):
        assert came_out == [whole(1, lines)]
    else:
        assert event == ReceiptFailed(JobId("job"), PrintFault.PAPER_OUT, partial=True)
        assert came_out == []
    wire.printer.load_paper()
    assert next_customer(driver, wire) == (
        ReceiptPrinted(JobId("next"), weak=not process_id),
        [whole(2, 2)],
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1500), st.sampled_from(MISHAPS), st.integers(1, 6))
def test_at_whatever_byte_trouble_comes(after: int, trouble: str, lines: int) -> None:
    """Between any two bytes: what is printed is whole, what may be on paper is called partial."""
    word_and_paper_agree(after, trouble, lines)


def test_between_the_cut_and_its_mark() -> None:
    """Where all is on paper and the printer could not say so: each of the last bytes."""
    sound = Mishap()
    printing(sound, 1, 1)
    for after in range(sound.sent - 24, sound.sent + 1):
        word_and_paper_agree(after, "offline", 1)


def test_in_the_middle_of_what_is_asked_before_a_receipt() -> None:
    """The cover is opened while it is asked for its marks: given up unconfirmed, on a line anew."""
    word_and_paper_agree(71, "cover_open", 1)


def word_and_paper_agree(after: int, trouble: str, lines: int) -> None:
    """What the driver says of one receipt, and the next customer's paper."""
    wire = Mishap()
    wire.after, wire.trouble = after, trouble
    event, driver = printing(wire, 1, lines)
    came_out = [sheet.text for sheet in wire.printer.sheets()]
    came = came_out == [whole(1, lines)]
    printed = isinstance(event, ReceiptPrinted)
    assert came or not printed
    # Behind the cut and before its mark all is on paper and nobody has said so.
    assert not came or printed or (isinstance(event, ReceiptFailed) and event.partial)
    wire.after = 1 << 30
    for name in MISHAPS:
        setattr(wire.printer.troubles, name, False)
    outcome, papers = next_customer(driver, wire)
    assert isinstance(outcome, ReceiptPrinted)
    assert papers[-1] == whole(2, 2)
    # All of it may have been on paper before the cut failed: then the driver has said "partial",
    # a second print is a copy, and the piece is cut off before the next receipt begins.
    on_paper = whole(1, lines) in papers[:-1]
    assert not on_paper or (isinstance(event, ReceiptFailed) and event.partial)
