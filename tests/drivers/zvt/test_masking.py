"""Long numbers and IBANs in texts: stars but for the last four signs, the length as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.zvt.masking import starred


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("123456789", "123456789"),
        ("1234567890", "******7890"),
        ("PAN 6725 9012-34567890123.", "PAN **** ****-*******0123."),
        ("Summe EUR 1234567,89", "Summe EUR 1234567,89"),
        ("IBAN DE89370400440532013000", "IBAN ******************3000"),
        ("IBAN: DE89 3704 0044 0532 0130 00", "IBAN: **** **** **** **** **30 00"),
        ("GB82WEST12345698765432 ok", "******************5432 ok"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "**** **** **** **** **** **** ***0 01S"),
        ("NO93 8601 1117 947", "**** **** ***7 947"),
        ("TA12 BNR 0042 AS-PROC 00", "TA12 BNR 0042 AS-PROC 00"),
    ],
)
def test_of_long_numbers_the_end_is_left(text: str, kept: str) -> None:
    """Blanks and dashes between the digits stay."""
    assert starred(text) == kept


@given(st.text(alphabet="0189 -AZx\x00\t*", max_size=60))
def test_any_text_keeps_its_length(text: str) -> None:
    """And at most nine digits in a row."""
    kept = starred(text)
    assert len(kept) == len(text)
    assert not any(part.isdigit() and len(part) > 9 for part in kept.replace("*", " ").split())
