"""What a security module (TSE) leaves on a receipt, and the texts that are made of it.

Shapes after DSFinV-K 2.4, appendix I (QR text) and § 6 KassenSichV. Until a module is attached a
receipt carries none of this. The five places of a tax class are classes of the law, not rates: a
rate only tells which place it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.money import Money
from kiosk.pricing import VatRow

PLACES = {1900: 0, 1600: 0, 700: 1, 500: 1, 1070: 2, 950: 2, 550: 3, 0: 4}
"""Rate in hundredths of a percent -> place in process data: general, reduced, two of § 24, none."""
PROCESS_TYPE = "Kassenbeleg-V1"


class Paid(StrEnum):
    """How money came, as DSFinV-K tells it."""

    CASH = "Bar"
    CASHLESS = "Unbar"


@dataclass(frozen=True, slots=True)
class Security:
    """One transaction as the module closed it."""

    device: str
    """Serial number of the module, in hex."""
    transaction: int
    counter: int
    """The signature counter."""
    signature: str
    """The check value, base64."""
    started: datetime
    logged: datetime
    """When the module closed it."""
    process_data: str
    algorithm: str
    time_format: str
    public_key: str
    """Base64."""
    process_type: str = PROCESS_TYPE
    first_order: datetime | None = None
    """Of goods ordered before they were paid; none at a self-checkout."""


def place_of(rate: int) -> int:
    """The place of a rate among the five classes. Raises ValueError for a rate of no class."""
    if rate not in PLACES:
        raise ValueError(f"a rate of {rate / 100:g} % has no place in process data")
    return PLACES[rate]


def process_data(vat: Iterable[VatRow], paid: Iterable[tuple[Paid, Money]]) -> str:
    """`Beleg^19.00_7.00_0.00_0.00_0.00^26.00:Unbar`: sums by class, then what was paid how."""
    classes = [0] * 5
    for row in vat:
        classes[place_of(row.rate)] += row.gross.minor
    sums = "_".join(map(_amount, classes))
    ways = "_".join(_way(kind, amount) for kind, amount in paid)
    return f"Beleg^{sums}^{ways}"


def qr_text(till: str, security: Security) -> str:
    """The twelve fields of the receipt's QR code."""
    return ";".join(
        (
            "V0",
            till,
            security.process_type,
            security.process_data,
            str(security.transaction),
            str(security.counter),
            moment(security.started),
            moment(security.logged),
            security.algorithm,
            security.time_format,
            security.signature,
            security.public_key,
        )
    )


def moment(at: datetime) -> str:
    """`2026-07-15T14:01:09.000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _amount(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _way(kind: Paid, amount: Money) -> str:
    currency = "" if amount.currency == "EUR" else f":{amount.currency}"
    return f"{_amount(amount.minor)}:{kind.value}{currency}"
