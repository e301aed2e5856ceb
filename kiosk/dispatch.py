"""What a scanned code means: the one place that decides. Its answers hold nothing private."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from kiosk.basket import Article, Unit
from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeFault, CodeRead, CodeRefused
from kiosk.gtin import check_digit, gtin_of
from kiosk.ids import Gtin

STAFF_PREFIX = "STAFF:"
STAFF_SYMBOLOGIES = ("", "Q1", "Q0", "C0")
"""Staff codes come as QR or Code 128, never as something an article could carry."""
RELEASED_AGE = 18


class Dispatcher:
    """Resolves codes against the catalogue snapshot; replay never needs it."""

    def __init__(self, find: Callable[[Gtin], Article | None], staff_sha256: str = "") -> None:
        """`staff_sha256`: hex digest of the staff code; empty: no code releases anything."""
        self._find = find
        self._staff = staff_sha256.lower()

    def resolve(self, code: CodeRead) -> ArticleScanned | CodeRefused | AgeReleased:
        """The event that may be journalled in place of the code."""
        if not code.whole:
            return self._refused(code, CodeFault.TORN)
        if code.text.startswith(STAFF_PREFIX) and code.symbology in STAFF_SYMBOLOGIES:
            return self._staff_code(code)
        gtin = gtin_of(code.symbology, code.text)
        if isinstance(gtin, CodeFault):
            return self._refused(code, gtin)
        weighed = _weighed(gtin)
        article = self._find(weighed[0] if weighed else gtin)
        if article is None:
            return self._refused(code, CodeFault.UNKNOWN)
        if article.unit is Unit.PIECE:
            return self._refused(code, CodeFault.UNKNOWN) if weighed else ArticleScanned(article)
        if not weighed or weighed[1] == 0:
            return self._refused(code, CodeFault.FOREIGN)  # never sold at price 0
        return ArticleScanned(article, weighed[1])

    def _staff_code(self, code: CodeRead) -> CodeRefused | AgeReleased:
        found = hashlib.sha256(code.text.encode()).hexdigest()
        if self._staff and hmac.compare_digest(found, self._staff):
            return AgeReleased(RELEASED_AGE)
        return self._refused(code, CodeFault.FOREIGN)

    def _refused(self, code: CodeRead, reason: CodeFault) -> CodeRefused:
        return CodeRefused(code.symbology[:2], min(len(code.text), 9999), reason)


def _weighed(gtin: Gtin) -> tuple[Gtin, int] | None:
    """In-store label `28nnnnnwwwwwc`: the article's key and the grams; None for all other codes."""
    digits = f"{gtin:013d}"
    if len(digits) != 13 or digits[:2] not in ("28", "29"):
        return None
    key = digits[:7] + "00000"
    return Gtin(int(key + check_digit(key))), int(digits[7:12])
