"""The slips a simulated terminal writes."""

from __future__ import annotations

from drivers.zvt.fields import masked
from drivers.zvt.memory import Entry

WIDTH = 24


def customer_slip(entry: Entry, terminal_id: int, card_number: str) -> tuple[str, ...]:
    """What the customer takes home."""
    return ("* * Kundenbeleg * *".center(WIDTH).rstrip(), *_body(entry, terminal_id, card_number))


def merchant_slip(entry: Entry, terminal_id: int, card_number: str) -> tuple[str, ...]:
    """What the shop keeps."""
    head = "* * Haendlerbeleg * *".center(WIDTH).rstrip()
    return (head, *_body(entry, terminal_id, card_number))


def _body(entry: Entry, terminal_id: int, card_number: str) -> tuple[str, ...]:
    amount = f"{entry.amount // 100},{entry.amount % 100:02d}"
    word = {"payment": "Zahlung erfolgt", "reversal": "Storno erfolgt"}
    return (
        "Kartenzahlung girocard",
        f"Betrag EUR {amount:>13}",
        entry.moment.strftime("%d.%m.%Y %H:%M:%S"),
        f"Terminal-ID {terminal_id:>12d}",
        f"TA-Nr {entry.trace:06d} Bel. {entry.receipt:04d}",
        f"Karte {masked(card_number):>18}",
        word.get(entry.kind, "Nicht bezahlt"),
    )
