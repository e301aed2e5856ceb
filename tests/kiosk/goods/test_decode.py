"""One way in for every symbology."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.events import CodeFault
from kiosk.goods.decode import Decoder
from kiosk.goods.found import DepositSlip, Goods
from kiosk.goods.templates import Templates
from kiosk.ids import Gtin

DECODER = Decoder(Templates(slips=("98SSSSSPPPPPK",)), lambda: date(2026, 11, 22))
MILK = Goods(Gtin(4012345000016))


@pytest.mark.parametrize(
    ("symbology", "text"),
    [
        ("", "4012345000016"),
        ("E0", "4012345000016"),
        ("C1", "0104012345000016"),
        ("e0", "0104012345000016"),
        ("d2", "0104012345000016\x1d10A"),
        ("Q3", "0104012345000016"),
        ("Q1", "https://example.com/01/04012345000016"),
        ("d1", "https://example.com/01/04012345000016"),
        ("", "https://example.com/01/04012345000016"),
    ],
)
def test_one_article_in_all_its_clothes(symbology: str, text: str) -> None:
    """Whichever symbol a maker prints."""
    assert DECODER.decode(symbology, text) == MILK


@pytest.mark.parametrize(
    ("symbology", "text", "fault"),
    [
        ("E0", "4012345000017", CodeFault.CHECK_DIGIT),
        ("C1", "0104012345000017", CodeFault.CHECK_DIGIT),
        ("Q1", "https://example.com/01/04012345000017", CodeFault.CHECK_DIGIT),
        ("C0", "0104012345000016", CodeFault.FOREIGN),
        ("C1", "4012345000016", CodeFault.FOREIGN),
        ("E0", "https://example.com/01/04012345000016", CodeFault.FOREIGN),
        ("Q1", "https://example.com/", CodeFault.FOREIGN),
        ("Q1", "4012345000016", CodeFault.FOREIGN),
    ],
)
def test_what_is_not_sold_by_says_why(symbology: str, text: str, fault: CodeFault) -> None:
    """A misread code is never another code."""
    assert DECODER.decode(symbology, text) is fault


@given(
    st.sampled_from(["", "E0", "E3", "E4", "C0", "C1", "e0", "d1", "d2", "Q1", "Q3", "I1"]),
    st.text(),
)
def test_any_code_gets_an_answer(symbology: str, text: str) -> None:
    """Never an exception."""
    assert isinstance(DECODER.decode(symbology, text), Goods | DepositSlip | CodeFault)


def test_common_codes_wait_for_no_library() -> None:
    """EAN is read without loading what reads GS1."""
    program = (
        "import sys; from kiosk.goods.decode import Decoder; from kiosk.goods.templates import *;"
        "Decoder(Templates(), lambda: None).decode('E0', '2812345006785'); print('biip' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
