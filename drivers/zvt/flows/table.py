"""Every command a simulated terminal knows, and how it is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drivers.zvt.flows import (
    administering,
    closing,
    displaying,
    paying,
    reading_cards,
    undoing,
)
from drivers.zvt.inside import CLOSING_DUE, Inside
from drivers.zvt.messages import (
    ActivateCardReader,
    Authorization,
    BookTip,
    BookTotal,
    CardPoll,
    ChangePassword,
    Diagnosis,
    DisplayImage,
    DisplayText,
    DisplayTextWithInput,
    DisplayTextWithKey,
    EndOfDay,
    Initialisation,
    Message,
    Negative,
    PartialReversal,
    PrintConfiguration,
    PrintReceipts,
    ReadCard,
    Refund,
    Registration,
    RepeatReceipt,
    Reservation,
    ReservationReversal,
    ResetTerminal,
    Reversal,
    SelectLanguage,
    SelfTest,
    SendTotals,
    SetClock,
    SetTerminalId,
    SoftwareUpdate,
    StatusEnquiry,
)
from drivers.zvt.scenes import Flow

UNSUPPORTED = 0x83


def _agreeable(pt: Inside, command: Any) -> Negative | None:
    del pt, command
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """How one command is taken."""

    flow: Callable[[Inside, Any], Flow]
    refusal: Callable[[Inside, Any], Negative | None] = _agreeable
    """What is refused before anything else is said."""
    accepts: bool = True
    """80 00 comes first. Without, the flow's end is the answer, and nothing follows it."""
    always: bool = False
    """A locked terminal takes it too (7.1)."""
    unlocks: tuple[int, ...] = ()
    """States this command can end (11.1)."""


def _amount_named(pt: Inside, command: Authorization | Refund | BookTip) -> Negative | None:
    del pt
    return None if command.amount else Negative(code=UNSUPPORTED)


def _receipt_named(pt: Inside, command: Reversal | ReservationReversal) -> Negative | None:
    del pt
    return None if command.receipt is not None else Negative(code=UNSUPPORTED)


def _pollable(pt: Inside, command: CardPoll) -> Negative | None:
    del command
    return None if pt.profile.card_poll else Negative(code=UNSUPPORTED)


COMMANDS: dict[type[Message], Row] = {
    Registration: Row(administering.registered, administering.wrong_currency, always=True),
    StatusEnquiry: Row(administering.status, always=True),
    Authorization: Row(paying.payment, _amount_named),
    CardPoll: Row(reading_cards.polled, _pollable),
    Refund: Row(paying.refund, _amount_named),
    BookTip: Row(paying.tip, _amount_named),
    Reservation: Row(paying.reservation),
    Reversal: Row(undoing.reversal, _receipt_named),
    PartialReversal: Row(undoing.partly_released),
    BookTotal: Row(undoing.booked),
    ReservationReversal: Row(undoing.given_up, _receipt_named),
    EndOfDay: Row(closing.end_of_day, unlocks=(CLOSING_DUE, 0xB1)),
    SendTotals: Row(closing.totals_sent),
    RepeatReceipt: Row(closing.repeated),
    PrintReceipts: Row(closing.reprinted),
    Diagnosis: Row(administering.diagnosis, unlocks=(0xC2, 0x62)),
    Initialisation: Row(administering.initialisation, unlocks=(0x51,)),
    SetClock: Row(administering.clock_set, unlocks=(0x62, 0xC1)),
    SetTerminalId: Row(administering.terminal_id_set),
    ChangePassword: Row(administering.password_changed),
    SelectLanguage: Row(administering.language_selected),
    SoftwareUpdate: Row(administering.updated, always=True),
    ResetTerminal: Row(administering.reset),
    SelfTest: Row(administering.self_tested),
    PrintConfiguration: Row(administering.self_tested),
    ReadCard: Row(reading_cards.card_read, always=True),
    DisplayText: Row(displaying.text_shown, accepts=False, always=True),
    DisplayTextWithKey: Row(displaying.key_asked, accepts=False, always=True),
    DisplayTextWithInput: Row(
        displaying.input_asked, displaying.unsigned, accepts=False, always=True
    ),
    DisplayImage: Row(displaying.image_shown, accepts=False),
    ActivateCardReader: Row(displaying.reader_activated, accepts=False),
}


def is_locked_out(pt: Inside, row: Row) -> bool:
    """Whether the terminal's state forbids this command (7.1).

    A due end of day forbids only what moves money, which says so itself.
    """
    state = pt.status()
    if row.always or state in (0, CLOSING_DUE) or state in row.unlocks:
        return False
    return pt.memory.pending is None
