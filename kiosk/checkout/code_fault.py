"""Why a scanned code is not sold by."""

from __future__ import annotations

from enum import StrEnum


class CodeFault(StrEnum):
    """Why a scanned code gave no article."""

    UNKNOWN = "unknown"
    CHECK_DIGIT = "check_digit"
    TORN = "torn"
    """Incomplete, too long, or with bytes no code has."""
    FOREIGN = "foreign"
    """A whole code, but of a kind the shop does not sell by; or a customer's, but not a whole one."""
    MISLABELLED = "mislabelled"
    """An in-store label whose inner check digit is wrong: its weight or price is not to be believed."""
    EXPIRED = "expired"
    """Its best-before date is over."""
    NOT_FOR_SALE = "not_for_sale"
    RECALLED = "recalled"
    UNWEIGHED = "unweighed"
    """An article by the kilogram whose code tells no weight, where there is no scale."""
