"""Texts of the security module: places of classes, amounts, the QR code's fields.

The layout is DSFinV-K's, appendix I; the amounts are ours.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.printer.specimen import specimen
from kiosk.fiscal import Paid, place_of, process_data, qr_text
from kiosk.money import Money
from kiosk.pricing import vat_row


def test_process_data_has_all_five_places() -> None:
    """Whatever was sold, in the order of the law's classes and not of the receipt."""
    rows = (vat_row(700, Money(150)), vat_row(1900, Money(1999)))
    paid = ((Paid.CASHLESS, Money(2149)),)
    assert process_data(rows, paid) == "Beleg^19.99_1.50_0.00_0.00_0.00^21.49:Unbar"


def test_old_rates_keep_their_class() -> None:
    """In the second half of 2020 the general rate was 16 %."""
    rows = (vat_row(1600, Money(100)), vat_row(500, Money(200)), vat_row(550, Money(300)))
    assert process_data(rows, ()) == "Beleg^1.00_2.00_0.00_3.00_0.00^"


def test_two_ways_to_pay_and_another_currency() -> None:
    """Each with its amount; only a foreign currency is named."""
    paid = ((Paid.CASH, Money(500)), (Paid.CASHLESS, Money(-5, "CHF")))
    assert process_data((), paid).endswith("^5.00:Bar_-0.05:Unbar:CHF")


def test_a_rate_of_no_class_is_refused() -> None:
    """Rather than put somewhere."""
    with pytest.raises(ValueError, match=r"3\.8 % has no place"):
        place_of(380)


def test_the_qr_code_has_twelve_fields() -> None:
    """In their order; times in UTC."""
    receipt = specimen(5, secured=True)
    assert receipt.security is not None
    fields = qr_text("K1", receipt.security).split(";")
    assert len(fields) == 12
    assert fields[:8] == [
        "V0",
        "K1",
        "Kassenbeleg-V1",
        "Beleg^3.33_4.61_0.00_0.00_0.00^7.94:Unbar",
        "4711",
        "9423",
        "2026-07-15T14:01:09.000Z",
        "2026-07-15T14:03:09.000Z",
    ]
    assert qr_text("K2", replace(receipt.security, counter=1)).split(";")[1:6:4] == ["K2", "1"]
