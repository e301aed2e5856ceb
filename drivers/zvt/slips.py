"""The slips a simulated terminal writes."""

from __future__ import annotations

from drivers.zvt.fields import masked
from drivers.zvt.memory import Closing, Entry
from drivers.zvt.messages import KINDS
from drivers.zvt.scenes import SIGNATURE

WIDTH = 24
_WORDS = {
    "payment": "Zahlung erfolgt",
    "reversal": "Storno erfolgt",
    "refund": "Gutschrift erfolgt",
    "reservation": "Reservierung erfolgt",
    "booking": "Zahlung erfolgt",
    "tip": "Trinkgeld gebucht",
}


def customer_slip(
    entry: Entry, terminal_id: int, card_number: str, width: int = WIDTH
) -> tuple[str, ...]:
    """What the customer takes home."""
    return (_centred("* * Kundenbeleg * *", width), *_body(entry, terminal_id, card_number, width))


def merchant_slip(
    entry: Entry, terminal_id: int, card_number: str, width: int = WIDTH
) -> tuple[str, ...]:
    """What the shop keeps; with a line for the signature where one is needed."""
    head = _centred("* * Händlerbeleg * *", width)
    signature = ("", "Unterschrift:", "_" * width) if needs_signature(entry) else ()
    return (head, *_body(entry, terminal_id, card_number, width), *signature)


def needs_signature(entry: Entry) -> bool:
    """Whether somebody signs for it."""
    return entry.verification == SIGNATURE and entry.kind in ("payment", "booking")


def closing_slip(closing: Closing, terminal_id: int, width: int = WIDTH) -> tuple[str, ...]:
    """The end of day."""
    return (
        _centred("* * Kassenschnitt * *", width),
        closing.moment.strftime("%d.%m.%Y %H:%M:%S"),
        _pair("Terminal-ID", str(terminal_id), width),
        _pair("Belege", f"{closing.first_receipt:04d}-{closing.last_receipt:04d}", width),
        *(
            _pair(f"{name} {count}", _amount(amount), width)
            for name, (count, amount) in zip(KINDS, closing.cards, strict=True)
            if count
        ),
        _pair("Gesamt EUR", _amount(closing.amount), width),
    )


def configuration_slip(terminal_id: int, version: str, width: int = WIDTH) -> tuple[str, ...]:
    """How the terminal is set up."""
    return (
        _centred("* * Konfiguration * *", width),
        _pair("Terminal-ID", str(terminal_id), width),
        _pair("Software", version, width),
    )


def _body(entry: Entry, terminal_id: int, card_number: str, width: int) -> tuple[str, ...]:
    return (
        f"Kartenzahlung {entry.scheme}",
        _pair("Betrag EUR", _amount(entry.amount), width),
        entry.moment.strftime("%d.%m.%Y %H:%M:%S"),
        _pair("Terminal-ID", str(terminal_id), width),
        f"TA-Nr {entry.trace:06d} Bel. {entry.receipt:04d}",
        _pair("Karte", masked(card_number), width),
        _WORDS.get(entry.kind, "Nicht bezahlt"),
    )


def _amount(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100},{abs(minor) % 100:02d}"


def _pair(left: str, right: str, width: int) -> str:
    return f"{left} {right:>{max(width - len(left) - 1, len(right))}}"


def _centred(text: str, width: int) -> str:
    return text.center(width).rstrip()
