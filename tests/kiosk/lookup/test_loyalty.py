"""Points on paper: the number, and nothing that says whose."""

from __future__ import annotations

from kiosk.ids import Handle
from kiosk.lookup.loyalty import loyalty_lines
from kiosk.vault import EvidenceKind, Vault
from kiosk.words import Language
from service.wire.messages import ALL_FIELDS, Customer, Field, pack_customer


def known(customer: Customer) -> tuple[Vault, Handle]:
    """A vault that holds this answer."""
    vault = Vault()
    handle = vault.admit(EvidenceKind.TEST_CARD, bytearray(b"1"))
    vault.put(handle, bytearray(pack_customer(customer)))
    return vault, handle


def test_the_points_and_never_the_name() -> None:
    """In the receipt's language."""
    vault, handle = known(Customer(1, ALL_FIELDS, name="Erika", balance=1250))
    german = loyalty_lines(vault, handle, Language.DE)
    assert german[0] == "Punkte vor diesem Einkauf: 1.250"
    assert loyalty_lines(vault, handle, Language.EN)[0] == "Points before this purchase: 1,250"
    assert "Erika" not in " ".join(german)


def test_nothing_where_points_may_not_be_shown() -> None:
    """The name alone is no reason to print anything."""
    vault, handle = known(Customer(1, Field.NAME, name="Erika"))
    assert loyalty_lines(vault, handle, Language.DE) == ()


def test_nothing_of_somebody_who_has_gone() -> None:
    """Wiped before the paper moved."""
    vault, handle = known(Customer(1, ALL_FIELDS, name="Erika", balance=1250))
    vault.wipe(handle)
    assert loyalty_lines(vault, handle, Language.DE) == ()
