"""In-store codes: thirteen digits with weight, price or count inside, told apart by a table of patterns.

A pattern is the code with letters for digits: a prefix of digits, then `I` item, `S` number of a
deposit slip, `P` price in cents, `W` grams, `N` count, `V` the check digit of that measure, and `K` the
check digit of all. An article's key is its code with nothing measured: `28IIIII00000K`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from kiosk.checkout.events import CodeFault
from kiosk.goods.found import MAX_COUNT, MAX_GRAMS, MAX_PRICE, DepositSlip, Found, Goods
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money

GERMANY = (
    "22IIIIVPPPPPK",
    "23IIIIVPPPPPK",
    "25IIIIVNNNNNK",
    "26IIIIVNNNNNK",
    "28IIIIIWWWWWK",
    "29IIIIIWWWWWK",
)
"""As GS1 Germany assigns the prefixes. Scales that put a check digit before the weight want
`28IIIIVWWWWWK` instead; read by this table such a code is an unknown article, never a wrong one."""

LENGTH = 13
IN_STORE = ("02", *(str(prefix) for prefix in range(20, 30)))
"""GS1 General Specifications, section 2.1.11: `02` is UPC-A with prefix 2."""
OF_SLIPS = (*IN_STORE, "98", "99")
MEASURES = {"P": "price", "W": "weight", "N": "count"}
_SHAPE = re.compile(r"([0-9]{2,6})([IVPWNS]+)K")


@dataclass(frozen=True, slots=True)
class Template:
    """One pattern, taken apart: places in the thirteen digits."""

    prefix: str
    name: slice
    """Of the item, or of the slip's number."""
    kind: str
    """The letter of the measure; empty where there is none."""
    measure: slice
    inner: int | None
    slip: bool

    def read(self, digits: str) -> Found:
        """What thirteen digits of this prefix mean; their last one is right."""
        if self.slip:
            cents = _priced(int(digits[self.measure]))
            return DepositSlip(digits[self.name], cents) if cents else CodeFault.FOREIGN
        if self.inner is not None and digits[self.inner] != inner_check(digits[self.measure]):
            return CodeFault.MISLABELLED
        gtin = self._key(digits)
        if not self.kind:
            return Goods(gtin)
        value = int(digits[self.measure])
        match self.kind:
            case "P":
                price = _priced(value)
                return Goods(gtin, price=price) if price else CodeFault.FOREIGN
            case "W" if 0 < value <= MAX_GRAMS:
                return Goods(gtin, grams=value)
            case "W" if int(digits) == gtin:
                return Goods(gtin, loose=True)
            case "N" if 0 < value <= MAX_COUNT:
                return Goods(gtin, count=value)
            case _:
                return CodeFault.FOREIGN

    def _key(self, digits: str) -> Gtin:
        plain = list(digits[:-1])
        plain[self.measure] = "0" * len(digits[self.measure])
        if self.inner is not None:
            plain[self.inner] = "0"  # the check digit of zeros
        key = "".join(plain)
        return Gtin(int(key + check_digit(key)))


def _priced(cents: int) -> Money | None:
    return Money(cents) if 0 < cents <= MAX_PRICE else None


class Templates:
    """The table: finds the template of a code by its prefix."""

    def __init__(self, in_store: Iterable[str] = GERMANY, slips: Iterable[str] = ()) -> None:
        """Raises ValueError naming the pattern that cannot be, or that is like another."""
        self._by_prefix: dict[str, tuple[Template, ...]] = {}
        known: list[Template] = []
        patterns = [(each, False) for each in in_store] + [(each, True) for each in slips]
        for pattern, slip in patterns:
            made = template(pattern, slip=slip)
            for other in known:
                if made.prefix.startswith(other.prefix) or other.prefix.startswith(made.prefix):
                    raise ValueError(f'"{pattern}" and another pattern begin alike')
            known.append(made)
        for made in known:
            start = made.prefix[:2]
            self._by_prefix[start] = (*self._by_prefix.get(start, ()), made)

    def read(self, gtin: Gtin) -> Found:
        """What a GTIN with a right check digit means; most are articles and nothing more."""
        digits = f"{gtin:013d}"
        for each in self._by_prefix.get(digits[:2], ()):
            if digits.startswith(each.prefix) and len(digits) == LENGTH:
                return each.read(digits)
        return Goods(gtin)


def template(pattern: str, *, slip: bool) -> Template:
    """Take a pattern apart. Raises ValueError saying what is wrong with it."""
    shape = _SHAPE.fullmatch(pattern)
    if len(pattern) != LENGTH or not shape:
        raise ValueError(f'"{pattern[:20]}" is no pattern of 13 places like 28IIIIIWWWWWK')
    prefix = shape[1]
    if prefix[:2] not in (OF_SLIPS if slip else IN_STORE):
        raise ValueError(f'"{pattern}" does not begin as such codes do')
    runs = _runs(pattern, shape.start(2), shape.end(2))
    measures = [letter for letter in runs if letter in MEASURES]
    _judge(pattern, runs, measures, slip=slip)
    kind = measures[0] if measures else ""
    inner = runs["V"].start if "V" in runs else None
    measure = runs[kind] if kind else slice(0, 0)
    return Template(prefix, runs["S" if slip else "I"], kind, measure, inner, slip)


def _runs(pattern: str, start: int, end: int) -> dict[str, slice]:
    runs: dict[str, slice] = {}
    for letter, places in groupby(range(start, end), key=pattern.__getitem__):
        if letter in runs:
            raise ValueError(f'"{pattern}" has {letter} in two places')
        first, *more = places
        runs[letter] = slice(first, first + 1 + len(more))
    return runs


def _judge(pattern: str, runs: dict[str, slice], measures: list[str], *, slip: bool) -> None:
    if slip:
        if runs.keys() != {"S", "P"}:
            raise ValueError(f'"{pattern}" wants S and P, and nothing else')
        return
    if "I" not in runs or "S" in runs or len(measures) > 1:
        raise ValueError(f'"{pattern}" wants I, at most one of P, W and N, and no S')
    lengths = [runs[each].stop - runs[each].start for each in measures]
    if "V" in runs and (lengths not in ([4], [5]) or runs["V"].stop - runs["V"].start > 1):
        raise ValueError(f'"{pattern}" has a V that is no check digit of four or five digits')


def inner_check(digits: str) -> str:
    """The check digit of four or five digits (GS1 General Specifications, 7.9.2 to 7.9.4).

    A weight of `2-` multiplies by 2 and takes the tens from the units, `5+` adds them.
    """
    d = [int(each) for each in digits]
    if len(d) == 4:
        total = _minus(2 * d[0]) + _minus(2 * d[1]) + 3 * d[2] + _minus(5 * d[3])
        return str(total * 3 % 10)
    total = _plus(5 * d[0]) + _minus(2 * d[1]) + _minus(5 * d[2]) + _plus(5 * d[3])
    rest = -(total + _minus(2 * d[4])) % 10
    return next(str(each) for each in range(10) if _minus(5 * each) % 10 == rest)


def _minus(product: int) -> int:
    return product % 10 - product // 10


def _plus(product: int) -> int:
    return product % 10 + product // 10
