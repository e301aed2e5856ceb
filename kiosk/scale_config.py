"""The `[scale]` table: where the scale is, what stands on its plate, and what it is certified by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk import seal
from kiosk.checkout.weigh_events import WeighingTerms
from kiosk.errors import ConfigError
from kiosk.weighing import Limits

MOST_GRAMS, MOST_TARE, MOST_TARES = 99_999, 2_000, 3
CERTIFIED = ("certificate", "notified_body", "serial_number", "module_sha256")
CHECKSUMS = "dialog06"


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """The scale for goods by the kilogram. `minimum` and `capacity`: grams, as on its plate.

    `tares`: grams of the bags and cups that customers may choose. `polynomial`: four hex digits, for a
    Dialog 06 scale that wants checksums. `legal_for_trade`: scale and kiosk are certified as one
    measuring system, by what the other keys name; `module_sha256` is the seal of its weighing module.
    """

    driver: str
    address: str
    minimum: int = 20
    capacity: int = 15_000
    tares: tuple[int, ...] = ()
    polynomial: str = ""
    legal_for_trade: bool = False
    certificate: str = ""
    notified_body: str = ""
    serial_number: str = ""
    module_sha256: str = ""


def terms_of(scale: ScaleConfig) -> WeighingTerms:
    """How goods are weighed by this scale, for the journal: with the seal of what computes."""
    limits = Limits(scale.minimum, scale.capacity)
    return WeighingTerms(limits, (0, *scale.tares), scale.legal_for_trade, seal.sha256()[:16])


def sealed(scale: ScaleConfig) -> str:
    """Which code weighs, and by what right: for the log of a start."""
    right = scale.certificate if scale.legal_for_trade else "not legal for trade, and marked so"
    return f"weighing module {seal.sha256()}; {right}"


def check_scale(scale: ScaleConfig) -> None:
    """Raises ConfigError naming the key."""
    if not 1 <= scale.minimum < scale.capacity <= MOST_GRAMS:
        raise ConfigError(
            f"scale.minimum: 1 to scale.capacity is wanted, and that up to {MOST_GRAMS} grams"
        )
    if len(scale.tares) > MOST_TARES or not all(0 < each <= MOST_TARE for each in scale.tares):
        raise ConfigError(f"scale.tares: up to {MOST_TARES} of 1 to {MOST_TARE} grams are wanted")
    if scale.polynomial and scale.driver != CHECKSUMS:
        raise ConfigError(f"scale.polynomial: only {CHECKSUMS} has checksums")
    if scale.polynomial and not re.fullmatch("[0-9A-Fa-f]{4}", scale.polynomial):
        raise ConfigError("scale.polynomial: four hex digits are wanted")
    if scale.legal_for_trade:
        _check_certified(scale)


def _check_certified(scale: ScaleConfig) -> None:
    """Nothing is legal for trade on somebody's word: what proves it is named, and its code is here."""
    for key in CERTIFIED:
        if not getattr(scale, key).strip():
            raise ConfigError(
                f"scale.{key}: is missing; scale.legal_for_trade needs {', '.join(CERTIFIED)}"
            )
    if scale.module_sha256.lower() != seal.sha256():
        raise ConfigError(
            f"scale.module_sha256: the weighing module of this program is {seal.sha256()}, and not the"
            " one that was certified"
        )
