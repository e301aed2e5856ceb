"""Faults by name."""

from __future__ import annotations

import pytest

from drivers.printer.faults import CABLE, FAULTS, WITH_AMOUNT, parsed
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
    assert set(FAULTS) >= WITH_AMOUNT
