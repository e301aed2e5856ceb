"""What a shop and a member add to the paper, and where they must not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.printer.stationery import parse
from kiosk.checkout.commands import PrintReceipt
from kiosk.checkout.events import ReceiptPrinted
from kiosk.ids import NOBODY, Handle, JobId
from kiosk.ports import Cancel
from kiosk.words import Language
from tests.drivers.printer.bench import Bench

POINTS = "Punkte vor diesem Einkauf: 120"
MEMBER = Handle("feed")


def lines_of(handle: Handle, language: Language) -> tuple[str, ...]:
    """A vault that knows one member."""
    return (POINTS,) if handle == MEMBER and language is Language.DE else ()


@pytest.mark.parametrize(("member", "there"), [(MEMBER, True), (NOBODY, False)])
def test_points_stand_on_the_receipt_they_were_lent_for(
    bench: Bench, member: Handle, there: bool
) -> None:
    """And on no other: the machine lends them for the first print only."""
    bench.driver._loyalty = lines_of
    job = JobId("j")
    (event,) = bench.driver.execute(PrintReceipt(job, specimen(2), member), Cancel())
    assert isinstance(event, ReceiptPrinted)
    assert (POINTS in bench.papers()[0]) is there


def test_the_shop_s_own_paper(bench: Bench) -> None:
    """Header and footer from the text file, on every receipt."""
    own = parse("Frisch vom Ring\n{receipt}\nBis bald!", 48, Path("receipt.txt"))
    bench.driver._look = partial(lay_out, columns=48, stationery=own)
    list(bench.driver.execute(PrintReceipt(JobId("j"), specimen(2)), Cancel()))
    (paper,) = bench.papers()
    assert paper.lstrip().startswith("Frisch vom Ring")
    assert paper.rstrip().endswith("Bis bald!")
