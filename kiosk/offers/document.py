"""Promotions as a JSON document, read strictly and written plainly. The fields: docs/promotions.md.

What is wrong is refused with the promotion's id and the field; nothing is guessed, and nothing that is
not understood is passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from kiosk.ids import Gtin
from kiosk.money import Money
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    Each,
    FixedPrice,
    FromQuantity,
    Name,
    NForM,
    Part,
    Percent,
    Promotion,
    Promotions,
    SumOff,
    Terms,
    Window,
    WrongPromotion,
)

FORMAT = 1
COUPON_MOST = 64
Json = Any
Goods = Mapping[str, tuple[Gtin, ...]]
"""Named groups of goods."""


class Unreadable(ValueError):
    """It is no document of promotions at all."""


def read_promotions(text: str) -> Promotions:
    """The promotions of a document. Raises Unreadable, or WrongPromotion for what stands in it."""
    try:
        found = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no document of promotions: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable(f"no document of promotions of format {FORMAT}")
    body = _Fields("", found)
    body.whole("format")
    currency = body.text("currency", "EUR")
    groups = {
        name: _gtins(body.id, f"goods of {name!r}", goods)
        for name, goods in body.table("goods").items()
    }
    rules = tuple(_promotion(each, groups, currency) for each in body.list("promotions"))
    bound = _goods(body, groups, "price_bound")
    _coupons(body.table("coupons"), rules)
    body.end()
    return Promotions(rules, currency, bound)


def read_coupons(text: str) -> dict[str, str]:
    """The codes that customers show, and the coupon rule each stands for: in no journal, beside it.

    Raises as `read_promotions` does.
    """
    rules = read_promotions(text).all
    return _coupons(json.loads(text).get("coupons", {}), rules)


def _coupons(found: dict[str, Json], rules: tuple[Promotion, ...]) -> dict[str, str]:
    known = {rule.coupon for rule in rules if rule.coupon}
    for code, rule in found.items():
        if not 4 <= len(code) <= COUPON_MOST or not code.isascii() or not code.isprintable():
            raise WrongPromotion("", "coupons", f"a code has 4 to {COUPON_MOST} ASCII characters")
        if rule not in known:
            raise WrongPromotion("", "coupons", f"no promotion has the coupon {rule!r}")
    return found


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is there twice")
    return found


class _Fields:
    """The fields of one object, each taken once and of the right kind."""

    def __init__(self, promotion: str, data: Json, field: str = "") -> None:
        self.id = promotion
        self._field = field
        if not isinstance(data, dict):
            raise WrongPromotion(promotion, field or "promotion", "an object is wanted")
        self._data: dict[str, Json] = dict(data)

    def wrong(self, name: str, reason: str) -> WrongPromotion:
        """What to raise about this field."""
        return WrongPromotion(self.id, f"{self._field}.{name}" if self._field else name, reason)

    def text(self, name: str, usual: str | None = None) -> str:
        """Of a string."""
        return str(self._take(name, str, usual))

    def whole(self, name: str, usual: int | None = None) -> int:
        """Of a whole number."""
        return int(self._take(name, int, usual))

    def yes(self, name: str) -> bool:
        """Of true or false; left out it is false."""
        return bool(self._take(name, bool, False))

    def list(self, name: str) -> list[Json]:
        """Of a list; left out it is empty."""
        return list(self._take(name, list, []))

    def table(self, name: str) -> dict[str, Json]:
        """Of an object; left out it is empty."""
        return dict(self._take(name, dict, {}))

    def fields(self, name: str) -> _Fields:
        """Of an object, to be taken field by field."""
        return _Fields(self.id, self._take(name, dict, None), name)

    def end(self) -> None:
        """Nothing may be left."""
        for name in self._data:
            raise self.wrong(name, "there is no such field")

    def _take(self, name: str, kind: type, usual: Json) -> Json:
        if name not in self._data:
            if usual is None:
                raise self.wrong(name, "is missing")
            return usual
        value = self._data.pop(name)
        if type(value) is not kind:
            raise self.wrong(name, f"{kind.__name__} is wanted")
        return value


# --- reading ----------------------------------------------------------------------------------


def _promotion(data: Json, groups: Goods, currency: str) -> Promotion:
    known = data.get("id") if isinstance(data, dict) else None
    body = _Fields(known if isinstance(known, str) else "", data)
    days = _Fields(body.id, body.table("days"), "days")
    rule = Promotion(
        id=body.text("id"),
        names=tuple(_name(body, language, text) for language, text in body.table("name").items()),
        terms=_terms(body.fields("terms"), groups, currency),
        goods=_goods(body, groups),
        everything=body.yes("everything"),
        priority=body.whole("priority", 0),
        combinable=body.yes("combinable"),
        most=body.whole("most", 0),
        first_day=days.text("first", ""),
        last_day=days.text("last", ""),
        windows=tuple(_window(body.id, each) for each in body.list("hours")),
        group=body.text("group", ""),
        coupon=body.text("coupon", ""),
    )
    days.end()
    body.end()
    return rule


def _name(body: _Fields, language: str, text: Json) -> Name:
    if not isinstance(text, str):
        raise body.wrong("name", "str is wanted")
    return Name(language, text)


def _goods(body: _Fields, groups: Goods, field: str = "goods") -> tuple[Gtin, ...]:
    """GTINs and names of groups, in any mixture; an article told twice counts once."""
    found: dict[Gtin, None] = {}
    for each in body.list(field):
        if isinstance(each, str):
            if each not in groups:
                raise body.wrong(field, f"there is no group {each!r}")
            found |= dict.fromkeys(groups[each])
        else:
            found |= dict.fromkeys(_gtins(body.id, field, [each]))
    return tuple(sorted(found))


def _gtins(promotion: str, field: str, data: Json) -> tuple[Gtin, ...]:
    if not isinstance(data, list) or any(type(each) is not int for each in data):
        raise WrongPromotion(promotion, field, "GTINs are wanted, as whole numbers")
    return tuple(Gtin(each) for each in data)


def _window(promotion: str, data: Json) -> Window:
    body = _Fields(promotion, data, "hours")
    window = Window(
        _minute(body, "from"),
        _minute(body, "to"),
        tuple(int(day) if type(day) is int else 0 for day in body.list("days")),
    )
    body.end()
    return window


def _minute(body: _Fields, name: str) -> int:
    text = body.text(name)
    hour, colon, minute = text.partition(":")
    digits = (hour + minute).isascii() and (hour + minute).isdigit()
    if len(text) != len("16:00") or colon != ":" or len(hour) != 2 or not digits:
        raise body.wrong(name, f"{text!r} is no time like 16:00")
    if int(minute) >= 60:
        raise body.wrong(name, f"{text!r} is no time of day")
    return int(hour) * 60 + int(minute)


def _terms(body: _Fields, groups: Goods, currency: str) -> Terms:
    def money(name: str, usual: int | None = None) -> Money:
        return Money(body.whole(name, usual), currency)

    def parts() -> tuple[Part, ...]:
        return tuple(_part(body.id, each, groups) for each in body.list("parts"))

    kinds: dict[str, Callable[[], Terms]] = {
        "percent": lambda: Percent(body.whole("hundredths")),
        "amount_off": lambda: AmountOff(money("cents")),
        "fixed_price": lambda: FixedPrice(money("cents")),
        "from_quantity": lambda: FromQuantity(
            body.whole("quantity"), _each(body.fields("each"), currency)
        ),
        "n_for_m": lambda: NForM(body.whole("take"), body.whole("pay")),
        "bundle": lambda: Bundle(parts(), money("cents")),
        "sum_off": lambda: SumOff(money("cents"), money("least", 0)),
    }
    kind = body.text("kind")
    if kind not in kinds:
        raise body.wrong("kind", f"{kind!r} is none of {', '.join(kinds)}")
    terms = kinds[kind]()
    body.end()
    return terms


def _each(body: _Fields, currency: str) -> Each:
    terms = _terms(body, {}, currency)
    if not isinstance(terms, Percent | AmountOff | FixedPrice):
        raise body.wrong("kind", "terms of a single piece are wanted")
    return terms


def _part(promotion: str, data: Json, groups: Goods) -> Part:
    body = _Fields(promotion, data, "parts")
    part = Part(_goods(body, groups), body.whole("count", 1))
    body.end()
    return part


# --- writing ----------------------------------------------------------------------------------


def write_promotions(promotions: Promotions) -> str:
    """The document that reads as these promotions; fields that do not restrict are left out."""
    body: dict[str, Json] = {
        "format": FORMAT,
        "currency": promotions.currency,
        "promotions": [_body(rule) for rule in promotions.all],
    }
    if promotions.bound:
        body["price_bound"] = list(promotions.bound)
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def version_of(promotions: Promotions) -> str:
    """What a state keeps in place of the promotions: equal if and only if they are."""
    return hashlib.sha256(write_promotions(promotions).encode()).hexdigest()


def _body(rule: Promotion) -> dict[str, Json]:
    days = {"first": rule.first_day, "last": rule.last_day}
    body: dict[str, Json] = {
        "id": rule.id,
        "name": {name.language: name.text for name in rule.names},
        "terms": _terms_body(rule.terms),
        "goods": list(rule.goods),
        "everything": rule.everything,
        "priority": rule.priority,
        "combinable": rule.combinable,
        "most": rule.most,
        "days": {name: day for name, day in days.items() if day},
        "hours": [_window_body(window) for window in rule.windows],
        "group": rule.group,
        "coupon": rule.coupon,
    }
    return {name: value for name, value in body.items() if value}


def _window_body(window: Window) -> dict[str, Json]:
    body: dict[str, Json] = {"from": _clock(window.start), "to": _clock(window.end)}
    return body | ({"days": list(window.days)} if window.days else {})


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _terms_body(terms: Terms) -> dict[str, Json]:
    match terms:
        case Percent():
            return {"kind": "percent", "hundredths": terms.hundredths}
        case AmountOff():
            return {"kind": "amount_off", "cents": terms.amount.minor}
        case FixedPrice():
            return {"kind": "fixed_price", "cents": terms.price.minor}
        case FromQuantity():
            each = _terms_body(terms.each)
            return {"kind": "from_quantity", "quantity": terms.quantity, "each": each}
        case NForM():
            return {"kind": "n_for_m", "take": terms.take, "pay": terms.pay}
        case Bundle():
            parts = [{"goods": list(part.goods), "count": part.count} for part in terms.parts]
            return {"kind": "bundle", "parts": parts, "cents": terms.price.minor}
        case SumOff():
            return {"kind": "sum_off", "cents": terms.amount.minor, "least": terms.least.minor}
        case _:
            assert_never(terms)
