"""Questions to a printer that answers all, some or none of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from drivers.line import TappedLine
from drivers.printer.link import Link, mark_request
from drivers.printer.mechanism import Mechanism
from drivers.printer.profiles import Clear
from drivers.printer.status import Condition
from kiosk.checkout.events import PrintFault
from kiosk.ports import Cancel, Silent
from tests.drivers.printer.bench import CLOCK


@dataclass
class Wire:
    """A line straight into a mechanism; `deaf_to` are commands it does not know."""

    printer: Mechanism = field(default_factory=Mechanism)
    deaf_to: tuple[bytes, ...] = ()
    open: bool = True

    def read(self, seconds: float) -> bytes:
        self.printer.advance(CLOCK.monotonic())
        said = self.printer.answers()
        if not said:
            Cancel().wait(seconds)
        return said

    def write(self, data: bytes) -> None:
        if not self.open:
            raise Silent("closed")
        if not any(data.startswith(deaf) for deaf in self.deaf_to):
            self.printer.receive(data)

    def close(self) -> None:
        self.open = False


def link(*deaf_to: bytes, process_id: bool = True) -> Link:
    """A link to a new printer."""
    return Link(Wire(Mechanism(process_id=process_id), deaf_to), CLOCK)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """A deadline, generous enough for a busy machine."""
    began = CLOCK.monotonic()
    yield
    assert CLOCK.monotonic() - began < seconds


def test_the_condition_is_asked_in_four_answers() -> None:
    """A printer at rest."""
    assert link().ask_condition(Cancel()) == Condition()


def test_a_printer_that_does_not_know_one_question_is_still_heard() -> None:
    """Clones leave out DLE EOT 3; its neighbour's answer is not taken for it."""
    wire = Wire(deaf_to=(b"\x10\x04\x03",))
    wire.printer.troubles.paper_low = True
    assert Link(wire, CLOCK).ask_condition(Cancel()) == Condition(paper_low=True)


def test_a_silent_printer_has_no_condition() -> None:
    """And finding out ends."""
    with within(3):
        assert link(b"\x10\x04").ask_condition(Cancel()) is None


def test_clearing_is_confirmed_or_not() -> None:
    """DLE DC4 fn 8 has an answer, its stand-in DLE ENQ 2 has none."""
    assert link().clear(Cancel())[0]
    with within(3):
        assert not link(b"\x10\x14").clear(Cancel())[0]


@pytest.mark.parametrize(("process_id", "knows"), [(True, True), (False, False)])
def test_marks_are_learnt_by_asking(process_id: bool, knows: bool) -> None:
    """By an answer, and by the absence of one before the next answer."""
    assert link(process_id=process_id).knows_marks(Cancel()) is knows


def test_a_printer_that_stands_still_teaches_nothing() -> None:
    """No answer to either: ask again another time."""
    wire = Wire()
    wire.printer.troubles.offline = True
    assert Link(wire, CLOCK).knows_marks(Cancel()) is None


def test_a_wish_to_stop_ends_every_wait() -> None:
    """Watching must return at once when a receipt is to be printed."""
    stop = Cancel()
    stop.set()
    dead = link(b"\x10", b"\x1d")
    with within(0.5):
        assert dead.ask_condition(stop) is None
        assert dead.polling  # left in the middle, not waited out
        assert not dead.clear(stop)[0]
        assert dead.knows_marks(stop) is None


def test_a_mark_is_written_as_the_reference_says() -> None:
    """GS ( H pL pH fn m d1 d2 d3 d4."""
    assert mark_request(b"abcd") == bytes.fromhex("1d28480600303061626364")


@dataclass
class Noisy(Wire):
    """Says these bytes of its own before its first answers."""

    noise: bytes = b""

    def write(self, data: bytes) -> None:
        noise, self.noise = self.noise, b""
        self.printer.say(noise)
        super().write(data)


@pytest.mark.parametrize("noise", [b"\x16", b"\x1a", b"\x32", b"\x12\x16", b"\x38\0\0\0"])
def test_one_round_of_answers_is_no_fault(noise: bytes) -> None:
    """A stray byte takes the place of an answer; the next round tells otherwise."""
    assert Link(Noisy(noise=noise), CLOCK).ask_condition(Cancel()) == Condition()


def test_what_two_rounds_say_is_believed() -> None:
    """A cover that is open, and one that was closed again."""
    wire = Wire()
    wire.printer.troubles.cover_open = True
    link = Link(wire, CLOCK)
    found = link.ask_condition(Cancel())
    assert found
    assert found.fault is PrintFault.COVER_OPEN
    wire.printer.troubles.cover_open = False
    assert link.ask_condition(Cancel()) == Condition()


def test_a_report_unasked_is_a_reason_to_ask() -> None:
    """Not believed by itself, and the truth is known a moment later."""
    wire = Wire()
    link = Link(wire, CLOCK)
    wire.printer.troubles.cover_open = True
    wire.printer.say(b"\x18\x08\0\0")  # a jam, if it were believed
    link.receive(0)
    assert link.condition == Condition()
    with within(3):
        while link.condition.fault is None:
            link.receive(0.01)
    assert link.condition.fault is PrintFault.COVER_OPEN


def test_enq_2_counts_where_the_printer_tells_an_error_that_it_ends() -> None:
    """It has no answer, and is obeyed after a jam only; a printer without either is sent nothing."""
    wire = Wire()
    link = Link(wire, CLOCK)
    assert not link.clear(Cancel(), Clear.ENQ2)[0]
    for trouble, counts in (("paper_out", False), ("hot", False), ("cutter", True)):
        setattr(wire.printer.troubles, trouble, True)
        link.ask_condition(Cancel())
        assert link.clear(Cancel(), Clear.ENQ2)[0] is counts, trouble
    sent: list[bytes] = []
    tapped = TappedLine(Wire(), lambda way, data: sent.append(data) if way == "tx" else None)
    assert not Link(tapped, CLOCK).clear(Cancel(), Clear.NONE)[0]
    assert sent == []


def test_who_it_is() -> None:
    """Maker, model, serial number; nothing from a printer that does not tell."""
    assert link().identify(Cancel()) == ("OPEN", "SIM-80", "SIM0000001")
    with within(3):
        assert link(b"\x1dI").identify(Cancel()) == ()


def test_an_idle_printer_answers_in_its_turn() -> None:
    """And one that stands still does not."""
    wire = Wire()
    assert Link(wire, CLOCK).worked_off(Cancel())
    wire.printer.troubles.offline = True
    with within(3):
        assert not Link(wire, CLOCK).worked_off(Cancel())


def test_an_error_named_only_in_reports_is_named() -> None:
    """A clone without DLE EOT 3 whose blade is stuck: off-line by its answers, jammed by its report."""
    wire = Wire(deaf_to=(b"\x10\x04\x03",))
    link = Link(wire, CLOCK)
    link.send(b"\x1da\x0f")
    link.receive(0)
    wire.printer.troubles.cutter = True
    with within(5):
        while link.condition.fault is None:
            link.receive(0.01)
    assert link.condition.fault is PrintFault.CUTTER
