"""The demo's shelf: a catalogue's CSV as things one can hold before a scanner."""

from __future__ import annotations

import csv
from pathlib import Path

from drivers.lab.wire import ShelfItem
from kiosk.gtin import check_digit
from kiosk.money import Money
from kiosk.words import Language, words_of

GRAMS = 742
"""What every weighed article on the shelf happens to weigh."""
LOOSE = " lose"
"""Ends the name of what has no label: it is weighed at the kiosk."""


def shelf_of(path: Path) -> tuple[ShelfItem, ...]:
    """Every row of a catalogue CSV that can be sold; goods by weight have a label, loose ones none."""
    words = words_of(Language.DE)
    items = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            price = words.money(Money(round(float(row["price"]) * 100)))
            age = row.get("age") or "0"
            by_weight = row.get("unit") == "kg"
            labelled = by_weight and not row["name"].endswith(LOOSE)
            items.append(
                ShelfItem(
                    code=_label(row["gtin"]) if labelled else row["gtin"],
                    name=row["name"],
                    price=f"{price}/kg" if by_weight else price,
                    badge=f"ab {age}" if age != "0" else "",
                )
            )
    return tuple(items)


def _label(gtin: str) -> str:
    body = f"{gtin[:7]}{GRAMS:05d}"
    return body + check_digit(body)
