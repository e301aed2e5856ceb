"""Faults by name."""

from __future__ import annotations

import pytest

from drivers.printer.faults import CABLE, FAULTS, WITH_AMOUNT, parsed
from drivers.printer.link import CLEAR_BUFFERS
from drivers.printer.mechanism import Mechanism


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_can_happen(name: str) -> None:
    """Each name does something to a printer without breaking it."""
    printer = Mechanism()
    FAULTS[name](printer, 5.0)
    printer.advance(1)
    assert name in FAULTS


@pytest.mark.parametrize(
    ("asked", "name", "amount"),
    [
        ("paper_out", "paper_out", 0.0),
        ("paper_end_after_mm=40.5", "paper_end_after_mm", 40.5),
        ("plug", "plug", 0.0),
    ],
)
def test_a_name_may_carry_an_amount(asked: str, name: str, amount: float) -> None:
    """`name=number` where the fault is a matter of degree."""
    assert parsed(asked) == (name, amount)


@pytest.mark.parametrize(
    "asked", ["", "fire", "paper_out=3", "paper_end_after_mm", "paper_end_after_mm=x"]
)
def test_what_no_printer_has_is_refused(asked: str) -> None:
    """The message names all there are."""
    with pytest.raises(ValueError, match=r"paper_out|could not convert"):
        parsed(asked)


def test_names_are_told_apart() -> None:
    """Cable matters are the simulator's, and amounts belong to faults that exist."""
    assert not set(CABLE) & set(FAULTS)
    assert {*FAULTS, *CABLE} >= WITH_AMOUNT


RECEIPT = b"Bon\n\x1dV\x00"
STATUS_3 = b"\x10\x04\x03"


def happens(printer: Mechanism, *faults: str) -> None:
    """Let these faults happen and a second pass."""
    for fault in faults:
        name, amount = parsed(fault)
        FAULTS[name](printer, amount)
    printer.advance(printer._rested + 1)


def answer(printer: Mechanism, data: bytes) -> str:
    """What it says to these bytes."""
    printer.receive(data)
    return printer.answers().hex()


def test_an_error_of_the_cutter_waits_for_hand_and_host() -> None:
    """DLE ENQ alone does not help, freeing the blade alone does not; both do, and it is cut."""
    printer = Mechanism()
    happens(printer, "cutter_jam_at_cut")
    printer.receive(RECEIPT)
    happens(printer)
    assert answer(printer, STATUS_3) == "1a"
    assert printer.sheets() == []
    printer.receive(b"\x10\x05\x01")
    assert printer.troubles.cutter
    happens(printer, "cutter_freed")
    assert printer.troubles.cutter
    printer.receive(b"\x10\x05\x01")
    happens(printer)
    assert [sheet.text for sheet in printer.sheets()] == ["Bon\n"]


def test_recovery_by_clearing_drops_what_was_held() -> None:
    """DLE ENQ 2: what is on paper stays, the rest of the job is gone."""
    printer = Mechanism()
    happens(printer, "cutter_jam_at_cut")
    printer.receive(RECEIPT + b"Rest\n\x1dV\x00")
    happens(printer)
    happens(printer, "cutter_freed")
    printer.receive(b"\x10\x05\x02\x1dV\x00")
    happens(printer)
    assert [sheet.text for sheet in printer.sheets()] == ["Bon\n"]
    assert not printer.printing


def test_a_cover_lifted_while_printing_is_an_error_that_passes() -> None:
    """Auto-recoverable (n = 3, 40h) until it is shut; at rest it is only an open cover."""
    printer = Mechanism(speed=1)
    happens(printer, "cover_open")
    assert answer(printer, STATUS_3) == "12"
    happens(printer, "cover_closed")
    printer.receive(RECEIPT)
    happens(printer, "cover_open")
    assert answer(printer, STATUS_3) == "52"
    happens(printer, "cover_closed")
    assert answer(printer, STATUS_3) == "12"


def test_what_it_does_not_know_it_does_not_answer() -> None:
    """fn 8 of DLE DC4, and the third question, one by one."""
    printer = Mechanism()
    happens(printer, "no_clear", "no_answer_3")
    assert answer(printer, CLEAR_BUFFERS + STATUS_3 + b"\x10\x04\x01") == "12"
    happens(printer, "clear_known", "answer_3")
    assert answer(printer, CLEAR_BUFFERS + STATUS_3) == "37250012"


def test_a_stuck_drawer_stays_shut() -> None:
    """The switch in the drawer tells; DLE EOT 1 and GS r 2."""
    printer = Mechanism()
    happens(printer, "drawer_stuck")
    kick = b"\x10\x14\x01\x00\x01"
    assert answer(printer, kick + b"\x10\x04\x01") == "12"
    happens(printer, "drawer_freed")
    assert answer(printer, kick + b"\x10\x04\x01") == "16"
    happens(printer, "drawer_closed")
    printer.receive(b"\x1bp\x00\x10\x10\x1dr2")
    happens(printer)
    assert printer.answers() == b"\x01"


def test_the_line_is_lost_with_the_paper_where_it_was() -> None:
    """Nothing goes on before the host's side has noticed."""
    printer = Mechanism()
    happens(printer, "disconnect_at_mm=5")
    printer.receive(b"A\nB\nC\n" + RECEIPT)
    happens(printer)
    assert printer.line_lost_after_mm == 0
    assert printer.printing
    printer.line_lost_after_mm = None
    happens(printer)
    assert [sheet.text for sheet in printer.sheets()] == ["A\nB\nC\nBon\n"]


def test_a_slow_printer_can_be_quick_again() -> None:
    """Its speed is the one it was built with."""
    printer = Mechanism(speed=150)
    happens(printer, "slow")
    assert printer.speed < 20
    happens(printer, "full_speed")
    assert printer.speed == 150
