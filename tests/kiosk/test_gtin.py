"""Codes to GTINs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.events import CodeFault
from kiosk.gtin import check_digit, expanded, gtin_of

# Numbers printed in the GS1 General Specifications and on common goods.
GOOD = [
    ("E0", "4006381333931", 4006381333931),
    ("", "4006381333931", 4006381333931),
    ("E4", "96385074", 96385074),
    ("", "96385074", 96385074),
    ("E0", "036000291452", 36000291452),
    ("", "036000291452", 36000291452),
    ("E0", "0036000291452", 36000291452),
    ("E0", "01234565", 12345000065),
    ("", "04252614", 42100005264),
    ("E3", "400638133393112", 4006381333931),
    ("E3", "400638133393112345", 4006381333931),
]
BAD = [
    ("E0", "4006381333932", CodeFault.CHECK_DIGIT),
    ("E4", "96385075", CodeFault.CHECK_DIGIT),
    ("E0", "91234565", CodeFault.CHECK_DIGIT),
    ("E4", "4006381333931", CodeFault.FOREIGN),
    ("E0", "400638133393", CodeFault.CHECK_DIGIT),
    ("E0", "40063813339", CodeFault.FOREIGN),
    ("C1", "0104006381333931", CodeFault.FOREIGN),
    ("Q1", "4006381333931", CodeFault.FOREIGN),
    ("A0", "4006381333931", CodeFault.FOREIGN),
    ("", "HTTPS://EXAMPLE", CodeFault.FOREIGN),
    ("", "", CodeFault.FOREIGN),
    ("E0", "٤٠٠٦٣٨١٣٣٣٩٣١", CodeFault.FOREIGN),
    ("E3", "4006381333931123", CodeFault.FOREIGN),
]


@pytest.mark.parametrize(("symbology", "text", "gtin"), GOOD)
def test_a_right_code_is_a_number(symbology: str, text: str, gtin: int) -> None:
    """With or without a named symbology; an add-on is no part of it."""
    assert gtin_of(symbology, text) == gtin


@pytest.mark.parametrize(("symbology", "text", "fault"), BAD)
def test_a_wrong_code_says_why(symbology: str, text: str, fault: CodeFault) -> None:
    """Misread and not sold by are two things."""
    assert gtin_of(symbology, text) is fault


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
    ],
)
def test_upc_e_is_expanded_by_its_last_digit(short: str, long: str) -> None:
    """GS1 General Specifications, one row of the table each (check digits as in the short form)."""
    assert (expanded(short) or "")[:-1] == long[:-1]


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, shift: int) -> None:
    """What the check digit is for."""
    code = body + check_digit(body)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert gtin_of("E0", code) == int(code)
    assert gtin_of("E0", wrong) is CodeFault.CHECK_DIGIT


@given(st.text(max_size=6), st.text(max_size=40))
def test_any_text_gets_an_answer(symbology: str, text: str) -> None:
    """A stranger's code never raises."""
    assert isinstance(gtin_of(symbology, text), int | CodeFault)
