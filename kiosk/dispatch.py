"""What a scanned code means: the one place that decides. Its answers hold nothing private."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk.basket import Article, Measure, Sold, Unit
from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeFault, CodeRead, CodeRefused
from kiosk.checkout.floor_events import AttendantArrived, PinRefused, PinTyped
from kiosk.checkout.goods_events import DepositSlipScanned, Resolved
from kiosk.goods.decode import Decoder
from kiosk.goods.found import DepositSlip, Goods
from kiosk.goods.templates import Templates
from kiosk.ids import Gtin

STAFF_PREFIX = "STAFF:"
STAFF_SYMBOLOGIES = ("", "Q1", "Q0", "C0")
"""Staff codes come as QR or Code 128, never as something an article could carry."""
RELEASED_AGE = 18


_WITHHELD = {Sold.NOT_FOR_SALE: CodeFault.NOT_FOR_SALE, Sold.RECALLED: CodeFault.RECALLED}


STAFF = "staff"
"""Who acts by the common PIN; staff with cards of their own come later."""


class Dispatcher:
    """Resolves codes against the catalogue snapshot; replay never needs it."""

    def __init__(
        self,
        find: Callable[[Gtin], Article | None],
        staff_sha256: str = "",
        *,
        today: Callable[[], date],
        templates: Templates | None = None,
        pin_sha256: str = "",
    ) -> None:
        """`staff_sha256`, `pin_sha256`: hex digests of the staff code and PIN; empty: there is none.

        `today`: by the shop's calendar, for best-before dates; `templates`: None is Germany's.
        """
        self._find = find
        self._staff = staff_sha256.lower()
        self._pin = pin_sha256.lower()
        self._today = today
        self._decode = Decoder(templates or Templates(), today).decode

    def resolve(self, code: CodeRead) -> Resolved:
        """The event that may be journalled in place of the code."""
        if not code.whole:
            return self._refused(code, CodeFault.TORN)
        if code.text.startswith(STAFF_PREFIX) and code.symbology in STAFF_SYMBOLOGIES:
            return self._staff_code(code)
        found = self._decode(code.symbology, code.text)
        if isinstance(found, CodeFault):
            return self._refused(code, found)
        if isinstance(found, DepositSlip):
            return DepositSlipScanned(found.number, found.amount)
        sold = self._sold(found)
        return self._refused(code, sold) if isinstance(sold, CodeFault) else sold

    def _sold(self, goods: Goods) -> ArticleScanned | CodeFault:
        article = self._find(goods.gtin)
        if article is None:
            return CodeFault.UNKNOWN
        if article.sold is not Sold.YES:
            return _WITHHELD[article.sold]
        if goods.best_before is not None and goods.best_before < self._today():
            return CodeFault.EXPIRED
        return _measured(article, goods)

    def unlock(self, typed: PinTyped) -> AttendantArrived | PinRefused:
        """The event that may be journalled in place of a PIN."""
        found = hashlib.sha256(typed.pin.encode()).hexdigest()
        right = bool(self._pin) and hmac.compare_digest(found, self._pin)
        return AttendantArrived(STAFF) if right else PinRefused()

    def _staff_code(self, code: CodeRead) -> CodeRefused | AgeReleased:
        found = hashlib.sha256(code.text.encode()).hexdigest()
        if self._staff and hmac.compare_digest(found, self._staff):
            return AgeReleased(RELEASED_AGE)
        return self._refused(code, CodeFault.FOREIGN)

    def _refused(self, code: CodeRead, reason: CodeFault) -> CodeRefused:
        return CodeRefused(code.symbology[:2], min(len(code.text), 9999), reason)


def _measured(article: Article, goods: Goods) -> ArticleScanned | CodeFault:
    """The article with what its code told of this piece; never at price 0, never by two measures."""
    if goods.price is not None:  # what is printed on the pack is what its buyer was promised
        pack = replace(article, price=goods.price, unit=Unit.PIECE)
        if goods.grams:
            pack = replace(pack, content=goods.grams, measure=Measure.GRAM)
        return ArticleScanned(pack)
    if article.unit is Unit.KILOGRAM:
        return ArticleScanned(article, goods.grams) if goods.grams else CodeFault.FOREIGN
    if goods.grams is not None:
        return CodeFault.UNKNOWN  # a piece with a weight is neither
    return ArticleScanned(article, quantity=goods.count or 1)
