"""Questions to a printer that answers all, some or none of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from drivers.printer.link import Link, mark_request
from drivers.printer.mechanism import Mechanism
from drivers.printer.status import Condition
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
