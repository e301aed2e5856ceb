"""GS1 element strings to goods: `01` and `02` with weight, price, count and dates.

biip knows the application identifiers and cuts the text; what the values mean is read here, so that
nothing it would guess is believed. A check digit that is wrong is a misread code, not another one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from kiosk.checkout.events import CodeFault
from kiosk.goods.found import MAX_COUNT, MAX_GRAMS, MAX_PRICE, Goods
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money

LONGEST = 200
"""GS1-128 ends at 48 characters, the largest symbol anybody prints for goods far below this."""
GS = "\x1d"
EURO = "978"
"""ISO 4217."""
Elements = list[tuple[str, str]]
"""Application identifier and value, in the order of the code."""

_GTIN, _CONTENT, _COUNT, _CONTAINED = "01", "02", "30", "37"
_WEIGHT, _PAYABLE, _PAYABLE_IN = "310", "392", "393"
_DATES = ("15", "16", "17")
"""Best before, sell by, use by."""
_FORMS = {
    _GTIN: r"[0-9]{14}",
    _CONTENT: r"[0-9]{14}",
    _COUNT: r"[0-9]{1,8}",
    _CONTAINED: r"[0-9]{1,8}",
    _WEIGHT: r"[0-9]{6}",
    _PAYABLE: r"[0-9]{1,15}",
    _PAYABLE_IN: r"[0-9]{4,18}",
    **dict.fromkeys(_DATES, r"[0-9]{6}"),
}


def cut(text: str) -> Elements | None:
    """The element strings of a code; None if it is no such text to its very end."""
    from biip import ParseError  # 150 ms, for shops that scan such codes
    from biip.gs1_element_strings import GS1ElementString

    if len(text) > LONGEST or not all(each == GS or " " < each <= "~" for each in text):
        return None
    found: Elements = []
    rest = text.lstrip(GS)
    while rest:
        try:
            element = GS1ElementString.extract(rest)
        except (ParseError, ValueError, ArithmeticError, LookupError):
            return None
        rest = rest[len(element) :]
        if rest and element.ai.separator_required and rest[0] != GS:
            return None  # longer than it may be: its tail is no element string of its own
        rest = rest.lstrip(GS)
        found.append((element.ai.ai, element.value))
    return found


def meant(elements: Elements, today: date) -> Goods | CodeFault:
    """The goods these elements name. `today` tells the century of their dates."""
    values: dict[str, tuple[str, int]] = {}
    for ai, value in elements:
        measured = len(ai) == 4 and ai[:3] in (_WEIGHT, _PAYABLE, _PAYABLE_IN)
        name = ai[:3] if measured else ai
        if name not in _FORMS:
            continue
        told = (value, int(ai[3]) if measured else 0)
        if not re.fullmatch(_FORMS[name], value) or values.setdefault(name, told) != told:
            return CodeFault.FOREIGN
    if (_GTIN in values) == (_CONTENT in values) or (_CONTENT in values) != (_CONTAINED in values):
        return CodeFault.FOREIGN
    digits = values[_GTIN if _GTIN in values else _CONTENT][0]
    if check_digit(digits[:-1]) != digits[-1]:
        return CodeFault.CHECK_DIGIT
    try:
        return _goods(digits, values, today)
    except ValueError:
        return CodeFault.FOREIGN


def _goods(digits: str, values: dict[str, tuple[str, int]], today: date) -> Goods:
    """Raises ValueError for what cannot be sold, or not in this unit."""
    grams, price = _grams(values), _price(values)
    measured = grams is not None or price is not None
    if digits[0] not in "09" or (digits[0] == "9" and not measured) or not int(digits):
        raise ValueError("a case, or a measure that is missing")
    if price is not None and digits[0] != "9":
        raise ValueError("a price for goods that have one")  # else anybody prints their own
    count = _count(values)
    dates = [_date(values[each][0], today) for each in _DATES if each in values]
    # How many pieces lie in a measured pack is no quantity: the pack is sold as one.
    return Goods(
        Gtin(int(digits)), grams, price, None if measured else count, min(dates, default=None)
    )


def _grams(values: dict[str, tuple[str, int]]) -> int | None:
    if _WEIGHT not in values:
        return None
    return _within(_scaled(*values[_WEIGHT], places=3), MAX_GRAMS)


def _price(values: dict[str, tuple[str, int]]) -> Money | None:
    found: set[int] = set()
    if _PAYABLE in values:
        found.add(_scaled(*values[_PAYABLE], places=2))
    if _PAYABLE_IN in values:
        value, decimals = values[_PAYABLE_IN]
        if value[:3] != EURO:
            raise ValueError("another currency")
        found.add(_scaled(value[3:], decimals, places=2))
    if len(found) > 1:
        raise ValueError("two prices")
    return Money(_within(found.pop(), MAX_PRICE)) if found else None


def _count(values: dict[str, tuple[str, int]]) -> int | None:
    told = [values[each][0] for each in (_COUNT, _CONTAINED) if each in values]
    if len(told) > 1:
        raise ValueError("two counts")
    return _within(int(told[0]), MAX_COUNT) if told else None


def _scaled(value: str, decimals: int, places: int) -> int:
    """A number with so many decimals, in units of `places` decimals; never rounded."""
    if decimals <= places:
        return int(value) * int("1" + "0" * (places - decimals))
    whole, rest = divmod(int(value), int("1" + "0" * (decimals - places)))
    if rest:
        raise ValueError("finer than can be sold")
    return whole


def _within(number: int, most: int) -> int:
    if not 0 < number <= most:
        raise ValueError("nothing, or too much")
    return number


def _date(value: str, today: date) -> date:
    """YYMMDD; day 00 is the month's last. At most 49 years back and 50 ahead (section 7.12)."""
    year, month, day = (
        today.year - today.year % 100 + int(value[:2]),
        int(value[2:4]),
        int(value[4:]),
    )
    if year - today.year > 50:
        year -= 100
    elif year - today.year < -49:
        year += 100
    if not 1 <= month <= 12:
        raise ValueError("no month")
    return date(year, month, day or monthrange(year, month)[1])
