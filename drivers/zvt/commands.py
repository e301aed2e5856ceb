"""What a till sends (PA00P015 13.08 chapter 2). Each class names its section.

Commands with nothing to say but their name are at the end; what is not here goes by `Unknown`.
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from drivers.zvt.fields import bcd, byte, integer, nibbles, raw, receipt_number, text
from drivers.zvt.message import At, Lead, Message, Password, Tlv, message

Amount = Annotated[int | None, At(0x04, bcd(6))]
Currency = Annotated[int | None, At(0x49, bcd(2))]
PaymentType = Annotated[int | None, At(0x19, byte())]
Receipt = Annotated[int | None, At(0x87, receipt_number())]
Trace = Annotated[int | None, At(0x0B, bcd(3))]
Authorisation = Annotated[bytes | None, At(0x3B, raw(8))]
Text = Annotated[str | None, At(0x3C, text())]
CardType = Annotated[int | None, At(0x8A, byte())]
Service = Annotated[int | None, At(0x03, byte())]
Number = Annotated[str | None, At(0x22, nibbles())]
Expiry = Annotated[str | None, At(0x0E, nibbles())]
CheckValue = Annotated[str | None, At(0x3A, nibbles())]
Track1 = Annotated[bytes | None, At(0x2D, raw())]
Track2 = Annotated[str | None, At(0x23, nibbles())]
Track3 = Annotated[str | None, At(0x24, nibbles())]
Seconds = Annotated[int | None, At(0x01, byte())]
MostStatusInfos = Annotated[int | None, At(0x02, byte())]
Pump = Annotated[int | None, At(0x05, byte())]


@message(0x0600)
class Registration(Message):
    """2.1: how this till wants to work with the terminal."""

    password: Password = field(repr=False)
    config: Annotated[int, Lead(byte())]
    currency: Annotated[int | None, Lead(bcd(2))] = None
    service: Service = None
    tlv: Tlv = None


@message(0x0601)
class Authorization(Message):
    """2.2: take this amount. `timeout` and `max_status_infos`: how long goods may take (84 9C)."""

    amount: Amount = None
    currency: Currency = None
    payment_type: PaymentType = None
    timeout: Seconds = None
    max_status_infos: MostStatusInfos = None
    pump: Pump = None
    card_number: Number = field(default=None, repr=False)
    expiry: Expiry = field(default=None, repr=False)
    check_value: CheckValue = field(default=None, repr=False)
    track1: Track1 = field(default=None, repr=False)
    track2: Track2 = field(default=None, repr=False)
    track3: Track3 = field(default=None, repr=False)
    text: Text = None
    card_type: CardType = None
    tlv: Tlv = None


@message(0x06E6)
class CardPoll(Authorization):
    """2.65: as `Authorization`, but a card that is no payment card is told instead of refused."""


@message(0x060C)
class BookTip(Message):
    """2.6: a tip on a payment that allows one."""

    amount: Amount = None
    receipt: Receipt = None
    currency: Currency = None
    authorisation: Authorisation = None
    tlv: Tlv = None


@message(0x0622)
class Reservation(Authorization):
    """2.8: hold an amount back without taking it; with a trace number, hold it back for longer."""

    trace: Trace = None
    authorisation: Authorisation = None


@message(0x0623)
class PartialReversal(Message):
    """2.10: release this much of a reservation. Receipt FFFF alone asks for open ones."""

    receipt: Receipt = None
    amount: Amount = None
    currency: Currency = None
    text: Text = None
    trace: Trace = None
    authorisation: Authorisation = None
    tlv: Tlv = None


@message(0x0624)
class BookTotal(Message):
    """2.13: take this much of a reservation."""

    receipt: Receipt = None
    amount: Amount = None
    currency: Currency = None
    payment_type: PaymentType = None
    text: Text = None
    trace: Trace = None
    authorisation: Authorisation = None
    card_type: CardType = None
    tlv: Tlv = None


@message(0x0625)
class ReservationReversal(Message):
    """2.14: give a reservation up."""

    receipt: Receipt = None
    amount: Amount = None
    currency: Currency = None
    payment_type: PaymentType = None
    tlv: Tlv = None


@message(0x0630)
class Reversal(Message):
    """2.9: take back the payment with this receipt number; the amount must match if it is sent."""

    password: Password = field(repr=False)
    receipt: Receipt = None
    amount: Amount = None
    currency: Currency = None
    payment_type: PaymentType = None
    text: Text = None
    tlv: Tlv = None


@message(0x0631)
class Refund(Message):
    """2.15: pay this amount back to a card."""

    password: Password = field(repr=False)
    amount: Amount = None
    currency: Currency = None
    payment_type: PaymentType = None
    authorisation: Authorisation = None
    text: Text = None
    card_type: CardType = None
    tlv: Tlv = None


@message(0x0650)
class EndOfDay(Message):
    """2.16: hand the day's turnover to the host."""

    password: Password = field(repr=False)
    tlv: Tlv = None


@message(0x0610)
class SendTotals(Message):
    """2.43: the totals so far, with nothing closed."""

    password: Password = field(repr=False)


@message(0x0612)
class PrintReceipts(Message):
    """2.19: the receipts from one number to another."""

    password: Password = field(repr=False)
    first: Annotated[int, Lead(bcd(2))]
    last: Annotated[int | None, Lead(bcd(2))] = None


@message(0x0620)
class RepeatReceipt(Message):
    """2.20: the last transaction again. Service byte: 01 status information, 02 no printing."""

    password: Password = field(repr=False)
    service: Service = None
    tlv: Tlv = None


@message(0x0501, lead_first=True)
class StatusEnquiry(Message):
    """2.56: is the terminal ready? Service byte: 02 no version, 04 more in the container."""

    password: Annotated[int | None, Lead(bcd(3))] = field(default=None, repr=False)
    service: Service = None
    tlv: Tlv = None


@message(0x06B0)
class AbortCommand(Message):
    """2.23: the till wishes to stop."""

    card_output: Annotated[int | None, At(0xD2, byte())] = None
    card_reader: Annotated[int | None, At(0xFA, byte())] = None


@message(0x06C0, lead_first=True)
class ReadCard(Message):
    """2.21: read a card within `timeout` seconds; 0 would wait for ever."""

    timeout: Annotated[int | None, Lead(byte())] = None
    card_type: Annotated[int | None, At(0x19, byte())] = None
    dialogue: Annotated[int | None, At(0xFC, byte())] = None
    tlv: Tlv = None


@message(0x0691)
class SetClock(Message):
    """2.25: the terminal's date (YYMMDD) and time (HHMMSS)."""

    password: Password = field(repr=False)
    date: Annotated[int | None, At(0xAA, bcd(3))] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None


@message(0x061B)
class SetTerminalId(Message):
    """2.46: give the terminal this id, or none."""

    password: Password = field(repr=False)
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None


@message(0x0695)
class ChangePassword(Message):
    """2.49: the merchant's password."""

    password: Password = field(repr=False)
    new_password: Annotated[int, Lead(bcd(3))] = field(repr=False)


@message(0x0670)
class Diagnosis(Message):
    """2.17: call the host; tag 1B selects how thoroughly."""

    tlv: Tlv = None


@message(0x0693)
class Initialisation(Message):
    """2.18: an initialisation message to the host."""

    password: Password = field(repr=False)


@message(0x0810)
class SoftwareUpdate(Message):
    """2.37: fetch new software."""

    tlv: Tlv = None


@message(0x0830)
class SelectLanguage(Message):
    """2.36: 0 German, 1 English, and so on."""

    language: Annotated[int, Lead(byte())]


@message(0x0850)
class ActivateCardReader(Message):
    """2.22: let a motor reader take cards."""

    activation: Annotated[int | None, At(0xFA, byte())] = None


@message(0x06E0)
class DisplayText(Message):
    """2.26: up to eight lines on the terminal's display, for `seconds`."""

    seconds: Annotated[int | None, At(0xF0, byte())] = None
    line_1: Annotated[str | None, At(0xF1, text())] = None
    line_2: Annotated[str | None, At(0xF2, text())] = None
    line_3: Annotated[str | None, At(0xF3, text())] = None
    line_4: Annotated[str | None, At(0xF4, text())] = None
    line_5: Annotated[str | None, At(0xF5, text())] = None
    line_6: Annotated[str | None, At(0xF6, text())] = None
    line_7: Annotated[str | None, At(0xF7, text())] = None
    line_8: Annotated[str | None, At(0xF8, text())] = None
    beeps: Annotated[int | None, At(0xF9, byte())] = None
    device: Annotated[int | None, At(0xFD, byte())] = None
    tlv: Tlv = None


@message(0x06E1)
class DisplayTextWithKey(DisplayText):
    """2.28: as `DisplayText`; the answer tells the function key that was pressed."""


@message(0x06E2)
class DisplayTextWithInput(DisplayText):
    """2.30: as `DisplayText`; the answer tells digits. Terminals want a MAC over all texts."""

    confirm: Annotated[int | None, At(0xFB, byte())] = None
    shortest: Annotated[int | None, At(0xE0, byte())] = None
    longest: Annotated[int | None, At(0xE9, byte())] = None
    echo: Annotated[int | None, At(0xEA, byte())] = None
    mac: Annotated[bytes | None, At(0xEB, raw(8))] = field(default=None, repr=False)


@message(0x06F0)
class DisplayImage(Message):
    """2.33: a picture, whole or in chunks; without any field it takes the last one away."""

    image_id: Annotated[int | None, At(0x70, integer(4))] = None
    image_type: Annotated[int | None, At(0x72, byte())] = None
    image_encoding: Annotated[int | None, At(0x73, byte())] = None
    seconds: Annotated[int | None, At(0xF0, byte())] = None
    size: Annotated[int | None, At(0x71, integer(4))] = None
    chunks: Annotated[int | None, At(0x74, byte())] = None
    index: Annotated[int | None, At(0x75, byte())] = None
    tlv: Tlv = None


@message(0x0602)
class LogOff(Message):
    """2.24: the till leaves; the terminal answers 80 00 and nothing else."""


@message(0x0618)
class ResetTerminal(Message):
    """2.44: restart."""


@message(0x061A)
class PrintConfiguration(Message):
    """2.45: print how the terminal is set up."""


@message(0x0679)
class SelfTest(Message):
    """2.48: test itself and print the result."""
