"""What a code may say is bounded by what can be sold."""

from __future__ import annotations

from kiosk.basket import MAX_QUANTITY
from kiosk.goods.found import MAX_COUNT


def test_no_code_counts_more_than_a_line_holds() -> None:
    """Else it would be refused later, and less clearly."""
    assert MAX_COUNT == MAX_QUANTITY
