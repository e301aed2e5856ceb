"""What a code means; whatever it is not, nothing of its text is kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import Article, Sold, Unit
from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeFault, CodeRead, CodeRefused
from kiosk.checkout.floor_events import AttendantArrived, PinRefused, PinTyped
from kiosk.checkout.front import Shelf, Tile
from kiosk.checkout.front_events import NumberTyped, TilePicked
from kiosk.checkout.goods_events import DepositSlipScanned
from kiosk.checkout.weigh_events import WeighingAsked, WeighingTerms
from kiosk.dispatch import Dispatcher
from kiosk.goods.templates import GERMANY, Templates
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money
from kiosk.offers.promotions import Name
from kiosk.weighing import Limits
from tests.story import MILK, NOW

STAFF = "STAFF:open-sesame"
DIGEST = hashlib.sha256(STAFF.encode()).hexdigest()
TODAY = NOW.date()
APPLES = Article(Gtin(2812345000006), "Äpfel", Money(299), 700, Unit.KILOGRAM)
BREAD = Article(Gtin(2811111000007), "Brot am Stück", Money(299), 700)


def label(key: str, grams: int) -> str:
    digits = f"{key}{grams:05d}"
    return digits + check_digit(digits)


APPLES = replace(APPLES, gtin=Gtin(int(label("2812345", 0))))
BREAD = replace(BREAD, gtin=Gtin(int(label("2811111", 0))))
SHELF = {each.gtin: each for each in (MILK, APPLES, BREAD)}
DISPATCHER = Dispatcher(SHELF.get, DIGEST.upper(), today=NOW.date)


def resolved(symbology: str, text: str, *, whole: bool = True) -> object:
    return DISPATCHER.resolve(CodeRead(symbology, text, whole))


def reason(symbology: str, text: str) -> CodeFault:
    found = resolved(symbology, text)
    assert isinstance(found, CodeRefused)
    assert (found.symbology, found.length) == (symbology, len(text))
    return found.reason


@pytest.mark.parametrize("symbology", ["", "E0", "E3"])
def test_a_known_gtin_is_its_article(symbology: str) -> None:
    """As the catalogue sells it now."""
    assert resolved(symbology, "4012345000016") == ArticleScanned(MILK)


@given(st.integers(1, 99_999))
def test_a_weight_label_is_the_article_and_its_grams(grams: int) -> None:
    """28nnnnnwwwwwc: any weight but none."""
    assert resolved("E0", label("2812345", grams)) == ArticleScanned(APPLES, grams)


def test_goods_by_weight_are_never_sold_at_nothing() -> None:
    """The article's own number, which is a label of zero grams, is for a scale; without one no sale."""
    assert reason("E0", label("2812345", 0)) is CodeFault.UNWEIGHED


def test_goods_without_a_weight_are_to_be_weighed() -> None:
    """By their own number or under a plain GTIN; with the shop's terms as they are now."""
    terms = WeighingTerms(Limits(20, 15_000), (0, 5))
    for gtin in (APPLES.gtin, Gtin(4012345000016)):
        loose = replace(APPLES, gtin=gtin)
        dispatcher = Dispatcher({gtin: loose}.get, today=NOW.date, scale=terms)
        assert dispatcher.resolve(CodeRead("E0", str(gtin))) == WeighingAsked(loose, terms)
        assert dispatcher.resolve(TilePicked(gtin)) == WeighingAsked(loose, terms)
        known = dispatcher.resolve(CodeRead("E0", label("2812345", 742)))
        assert isinstance(known, ArticleScanned) is (gtin == APPLES.gtin)


def test_a_piece_whose_number_has_room_for_a_weight_is_neither() -> None:
    """It is not weighed, and never sold as one of something."""
    piece = replace(APPLES, unit=Unit.PIECE)
    dispatcher = Dispatcher({piece.gtin: piece}.get, today=NOW.date)
    found = dispatcher.resolve(CodeRead("E0", str(piece.gtin)))
    assert refusal(found) is CodeFault.UNKNOWN


def test_goods_by_weight_that_are_withheld_are_not_weighed() -> None:
    """Recalled is recalled."""
    gone = replace(APPLES, sold=Sold.RECALLED)
    terms = WeighingTerms(Limits(20, 15_000))
    dispatcher = Dispatcher({gone.gtin: gone}.get, today=NOW.date, scale=terms)
    found = dispatcher.resolve(CodeRead("E0", str(gone.gtin)))
    assert refusal(found) is CodeFault.RECALLED


def test_a_label_of_an_article_not_sold_by_weight_is_unknown() -> None:
    """A piece with grams is neither."""
    assert reason("E0", label("2811111", 500)) is CodeFault.UNKNOWN
    assert reason("E0", label("2899999", 500)) is CodeFault.UNKNOWN


def test_goods_by_weight_without_a_label_are_not_sold() -> None:
    """An article by the kilogram under a plain GTIN has no weight."""
    loose = replace(APPLES, gtin=Gtin(4012345000016))
    found = Dispatcher({loose.gtin: loose}.get, today=NOW.date).resolve(
        CodeRead("E0", "4012345000016")
    )
    assert found == CodeRefused("E0", 13, CodeFault.UNWEIGHED)


def test_what_is_refused_says_why() -> None:
    """Unknown, misread, of another kind, torn."""
    assert reason("E0", "4006381333931") is CodeFault.UNKNOWN
    assert reason("E0", "4006381333932") is CodeFault.CHECK_DIGIT
    assert reason("Q1", "https://example.org") is CodeFault.FOREIGN
    assert resolved("", "", whole=False) == CodeRefused("", 0, CodeFault.TORN)
    assert resolved("E0", "4012345000016", whole=False) == CodeRefused("E0", 13, CodeFault.TORN)


@pytest.mark.parametrize("symbology", ["", "Q0", "Q1", "C0"])
def test_the_staff_code_releases(symbology: str) -> None:
    """As QR or Code 128; the digest in the configuration may be written in capitals."""
    assert resolved(symbology, STAFF) == AgeReleased(18)


@pytest.mark.parametrize("symbology", ["E0", "E4", "A0", "d2"])
def test_a_staff_code_in_an_articles_clothes_releases_nothing(symbology: str) -> None:
    """Only as what no article carries."""
    assert reason(symbology, STAFF) is CodeFault.FOREIGN


@given(st.text(max_size=30))
def test_no_other_code_releases(text: str) -> None:
    """Nothing opens by default: not a near miss, not without a configured code."""
    if "STAFF:" + text != STAFF:
        assert reason("Q1", "STAFF:" + text) is CodeFault.FOREIGN
    closed = Dispatcher(SHELF.get, today=NOW.date).resolve(CodeRead("Q1", STAFF))
    assert closed == CodeRefused("Q1", len(STAFF), CodeFault.FOREIGN)


@given(st.text(max_size=4), st.text(max_size=40), st.booleans())
def test_any_code_gives_an_event_without_its_text(symbology: str, text: str, whole: bool) -> None:
    """Never an exception; kind and length only."""
    found = resolved(symbology, text, whole=whole)
    if isinstance(found, CodeRefused):
        assert (found.symbology, found.length) == (symbology[:2], len(text))
    else:
        assert isinstance(found, ArticleScanned | AgeReleased)


def test_a_length_is_cut() -> None:
    """A code of a whole book tells no more than that it was long."""
    found = resolved("Q1", "x" * 20_000)
    assert found == CodeRefused("Q1", 9999, CodeFault.FOREIGN)


def made(article: Article, symbology: str, text: str, today: date = TODAY) -> object:
    shelf = {article.gtin: article}
    dispatcher = Dispatcher(shelf.get, today=lambda: today, templates=TEMPLATES)
    return dispatcher.resolve(CodeRead(symbology, text))


TEMPLATES = Templates((*GERMANY, "21IIIIIPPPPPK"), ("98SSSSSPPPPPK",))
PACK = Article(Gtin(94012345000019), "Hack", Money(999), 700, Unit.KILOGRAM, content=500)
CHEESE = Article(Gtin(int(label("2112345", 0))), "Käse", Money(1), 700)


def refusal(found: object) -> CodeFault:
    assert isinstance(found, CodeRefused)
    return found.reason


def test_a_price_label_is_the_price_of_this_piece() -> None:
    """Name and tax stay; what the shelf says of a kilogram does not count."""
    found = made(CHEESE, "E0", label("2112345", 599))
    assert found == ArticleScanned(replace(CHEESE, price=Money(599)))
    assert refusal(made(CHEESE, "E0", label("2112345", 0))) is CodeFault.FOREIGN


def test_a_pack_with_weight_and_price_tells_its_price_a_kilogram() -> None:
    """It is sold at what is printed on it."""
    found = made(PACK, "e0", "019401234500001931030005003922499")
    assert isinstance(found, ArticleScanned)
    assert found.grams is None
    assert found.article.price == Money(499)
    assert found.article.unit_price == Money(998)


def test_a_pack_by_weight_is_weighed() -> None:
    """And a pack without a weight is not sold; nor is a weight of what is sold by the piece."""
    assert made(PACK, "C1", "01940123450000193103000500") == ArticleScanned(PACK, 500)
    assert refusal(made(MILK, "C1", "01040123450000163103000500")) is CodeFault.UNKNOWN


def test_nobody_prints_a_price_for_goods_that_have_one() -> None:
    """A home-made code with a GTIN of the shelf and one cent."""
    for text in ("01040123450000163922001", "01040123450000163932978001"):
        assert refusal(made(MILK, "C1", text)) is CodeFault.FOREIGN
    link = "https://example.com/01/04012345000016?3922=001"
    assert refusal(made(MILK, "Q1", link)) is CodeFault.FOREIGN


def test_a_count_is_a_quantity() -> None:
    """As far as a code may count."""
    assert made(MILK, "C1", "01040123450000163012") == ArticleScanned(MILK, quantity=12)
    assert made(MILK, "C1", "0204012345000016376") == ArticleScanned(MILK, quantity=6)


@pytest.mark.parametrize(("day", "sold"), [(22, True), (23, False)])
def test_what_is_over_its_date_is_not_sold(day: int, sold: bool) -> None:
    """The day itself is still good."""
    found = made(MILK, "d2", "010401234500001615261122", date(2026, 11, day))
    assert (found == ArticleScanned(MILK)) is sold
    assert sold or refusal(found) is CodeFault.EXPIRED


@pytest.mark.parametrize(
    ("sold", "fault"),
    [(Sold.NOT_FOR_SALE, CodeFault.NOT_FOR_SALE), (Sold.RECALLED, CodeFault.RECALLED)],
)
def test_what_is_withheld_is_not_sold_whatever_its_code(sold: Sold, fault: CodeFault) -> None:
    """By its GTIN, by a link, with a date or without."""
    article = replace(MILK, sold=sold)
    for symbology, text in (("E0", "4012345000016"), ("C1", "010401234500001615200101")):
        assert refusal(made(article, symbology, text)) is fault


def test_a_label_that_was_changed_is_for_staff() -> None:
    """The weight and its check digit disagree: scanning again helps nobody."""
    dispatcher = Dispatcher(
        {APPLES.gtin: APPLES}.get, today=NOW.date, templates=Templates(("28IIIIVWWWWWK",))
    )
    digits = "281234400500"
    found = dispatcher.resolve(CodeRead("E0", digits + check_digit(digits)))
    assert refusal(found) is CodeFault.MISLABELLED


def test_a_deposit_slip_is_no_article() -> None:
    """Number and amount; redeeming is for later."""
    assert made(MILK, "E0", label("9812345", 325)) == DepositSlipScanned("12345", Money(325))
    assert reason("E0", label("9812345", 325)) is CodeFault.UNKNOWN


def test_a_pin_is_right_or_refused() -> None:
    """Nothing of what was typed is in the answer; without a PIN none is right."""
    digest = hashlib.sha256(b"4711").hexdigest()
    lock = Dispatcher(SHELF.get, today=NOW.date, pin_sha256=digest.upper())
    assert lock.unlock(PinTyped("4711")) == AttendantArrived("staff")
    for wrong in ("4712", "", "47110"):
        assert lock.unlock(PinTyped(wrong)) == PinRefused()
    assert Dispatcher(SHELF.get, today=NOW.date).unlock(PinTyped("")) == PinRefused()


def test_a_picture_and_a_number_are_the_article() -> None:
    """By the catalogue as it is now: what is withheld or unknown is refused like a code."""
    article = replace(MILK, gtin=Gtin(20000004))
    tile = Tile(article.gtin, (Name("de", "Brot"),), 0, number=302)
    gone = Tile(Gtin(20000011), (Name("de", "Weg"),), 0, number=303)
    dispatcher = Dispatcher(
        {article.gtin: article}.get, today=NOW.date, shelf=Shelf((), (tile, gone))
    )
    assert dispatcher.resolve(TilePicked(article.gtin)) == ArticleScanned(article)
    assert dispatcher.resolve(NumberTyped("302")) == ArticleScanned(article)
    assert dispatcher.resolve(NumberTyped("00302")) == ArticleScanned(article)
    assert dispatcher.resolve(NumberTyped("20000004")) == ArticleScanned(article)
    for event in (TilePicked(gone.gtin), NumberTyped("303"), NumberTyped("304")):
        refused = dispatcher.resolve(event)
        assert isinstance(refused, CodeRefused)
        assert refused.reason is CodeFault.UNKNOWN


@pytest.mark.parametrize("digits", ["", "4" * 15, "12a", "١٢٣", "-1", "STAFF:demo", "20000005"])
def test_what_is_no_number_of_goods_is_refused(digits: str) -> None:
    """Whatever is typed: neither staff codes nor cards have only digits."""
    refused = DISPATCHER.resolve(NumberTyped(digits))
    assert isinstance(refused, CodeRefused)
    assert refused.length == len(digits)


def test_what_a_label_measures_has_to_be_scanned() -> None:
    """Anybody can work out a check digit: for a gram of meat, a cent, or a slip of a thousand euros."""
    table = Templates((*GERMANY,), ("98SSSSSPPPPPK",))
    dispatcher = Dispatcher(SHELF.get, today=NOW.date, templates=table)
    slip = "981234599999"
    for digits in (label("2812345", 1), slip + check_digit(slip)):
        typed = dispatcher.resolve(NumberTyped(digits))
        assert isinstance(typed, CodeRefused)
        assert typed.reason is CodeFault.FOREIGN
    scanned = dispatcher.resolve(CodeRead("E0", slip + check_digit(slip)))
    assert scanned == DepositSlipScanned("12345", Money(99999))
