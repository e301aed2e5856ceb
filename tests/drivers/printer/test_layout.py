"""A receipt to the column: what must stand on it, and that it stands on any paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.document import (
    Cut,
    PrintedLine,
    Size,
    Stationery,
    Symbol,
    Text,
    as_text,
    printed,
)
from drivers.printer.layout import lay_out
from drivers.printer.specimen import SHOP, specimen
from kiosk.basket import Article, Basket, Unit
from kiosk.fiscal import Paid, qr_text
from kiosk.ids import Gtin, LineId, SaleId
from kiosk.money import Money
from kiosk.pricing import total, vat_row
from kiosk.receipt import Item, Kind, Receipt, Shop, Slip, Tender, receipt_of
from kiosk.words import PRINTED, Language

SNAPSHOTS = Path(__file__).parent / "snapshots"
WIDTHS = (48, 32)


def sold(*articles: tuple[Article, int | None], shop: Shop = SHOP) -> Receipt:
    """A receipt of these articles, grams where they are weighed."""
    basket = Basket()
    for place, (article, grams) in enumerate(articles):
        basket = basket.add(LineId(place + 1), article, grams)
    at = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    return receipt_of(
        basket,
        number=7,
        sale=SaleId("K1-abc-s000007"),
        kiosk="K1",
        shop=shop,
        started=at,
        ended=at,
        tender=Tender(total(basket)),
        slips=(),
        language=Language.DE,
        copy=False,
    )


@pytest.mark.parametrize("language", PRINTED)
@pytest.mark.parametrize("columns", WIDTHS)
def test_the_receipt_looks_as_agreed(language: Language, columns: int) -> None:
    """The text of a receipt, kept in the repository and read by people when it changes."""
    snapshot = SNAPSHOTS / f"receipt-{language.value}-{columns}.txt"
    shown = as_text(lay_out(specimen(5, language=language), columns))
    assert shown == snapshot.read_text("utf-8")


def test_all_that_the_law_asks_for_is_there() -> None:
    """§ 6 KassenSichV: seller, address, times, goods and quantity, number, amount, tax and rate."""
    shown = as_text(lay_out(specimen(4)))
    wanted = (
        "Markt am Grünen Ring",
        "Musterstraße 12",
        "12345 Müsterstadt",
        "Steuernummer 12/345/67890",
        "Mineralwasser spritzig",
        "Pfand 1 x 0,25 €",
        "0,744 kg x 2,99 €/kg",
        "2 x 0,55 €",
        "19 %",
        "************1234",
        "65012345",
        "000123",
        "0042",
        "K1-9f3a61-s000017",
        "15.07.2026 16:01:09",
        "15.07.2026 16:03:09",
        "Vielen Dank für Ihren Einkauf!",
    )
    assert [text for text in wanted if text not in shown] == []


def test_times_are_the_shop_s_own() -> None:
    """23:30 UTC on the last of January is February in Berlin and January in Lisbon."""
    receipt = sold((Article(Gtin(1), "Brot", Money(100), 700), None))
    assert "01.02.2026 00:30:00" in as_text(lay_out(receipt))
    lisbon = replace(receipt, shop=replace(SHOP, zone="Europe/Lisbon"))
    assert "31.01.2026 23:30:00" in as_text(lay_out(lisbon))


def test_a_copy_says_so() -> None:
    """The mark stands on a copy and on nothing else."""
    assert "KOPIE" in as_text(lay_out(specimen(1, copy=True)))
    assert "KOPIE" not in as_text(lay_out(specimen(1)))


def test_merchant_slips_stay_out() -> None:
    """Only the customer's slip is the customer's, and its lines are not touched."""
    slips = (Slip("merchant", ("HÄNDLER",)), Slip("customer", ("  a   b", "c")))
    shown = as_text(lay_out(replace(specimen(1), slips=slips)))
    assert "HÄNDLER" not in shown
    assert "  a   b\n" in shown


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_slip_too_wide_is_printed_small(columns: int) -> None:
    """A terminal's lines are never broken: the small font takes a third more of them."""
    line = "X" * (columns + 4)
    doc = lay_out(replace(specimen(1), slips=(Slip("customer", (line,)),)), columns)
    (shown,) = [shown for shown in printed(doc) if "XX" in shown.text]
    assert shown.style.small
    assert shown.text.strip() == line


def test_great_amounts_make_the_tax_table_a_list() -> None:
    """Columns that would touch each other are given up; no amount loses a digit."""
    receipt = sold((Article(Gtin(1), "Sofa", Money(123_456_789), 1900), None))
    shown = as_text(lay_out(receipt, 32))
    for amount in ("1.234.567,89", "1.037.452,", "197.115,"):
        assert amount in shown
    assert "MwSt. A" in shown


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_value_too_wide_to_stand_beside_its_key_stands_below(columns: int) -> None:
    """The key keeps its line, and the value is whole, however many lines it takes."""
    sale = SaleId("K1-" + "0123456789" * 6)
    shown = as_text(lay_out(replace(specimen(1), sale=sale), columns))
    assert "\nVorgang\n" in shown
    assert sale in "".join(line.strip() for line in shown.splitlines())


def test_what_the_printer_cannot_show_is_reported() -> None:
    """The document names each replaced character once."""
    doc = lay_out(sold((Article(Gtin(1), "Tee 茶 → 茶", Money(100), 700), None)))
    assert doc.replaced == ("茶", "→")
    assert "Tee ? > ?" in as_text(doc)


names = st.text(min_size=1, max_size=120)
articles = st.builds(
    Article,
    gtin=st.integers(1, 10**13).map(Gtin),
    name=names,
    price=st.integers(0, 10_000_000).map(Money),
    vat=st.sampled_from((0, 700, 1900, 550)),
    unit=st.sampled_from(list(Unit)),
    deposit=st.sampled_from((Money(0), Money(25), Money(800))),
)
goods = st.lists(st.tuples(articles, st.none() | st.integers(1, 20_000)), min_size=1, max_size=6)


def fits(line: PrintedLine, columns: int) -> bool:
    """Whether the line stays on its line of paper."""
    return len(line.text) <= line.style.fits(columns)


@settings(max_examples=60, deadline=None)
@given(goods, st.sampled_from(WIDTHS), names, st.lists(names, max_size=3))
def test_every_line_fits_and_every_amount_is_whole(
    sold_goods: list[tuple[Article, int | None]], columns: int, name: str, address: list[str]
) -> None:
    """Whatever names are made of, nothing runs over the edge and each amount can be read."""
    shop = replace(SHOP, name=name, address=tuple(address))
    receipt = sold(*sold_goods, shop=shop)
    doc = lay_out(receipt, columns)
    assert all(fits(line, columns) for line in printed(doc))
    assert isinstance(doc.parts[-1], Cut)
    shown = as_text(doc)
    for line in receipt.items:
        whole, cents = divmod(line.amount.minor, 100)
        assert f"{whole:,}".replace(",", ".") + f",{cents:02d} " in shown


def mixed() -> Receipt:
    """All that may stand on a receipt beside goods: discounts, coupons, returns, empties, two tenders."""
    milk = Item(Kind.GOODS, "Vollmilch", Money(258), 700, 2, Money(129))
    items = (
        milk,
        Item(Kind.DISCOUNT, "2 für 2 €", Money(-58), 700, parent=0),
        Item(Kind.COUPON, "10 % auf Milch", Money(-20), 700, parent=0),
        Item(Kind.RETURN, "Spülmittel", Money(-219), 1900, price=Money(-219)),
        Item(Kind.DEPOSIT_RETURN, "", Money(-75), 1900, 3, Money(-25)),
        Item(Kind.GOODS, "Sofa", Money(50000), 1900, price=Money(50000)),
        Item(Kind.DISCOUNT, "", Money(-100), 1900),
    )
    at = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    return Receipt(
        number=8,
        sale=SaleId("K1-abc-s000008"),
        kiosk="K1",
        shop=SHOP,
        started=at,
        ended=at,
        items=items,
        vat=(vat_row(1900, Money(49606)), vat_row(700, Money(180))),
        total=Money(49786),
        tenders=(Tender(Money(50000), kind=Paid.CASH), Tender(Money(-214), kind=Paid.CASH)),
    )


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_kind_of_line_says_what_it_is(columns: int) -> None:
    """Discounts under their goods, by rule; what goes back with its sign; each payment."""
    snapshot = SNAPSHOTS / f"mixed-de-{columns}.txt"
    assert as_text(lay_out(mixed(), columns)) == snapshot.read_text("utf-8")


@pytest.mark.parametrize("columns", WIDTHS)
def test_large_print_fits_and_says_the_same(columns: int) -> None:
    """Everything but the terminal's own slip is at least twice as high; no line runs over."""
    receipt = specimen(5, secured=True)
    large = lay_out(receipt, columns, large=True)
    assert all(fits(line, columns) for line in printed(large))
    small = [line for line in printed(large) if line.text and line.style.size is Size.NORMAL]
    slips = [line for slip in receipt.slips for line in slip.lines]
    assert {line.text.strip() for line in small} - set(slips) <= {
        "-" * columns,
        "=" * columns,
    }
    words = as_text(large).split()
    assert sorted(words) == sorted(as_text(lay_out(receipt, columns)).split())


def test_training_and_outage_say_so() -> None:
    """Nothing was sold; or the module did not answer. Without a module nothing is said of it."""
    assert "TRAINING" not in as_text(lay_out(specimen(1)))
    assert "TRAINING, KEIN VERKAUF" in as_text(lay_out(replace(specimen(1), training=True)))
    assert "Sicherheitseinrichtung" not in as_text(lay_out(specimen(1)))
    out = as_text(lay_out(replace(specimen(1), outage=True)))
    assert "Sicherheitseinrichtung ausgefallen" in out


def test_evidence_is_a_code_with_its_name_above() -> None:
    """The code holds the twelve fields."""
    receipt = specimen(2, secured=True)
    doc = lay_out(receipt)
    (symbol,) = [part for part in doc.parts if isinstance(part, Symbol)]
    assert receipt.security is not None
    assert symbol.data.decode() == qr_text("K1", receipt.security)
    above = doc.parts[doc.parts.index(symbol) - 1]
    assert isinstance(above, Text)
    assert above.text == symbol.label


def test_the_member_is_beside_the_receipt() -> None:
    """Lines from the vault are printed where they are given, and are part of nothing."""
    shown = as_text(lay_out(specimen(1), loyalty=("Ihre Punkte: 120",)))
    assert "Ihre Punkte: 120" in shown
    assert "Punkte" not in as_text(lay_out(specimen(1)))


def test_the_shop_s_own_parts_stand_around() -> None:
    """Above all and below all, their replaced characters reported."""
    own = Stationery((Text("OBEN"),), (Text("UNTEN"),), ("茶",))
    doc = lay_out(specimen(1), stationery=own)
    lines = as_text(doc).split("\n")
    assert lines[0] == "OBEN"
    assert lines[-2] == "UNTEN"
    assert doc.replaced == ("茶",)
