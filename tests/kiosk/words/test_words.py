"""Amounts, rates and times as people of each language write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.money import Money
from kiosk.words import LRM, MINUS, NBSP, OWN_NAMES, PRINTED, RLM, Language, on_paper, words_of

DE, EN, AR = (words_of(each) for each in (Language.DE, Language.EN, Language.AR))
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (Money(0), "0,00_€", "€0.00"),
        (Money(5), "0,05_€", "€0.05"),
        (Money(119), "1,19_€", "€1.19"),
        (Money(-119), "−1,19_€", "−€1.19"),
        (Money(-5), "−0,05_€", "−€0.05"),
        (Money(123_450), "1.234,50_€", "€1,234.50"),
        (Money(100_000_000_00), "100.000.000,00_€", "€100,000,000.00"),
        (Money(250, "CHF"), "2,50_CHF", "CHF2.50"),
    ],
)
def test_money(amount: Money, german: str, english: str) -> None:
    """Thousands marked, the true minus, no break before the sign."""
    assert DE.money(amount) == german.replace("_", NBSP)
    assert EN.money(amount) == english


@pytest.mark.parametrize(
    ("language", "money", "weight", "points", "rate"),
    [
        (Language.FR, f"−1{NARROW}234,50{NBSP}€", "0,742", f"12{NARROW}500", f"5,5{NARROW}%"),
        (Language.TR, "−€1.234,50", "0,742", "12.500", "%5,5"),
        (Language.PL, f"−1{NBSP}234,50{NBSP}€", "0,742", f"12{NBSP}500", "5,5%"),
        (Language.UK, f"−1{NBSP}234,50{NBSP}€", "0,742", f"12{NBSP}500", "5,5%"),
        (Language.AR, f"−1,234.50{NBSP}€", "0.742", "12,500", "5.5%"),
    ],
)
def test_each_language_has_its_own_way(
    language: Language, money: str, weight: str, points: str, rate: str
) -> None:
    """Amounts, weights, points and rates; Arabic with the digits of the shelf and the scale."""
    words = words_of(language)
    assert words.money(Money(-123_450)) == money
    assert words.decimal(742) == weight
    assert words.grouped(12_500) == points
    assert words.percent(550) == rate


@given(st.integers(-(10**12), 10**12), st.sampled_from(Language))
def test_money_reads_back(minor: int, language: Language) -> None:
    """No cent is lost on the way to the screen."""
    text = words_of(language).money(Money(minor))
    digits = int(re.sub(r"\D", "", text))
    assert (-digits if text.startswith(MINUS) else digits) == minor


@pytest.mark.parametrize(
    ("rate", "german", "english"),
    [(1900, "19_%", "19%"), (550, "5,5_%", "5.5%"), (0, "0_%", "0%"), (725, "7,25_%", "7.25%")],
)
def test_percent(rate: int, german: str, english: str) -> None:
    """Only as many places as there are."""
    assert DE.percent(rate) == german.replace("_", NBSP)
    assert EN.percent(rate) == english


@pytest.mark.parametrize(
    ("thousandths", "places", "german", "english"),
    [
        (742, 3, "0,742", "0.742"),
        (-742, 2, "−0,74", "−0.74"),
        (1_234_567, 3, "1.234,567", "1,234.567"),
        (21_500, 1, "21,5", "21.5"),
        (21_500, 0, "21", "21"),
    ],
)
def test_decimal(thousandths: int, places: int, german: str, english: str) -> None:
    """Weights to the gram, cut and not rounded."""
    assert DE.decimal(thousandths, places) == german
    assert EN.decimal(thousandths, places) == english


def test_a_moment() -> None:
    """To the second, in the order of the language."""
    at = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
    assert DE.moment(at) == "21.11.2026 09:05:07"
    assert EN.moment(at) == "21 Nov 2026 09:05:07"
    assert AR.moment(at) == "21/11/2026 09:05:07"


@pytest.mark.parametrize("number", [0, 1, 2, 99])
def test_numbers_have_their_form(number: int) -> None:
    """One article, two articles: in every language."""
    one, many = "Total, {number} article", "Total, {number} articles"
    assert EN.count(one, many, number) == (one if number == 1 else many).format(number=number)
    assert str(number) in DE.count(one, many, number)


def test_a_message_without_values_is_left_as_it_is() -> None:
    """Braces in a text are no placeholders then."""
    assert EN("{not} a message") == "{not} a message"
    assert EN("Pay {total}", total="x") == "Pay x"
    assert DE("Pay") == "Bezahlen"


def test_languages_call_themselves_by_their_own_name() -> None:
    """A customer who reads no German finds English."""
    names = ["Deutsch", "English", "Français", "Türkçe", "Polski", "Українська", "العربية"]
    assert [OWN_NAMES[each] for each in Language] == names
    assert words_of(Language.EN) is EN


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.FR, {0: "0 article", 1: "1 article", 2: "2 articles"}),
        (Language.TR, {1: "1 ürün", 2: "2 ürün"}),
        (Language.PL, {1: "1 artykuł", 3: "3 artykuły", 5: "5 artykułów", 12: "12 artykułów",
                       22: "22 artykuły"}),
        (Language.UK, {1: "1 товар", 3: "3 товари", 5: "5 товарів", 11: "11 товарів",
                       21: "21 товар"}),
        (Language.AR, {1: "منتج واحد", 2: "منتجان", 3: "3 منتجات", 11: "11 منتجًا",
                       100: "100 منتج"}),
    ],
)  # fmt: skip
def test_numbers_have_the_form_of_the_language(language: Language, said: dict[int, str]) -> None:
    """As many forms as it has."""
    one, many = "Total, {number} article", "Total, {number} articles"
    for number, form in said.items():
        assert words_of(language).count(one, many, number).endswith(form)


def test_what_is_put_into_arabic_keeps_its_own_direction() -> None:
    """An amount or a German name stands between marks, and brings no other ones."""
    assert AR("Pay {total}", total="−€1") == f"دفع {LRM}−€1{LRM}"
    assert AR("Remove {name}", name=f"A{RLM}\u202eB") == f"إزالة {LRM}AB{LRM}"
    assert AR("Remove {name}", name="1 حليب") == f"إزالة {RLM}1 حليب{RLM}"
    assert AR("from {age}", age=16) == "من عمر 16"
    assert LRM not in DE("Pay {total}", total="x")


def test_paper_speaks_german_or_english() -> None:
    """The customer's language, else the shop's, else German."""
    assert PRINTED == (Language.DE, Language.EN)
    assert on_paper(Language.EN, Language.DE) is Language.EN
    assert on_paper(Language.AR, Language.EN) is Language.EN
    assert on_paper(Language.AR, Language.PL) is Language.DE
