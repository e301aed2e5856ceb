"""What the law fixes, and from which day: tax rates, deposits, ages. Germany's, read like the statute.

Days are the shop's calendar. One moment counts for a whole sale: its start (`local` makes it a moment
of the wall clock). So nothing changes under a customer's hands at midnight, a replay years later
finds the same, and staff can tell from the receipt which day was meant. By the letter of § 13 UStG
the day of handing over counts for taxes: a shop that sells through the night of a change closes
its kiosks for that minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"


def local(at: datetime, zone: str = ZONE) -> datetime:
    """An aware moment on the shop's wall clock."""
    if at.tzinfo is None:
        raise ValueError("a moment without its zone is no moment")
    return at.astimezone(ZoneInfo(zone))


class NotInForce(ValueError):
    """The tables begin later than this day."""


# --- value added tax ----------------------------------------------------------------------------


class VatClass(StrEnum):
    """What is sold, as the tax law sorts it."""

    GENERAL = "general"
    REDUCED = "reduced"
    RESTAURANT_FOOD = "restaurant_food"
    """Food eaten on the spot. Drinks are general."""
    EXEMPT = "exempt"


Table = tuple[tuple[date, int], ...]
"""From a day on, this; the latest first."""

RATES: Mapping[VatClass, Table] = MappingProxyType(
    {
        VatClass.GENERAL: (  # § 12 (1) UStG
            (date(2021, 1, 1), 1900),
            (date(2020, 7, 1), 1600),  # § 28 (1) UStG, second half of 2020
            (date(2007, 1, 1), 1900),
        ),
        VatClass.REDUCED: (  # § 12 (2) UStG
            (date(2021, 1, 1), 700),
            (date(2020, 7, 1), 500),  # § 28 (2) UStG
            (date(2007, 1, 1), 700),
        ),
        VatClass.RESTAURANT_FOOD: (  # § 12 (2) no. 15 UStG
            (date(2026, 1, 1), 700),
            (date(2024, 1, 1), 1900),
            (date(2021, 1, 1), 700),
            (date(2020, 7, 1), 500),
            (date(2007, 1, 1), 1900),
        ),
        VatClass.EXEMPT: ((date(2007, 1, 1), 0),),  # § 4 UStG
    }
)
"""In hundredths of a percent, as articles carry them."""


def rate_of(vat_class: VatClass, on: date) -> int:
    """The rate of that day. Raises NotInForce for days before the table begins."""
    return _since(RATES[vat_class], on, f"a rate for {vat_class.value}")


# --- deposits -----------------------------------------------------------------------------------


class Drink(StrEnum):
    """What is in a one-way plastic bottle or can, as § 31 VerpackG sorts it."""

    SPARKLING = "sparkling"
    """Beer, water, and soft drinks with carbon dioxide."""
    STILL = "still"
    """Soft drinks without it, and mixed drinks with alcohol."""
    OTHER = "other"
    """Juice, wine, spirits; milk in cans."""
    MILK = "milk"
    """Milk, and drinks with at least half of it, in plastic bottles."""
    NONE = "none"


DEPOSITS: Mapping[Drink, Table] = MappingProxyType(
    {
        Drink.SPARKLING: ((date(2003, 1, 1), 25),),  # § 8 VerpackV, today § 31 (1) VerpackG
        Drink.STILL: ((date(2006, 5, 1), 25),),  # third amendment of the VerpackV
        Drink.OTHER: ((date(2022, 1, 1), 25),),  # § 31 (4) VerpackG, amended 2021
        Drink.MILK: ((date(2024, 1, 1), 25),),  # § 31 (4) VerpackG, after the time of transition
        Drink.NONE: (),
    }
)
"""Cents a container."""
LEAST_MILLILITRES, MOST_MILLILITRES = 100, 3000
"""§ 31 (4) VerpackG: smaller and larger containers carry none."""


def deposit_of(drink: Drink, millilitres: int, on: date) -> int:
    """Cents on a one-way container of that day; 0 where none was asked for."""
    if not LEAST_MILLILITRES <= millilitres <= MOST_MILLILITRES:
        return 0
    return next((cents for since, cents in DEPOSITS[drink] if on >= since), 0)


# --- ages ---------------------------------------------------------------------------------------


class Restricted(StrEnum):
    """Goods that not everybody may buy."""

    BEER_AND_WINE = "beer_and_wine"
    """Sparkling wine and mixtures of these with soft drinks, too."""
    SPIRITS = "spirits"
    """Whatever contains distilled alcohol, mixed drinks too."""
    TOBACCO = "tobacco"
    E_CIGARETTES = "e_cigarettes"
    UNLABELLED_MEDIA = "unlabelled_media"
    """Films and games without a label; with one the label tells the age."""
    NONE = "none"


AGES: Mapping[Restricted, Table] = MappingProxyType(
    {
        Restricted.BEER_AND_WINE: ((date(2003, 4, 1), 16),),  # § 9 (1) no. 1 JuSchG
        Restricted.SPIRITS: ((date(2003, 4, 1), 18),),  # § 9 (1) no. 2 JuSchG
        Restricted.TOBACCO: (
            (date(2007, 9, 1), 18),  # § 10 (1) JuSchG, amended 2007
            (date(2003, 4, 1), 16),
        ),
        Restricted.E_CIGARETTES: ((date(2016, 4, 1), 18),),  # § 10 (4) JuSchG
        Restricted.UNLABELLED_MEDIA: ((date(2003, 4, 1), 18),),  # § 12 (3) JuSchG
        Restricted.NONE: (),
    }
)


def age_of(goods: Restricted, on: date) -> int:
    """The least age in years of that day; 0 where everybody may buy."""
    return next((years for since, years in AGES[goods] if on >= since), 0)


# --- all of it ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kinds:
    """What an article is to the law: this is what a catalogue may keep instead of figures."""

    vat: VatClass
    drink: Drink = Drink.NONE
    millilitres: int = 0
    restricted: Restricted = Restricted.NONE


@dataclass(frozen=True, slots=True)
class Figures:
    """What the law makes of it on one day, as `kiosk.basket.Article` carries it."""

    vat: int
    deposit: int
    age: int


def figures_of(kinds: Kinds, on: date) -> Figures:
    """Rate, deposit and age of that day."""
    return Figures(
        rate_of(kinds.vat, on),
        deposit_of(kinds.drink, kinds.millilitres, on),
        age_of(kinds.restricted, on),
    )


def _since(table: Table, on: date, what: str) -> int:
    for since, value in table:
        if on >= since:
            return value
    raise NotInForce(f"the tables do not tell {what} on {on.isoformat()}")
