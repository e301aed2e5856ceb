"""A made-up sale of a chosen length, for benches, demonstrations and tests."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from kiosk.basket import Article, Basket, Unit
from kiosk.fiscal import Security, process_data
from kiosk.ids import Gtin, LineId, SaleId
from kiosk.money import Money
from kiosk.pricing import total, vat_table
from kiosk.receipt import Receipt, Shop, Slip, Tender, receipt_of
from kiosk.words import Language

SHOP = Shop(
    "Markt am Grünen Ring",
    ("Musterstraße 12", "12345 Müsterstadt"),
    "12/345/67890",
    footer=("Vielen Dank für Ihren Einkauf!", "Umtausch mit Bon binnen 14 Tagen"),
)
_SLIP = Slip(
    "customer",
    (
        "** Kundenbeleg **",
        "",
        "Terminal-ID:      65012345",
        "Kartenzahlung",
        "girocard",
        "kontaktlos",
        "Zahlung erfolgt",
    ),
)
_GOODS = (
    Article(Gtin(4006381333931), "Bio-Vollmilch 3,8 % Länge 1 l", Money(129), 700),
    Article(Gtin(4000417025005), "Mineralwasser spritzig", Money(89), 1900, deposit=Money(25)),
    Article(Gtin(21), "Äpfel Braeburn", Money(299), 700, Unit.KILOGRAM),
    Article(Gtin(96385074), "Körnerbrötchen", Money(55), 700),
    Article(Gtin(4012345678901), "Spülmittel Zitrusfrische, für zarte Hände", Money(219), 1900),
)


def specimen(
    lines: int = 30,
    *,
    language: Language = Language.DE,
    number: int = 17,
    copy: bool = False,
    secured: bool = False,
) -> Receipt:
    """A receipt of `lines` articles, most with umlauts, paid by card at a fixed time.

    `secured`: with the evidence of a made-up security module.
    """
    basket = Basket()
    for place in range(lines):
        article = _GOODS[place % len(_GOODS)]
        grams = 742 + place if article.unit is Unit.KILOGRAM else None
        named = Article(
            Gtin(article.gtin + place),
            article.name,
            article.price,
            article.vat,
            article.unit,
            article.deposit,
        )
        basket = basket.add(LineId(place + 1), named, grams)
        if place % 4 == 3:
            basket = basket.set_quantity(LineId(place + 1), 2)
    ended = datetime(2026, 7, 15, 14, 3, 9, tzinfo=UTC)
    tender = Tender(total(basket), "girocard", "************1234", "65012345", 123, 42)
    return receipt_of(
        basket,
        number=number,
        sale=SaleId(f"K1-9f3a61-s{number:06d}"),
        kiosk="K1",
        shop=SHOP,
        started=ended - timedelta(minutes=2),
        ended=ended,
        tender=tender,
        slips=(_SLIP,),
        language=language,
        copy=copy,
        security=_signed(basket, tender, ended) if secured else None,
    )


def _signed(basket: Basket, tender: Tender, ended: datetime) -> Security:
    """As long as real evidence is: 64 digits of serial number, 64 bytes of signature, a key."""
    return Security(
        "a1b2c3d4" * 8,
        4711,
        9423,
        base64.b64encode(bytes(range(64))).decode(),
        ended - timedelta(minutes=2),
        ended,
        process_data(vat_table(basket), ((tender.kind, tender.amount),)),
        "ecdsa-plain-SHA256",
        "unixTime",
        base64.b64encode(bytes(range(65))).decode(),
    )
