"""What a scanned code means: the one place that decides. Its answers hold nothing private."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from kiosk.basket import Article, Measure, Sold, Unit
from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeFault, CodeRead, CodeRefused
from kiosk.checkout.floor_events import AttendantArrived, PinRefused, PinTyped
from kiosk.checkout.front import Shelf
from kiosk.checkout.front_events import NumberTyped, TilePicked
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned, Resolved, Unresolved
from kiosk.checkout.weigh_events import WeighingAsked, WeighingTerms
from kiosk.goods.decode import Decoder
from kiosk.goods.found import DepositSlip, Found, Goods
from kiosk.goods.templates import Templates
from kiosk.ids import Gtin

STAFF_PREFIX = "STAFF:"
STAFF_SYMBOLOGIES = ("", "Q1", "Q0", "C0")
"""Staff codes come as QR or Code 128, never as something an article could carry."""
RELEASED_AGE = 18
NUMBER_MOST, TYPED_MOST = 5, 14
"""Digits of the shop's own numbers for goods without a code, and of any number of goods."""


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
        shelf: Shelf | None = None,
        coupons: Mapping[str, str] | None = None,
        scale: WeighingTerms | None = None,
    ) -> None:
        """`staff_sha256`, `pin_sha256`: hex digests of the staff code and PIN; empty: there is none.

        `today`: by the shop's calendar, for best-before dates; `templates`: None is Germany's.
        `shelf`: goods without a code, by their numbers. `coupons`: codes, and the rule of each. `scale`:
        how goods are weighed here; None: they are not.
        """
        self._find = find
        self._staff = staff_sha256.lower()
        self._pin = pin_sha256.lower()
        self._today = today
        self._coupons = coupons or {}
        tiles = shelf.tiles if shelf else ()
        self._numbers = {tile.number: tile.gtin for tile in tiles if tile.number}
        self._scale = scale
        self._decode = Decoder(templates or Templates(), today).decode

    def resolve(self, shown: Unresolved) -> Resolved:
        """The event that may be journalled in place of a code, a number or a picture."""
        match shown:
            case TilePicked(gtin=gtin):
                sold = self._sold(Goods(gtin))
                return CodeRefused("", 0, sold) if isinstance(sold, CodeFault) else sold
            case NumberTyped(digits=digits):
                return self._typed(digits)
            case CodeRead():
                return self._code(shown)

    def _typed(self, digits: str) -> Resolved:
        """The number of goods without a code, else the digits under a barcode."""
        if not (digits.isascii() and digits.isdigit()) or len(digits) > TYPED_MOST:
            return CodeRefused("", min(len(digits), 9999), CodeFault.FOREIGN)
        if len(digits) <= NUMBER_MOST and digits not in self._coupons:
            gtin = self._numbers.get(int(digits))
            if gtin is not None:
                return self.resolve(TilePicked(gtin))
            return CodeRefused("", len(digits), CodeFault.UNKNOWN)
        if digits not in self._coupons and not _mere_number(self._decode("", digits)):
            return CodeRefused("", len(digits), CodeFault.FOREIGN)
        return self._code(CodeRead("", digits))

    def _code(self, code: CodeRead) -> Resolved:
        if not code.whole:
            return self._refused(code, CodeFault.TORN)
        if code.text.startswith(STAFF_PREFIX) and code.symbology in STAFF_SYMBOLOGIES:
            return self._staff_code(code)
        rule = self._coupons.get(code.text)
        if rule is not None:
            return CouponShown(rule)
        found = self._decode(code.symbology, code.text)
        if isinstance(found, CodeFault):
            return self._refused(code, found)
        if isinstance(found, DepositSlip):
            return DepositSlipScanned(found.number, found.amount)
        sold = self._sold(found)
        return self._refused(code, sold) if isinstance(sold, CodeFault) else sold

    def _sold(self, goods: Goods) -> ArticleScanned | WeighingAsked | CodeFault:
        article = self._find(goods.gtin)
        if article is None:
            return CodeFault.UNKNOWN
        if article.sold is not Sold.YES:
            return _WITHHELD[article.sold]
        if goods.best_before is not None and goods.best_before < self._today():
            return CodeFault.EXPIRED
        return self._to_weigh(article) if _unmeasured(article, goods) else _measured(article, goods)

    def _to_weigh(self, article: Article) -> WeighingAsked | CodeFault:
        return WeighingAsked(article, self._scale) if self._scale else CodeFault.UNWEIGHED

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


def _unmeasured(article: Article, goods: Goods) -> bool:
    """By the kilogram, and nothing on it tells how much there is."""
    told = goods.grams, goods.price, goods.count
    return article.unit is Unit.KILOGRAM and told == (None, None, None)


def _measured(article: Article, goods: Goods) -> ArticleScanned | CodeFault:
    """The article with what its code told of this piece; never at price 0, never by two measures."""
    if goods.price is not None:  # what is printed on the pack is what its buyer was promised
        pack = replace(article, price=goods.price, unit=Unit.PIECE)
        if goods.grams:
            pack = replace(pack, content=goods.grams, measure=Measure.GRAM)
        return ArticleScanned(pack)
    if article.unit is Unit.KILOGRAM:
        return ArticleScanned(article, goods.grams) if goods.grams else CodeFault.FOREIGN
    if goods.grams is not None or goods.loose:
        return CodeFault.UNKNOWN  # a piece with a weight, or with room for one, is neither
    return ArticleScanned(article, quantity=goods.count or 1)


def _mere_number(found: Found) -> bool:
    """Whether it names an article and nothing else, or nothing at all.

    What a label measures, and what a deposit slip is worth, has to be scanned: anybody can work out a
    check digit for a cent, or for a slip of a thousand euros.
    """
    if isinstance(found, Goods):
        return found.price is None and found.grams is None and found.count is None
    return not isinstance(found, DepositSlip)
