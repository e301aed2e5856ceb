"""The made-up sale."""

from __future__ import annotations

import pytest

from drivers.printer.specimen import specimen
from kiosk.fiscal import qr_text
from kiosk.receipt import Kind


@pytest.mark.parametrize("lines", [1, 5, 30])
def test_a_specimen_has_the_length_asked_for(lines: int) -> None:
    """It adds up, or `Receipt` would not have taken it."""
    goods = [item for item in specimen(lines).items if item.kind is Kind.GOODS]
    assert len(goods) == lines
    assert specimen(lines) == specimen(lines)


def test_made_up_evidence_is_as_long_as_real_evidence_is() -> None:
    """Some 350 bytes: what a QR code on a receipt has to hold."""
    signed = specimen(5, secured=True)
    assert signed.security is not None
    assert 320 <= len(qr_text(signed.kiosk, signed.security)) <= 380
