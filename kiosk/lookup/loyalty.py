"""What may stand on paper about a member: their points, and never who they are."""

from __future__ import annotations

from kiosk.ids import Handle
from kiosk.lookup.greeting import greeting
from kiosk.vault import Vault
from kiosk.words import Language, words_of


def loyalty_lines(vault: Vault, handle: Handle, language: Language) -> tuple[str, ...]:
    """Lines for the receipt; none where nobody is known any more, or points may not be shown.

    The balance is that of the moment they were greeted: what this sale earns, the service books later.
    """
    found = greeting(vault, handle)
    if found is None or found[1] is None:
        return ()
    words = words_of(language)
    balance = words.grouped(found[1])
    return (
        words("Points before this purchase: {points}", points=balance),
        words("The points of this purchase are credited soon."),
    )
