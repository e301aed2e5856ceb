"""Cards, from the field to the greeting: taps, bytes, messages, APDUs, and proofs at the service."""

from __future__ import annotations

from bench.cards_pcsc import pcsc
from bench.cards_service import cards_service
from bench.cards_tap import tap
from bench.cards_wire import decoding, wire
from bench.rows import Row


def cards() -> list[Row]:
    """Everything; the taps take a minute."""
    return [*tap(), *wire(), *decoding(), *cards_service(), *pcsc()]
