"""GS1 element strings: what they say, and what nobody shall be able to make them say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.events import CodeFault
from kiosk.goods.elements import GS, LONGEST, cut, meant
from kiosk.goods.found import MAX_COUNT, MAX_GRAMS, MAX_PRICE, Goods
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money

TODAY = date(2026, 11, 22)
MILK = "0104012345000016"
MEAT = Gtin(94012345000019)
PACK = f"01{MEAT}"


def said(text: str) -> Goods | CodeFault | None:
    elements = cut(text)
    return None if elements is None else meant(elements, TODAY)


GOOD = {
    MILK: Goods(Gtin(4012345000016)),
    GS + MILK: Goods(Gtin(4012345000016)),
    f"{MILK}10A7{GS}21X": Goods(Gtin(4012345000016)),
    f"{MILK}17261231": Goods(Gtin(4012345000016), best_before=date(2026, 12, 31)),
    f"{MILK}15270200": Goods(Gtin(4012345000016), best_before=date(2027, 2, 28)),
    f"{MILK}1527020017261231": Goods(Gtin(4012345000016), best_before=date(2026, 12, 31)),
    f"{MILK}15990101": Goods(Gtin(4012345000016), best_before=date(1999, 1, 1)),
    f"{MILK}15760101": Goods(Gtin(4012345000016), best_before=date(2076, 1, 1)),
    f"{MILK}3012": Goods(Gtin(4012345000016), count=12),
    "0204012345000016376": Goods(Gtin(4012345000016), count=6),
    f"{PACK}3103000742": Goods(MEAT, grams=742),
    f"{PACK}3100000002": Goods(MEAT, grams=2000),
    f"{PACK}3105074200": Goods(MEAT, grams=742),
    f"{PACK}3922599": Goods(MEAT, price=Money(599)),
    f"{PACK}39206": Goods(MEAT, price=Money(600)),
    f"{PACK}39235990": Goods(MEAT, price=Money(599)),
    f"{PACK}3932978599": Goods(MEAT, price=Money(599)),
    f"{PACK}31030007423922599": Goods(MEAT, grams=742, price=Money(599)),
    f"{PACK}3103000742303": Goods(MEAT, grams=742),
    f"{PACK}3922599{GS}3932978599": Goods(MEAT, price=Money(599)),
}


@pytest.mark.parametrize(("text", "goods"), GOOD.items(), ids=lambda each: repr(each)[:40])
def test_what_a_right_code_says(text: str, goods: Goods) -> None:
    """Weight, price, count, and the date that comes first."""
    assert said(text) == goods


BAD = {
    "a wrong check digit": ("0104012345000017", CodeFault.CHECK_DIGIT),
    "a case": (f"011401234500001{check_digit('1401234500001')}", CodeFault.FOREIGN),
    "a measure that is missing": (PACK, CodeFault.FOREIGN),
    "no goods": ("10ABC", CodeFault.FOREIGN),
    "nothing": ("", CodeFault.FOREIGN),
    "number 0": ("0100000000000000", CodeFault.FOREIGN),
    "two articles": (f"{MILK}0104012345000023", CodeFault.FOREIGN),
    "an article and a case": (f"{MILK}0204012345000016371", CodeFault.FOREIGN),
    "a case of nothing": ("0204012345000016", CodeFault.FOREIGN),
    "a count without a case": (f"{MILK}375", CodeFault.FOREIGN),
    "count 0": (f"{MILK}300", CodeFault.FOREIGN),
    "count 100": (f"{MILK}30100", CodeFault.FOREIGN),
    "weight 0": (f"{PACK}3103000000", CodeFault.FOREIGN),
    "a weight of a lorry": (f"{PACK}3100000100", CodeFault.FOREIGN),
    "half a gram": (f"{PACK}3104000015", CodeFault.FOREIGN),
    "two weights": (f"{PACK}31030007423103000001", CodeFault.FOREIGN),
    "two kinds of weight": (f"{PACK}31030007423102000001", CodeFault.FOREIGN),
    "price 0": (f"{PACK}3922000", CodeFault.FOREIGN),
    "a price of a house": (f"{PACK}3922100000000000000", CodeFault.FOREIGN),
    "half a cent": (f"{PACK}39235995", CodeFault.FOREIGN),
    "another currency": (f"{PACK}3932840599", CodeFault.FOREIGN),
    "two prices": (f"{PACK}3922599{GS}3932978598", CodeFault.FOREIGN),
    "a price of one's own for the milk": (f"{MILK}3922001", CodeFault.FOREIGN),
    "half of it at price 0": (f"{PACK}31030007423922000", CodeFault.FOREIGN),
    "no such day": (f"{MILK}15260230", CodeFault.FOREIGN),
}


@pytest.mark.parametrize(("text", "fault"), BAD.values(), ids=BAD)
def test_what_a_wrong_code_is(text: str, fault: CodeFault) -> None:
    """Never a number, a price or a weight that was not said in full."""
    found = said(text)
    assert found is fault or found is None


NOT_CUT = {
    "an identifier nobody knows": "0599",
    "the end is missing": "01040123450000",
    "a tail behind the longest": f"{MILK}10{'A' * 20}3922001",
    "too long": f"{MILK}10A" + GS * LONGEST,
    "other digits": "01" + "٠" * 14,
    "a blank": f" {MILK}",
    "a byte no code has": f"{MILK}\x0010A",
    "brackets": "(01)04012345000016",
    "month 13": f"{MILK}15261301",
}


@pytest.mark.parametrize("text", NOT_CUT.values(), ids=NOT_CUT)
def test_what_is_not_whole_says_nothing(text: str) -> None:
    """To its very end, or not at all."""
    assert cut(text) is None


_IDENTIFIERS = [
    "01",
    "02",
    "10",
    "15",
    "17",
    "21",
    "30",
    "37",
    "3103",
    "3922",
    "3932978",
    "8003",
    GS,
]


@given(
    st.one_of(
        st.text(max_size=220),
        st.text("0123456789" + GS, max_size=220),
        st.lists(
            st.one_of(
                st.sampled_from([*_IDENTIFIERS, MILK, PACK]), st.text("0123456789", max_size=9)
            )
        ).map("".join),
    )
)
def test_any_text_is_bounded(text: str) -> None:
    """Nothing raises, nothing is free, nothing is without measure."""
    found = said(text)
    if isinstance(found, Goods):
        assert 0 < found.gtin < 10**14
        assert found.grams is None or 0 < found.grams <= MAX_GRAMS
        assert found.price is None or 0 < found.price.minor <= MAX_PRICE
        assert found.count is None or 0 < found.count <= MAX_COUNT
        assert found.price is None or found.gtin >= 9 * 10**13
