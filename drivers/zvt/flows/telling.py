"""What a simulated terminal tells on the way: its display, results, receipts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from drivers.zvt import charsets
from drivers.zvt.fields import Container, Tag
from drivers.zvt.inside import Inside
from drivers.zvt.memory import Closing, Entry
from drivers.zvt.messages import (
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    SingleTotals,
    StatusInformation,
    Totals,
)
from drivers.zvt.scenes import T3_SECONDS, Say
from drivers.zvt.slips import closing_slip, customer_slip, merchant_slip, needs_signature

T4_MINUTES = 0x03
MERCHANT, CUSTOMER, ADMINISTRATION = 1, 2, 3
PAYMENT_PRINTED, ADMINISTRATION_PRINTED = 0x82, 0x84
"""Bits of the registration: the till prints these receipts, and wants them line by line (2.1)."""
POSITIVE_RECEIPT, SIGNATURE_FIELD, MUST_PRINT = 0x01, 0x02, 0x80
LAST_LINE = 0x81
BLOCK_HEAD = 24
"""Bytes of a text block beside its lines, at most."""

Telling = Generator[Say, Any, None]
Printing = Generator[Say, Any, bool]


def is_yes(message: Message | None) -> bool:
    """80 00, and 84 00 (PA00P016 5.2.3)."""
    return isinstance(message, Positive) or (isinstance(message, Negative) and message.code == 0)


def tell(pt: Inside, status: int, minutes: int | None = None) -> Telling:
    """An intermediate status with the display's lines, if the till wants such."""
    if pt.till.config & 0x08:
        tlv = Container.of(Tag(0x24, _texts(pt, pt.display))) if pt.tlv else None
        # A container is sent behind a T4 only (3.7).
        yield Say(IntermediateStatus(status, minutes or (T4_MINUTES if tlv else None), tlv))


def information(
    pt: Inside, entry: Entry, text: str | None = None, *, again: bool = False
) -> StatusInformation:
    """A transaction's 04 0F; `again`: in the answer to 06 20."""
    at, good = entry.moment, not entry.result
    return StatusInformation(
        result=entry.result,
        amount=entry.amount,
        currency=978,
        trace=entry.trace,
        original_trace=entry.reversal_of or None,
        time=at.hour * 10_000 + at.minute * 100 + at.second,
        date=at.month * 100 + at.day,
        payment_type=(0x70 if entry.verification > 1 else 0x60) if good else None,
        card_number=pt.card_number if good else None,
        terminal_id=pt.terminal_id,
        additional_text=text,
        receipt=pt.receipt_on_wire(entry),
        turnover=entry.number or None,
        card_type=5 if good else None,
        card_name="girocard\0" if good else None,
        tlv=_details(pt, entry, again=again),
    )


def _details(pt: Inside, entry: Entry, *, again: bool) -> Container | None:
    """How the card was read and its owner checked, and the number to synchronise by."""
    if not pt.tlv:
        return None
    tags = []
    if not entry.result:
        check, online, technology = entry.verification, 1, entry.technology
        codes = ((0x1F10, check), (0x1F11, online), (0x1F12, technology))
        tags.append(Tag(0x2F, tuple(Tag(number, bytes((code,))) for number, code in codes)))
    if pt.profile.synchronises and (pt.profile.tells_number_again or not again):
        tags.append(Tag(0x1F1F, entry.receipt.to_bytes(2, "big")))
    return Container.of(*tags) if tags else None


def totals(pt: Inside, closing: Closing) -> StatusInformation:
    """The 04 0F of an end of day (3.1.3). What refunds made negative is told as nothing."""
    at = closing.moment
    cards = tuple(Totals(min(count, 255), max(amount, 0)) for count, amount in closing.cards)
    return StatusInformation(
        result=0,
        amount=max(closing.amount, 0),
        currency=978,
        trace=closing.trace,
        time=at.hour * 10_000 + at.minute * 100 + at.second,
        date=at.month * 100 + at.day,
        terminal_id=pt.terminal_id,
        totals=SingleTotals(closing.first_receipt % 10_000, closing.last_receipt % 10_000, cards),
    )


# --- receipts -------------------------------------------------------------------------------------


def slips(pt: Inside, entry: Entry, kinds: tuple[int, ...] = (MERCHANT, CUSTOMER)) -> Printing:
    """Merchant's and customer's slip; whether the till took them all."""
    if not _prints(pt, PAYMENT_PRINTED):
        return True
    for kind in kinds:
        write = merchant_slip if kind == MERCHANT else customer_slip
        lines = write(entry, pt.terminal_id, pt.card_number, pt.till.width)
        if not (yield from _printed(pt, kind, lines, _information_bits(kind, entry))):
            return False
    return True


def administration_slip(pt: Inside, lines: tuple[str, ...]) -> Printing:
    """A receipt that is no payment's; whether the till took it."""
    if not _prints(pt, ADMINISTRATION_PRINTED):
        return True
    return (yield from _printed(pt, ADMINISTRATION, lines, 0))


def closing_slips(pt: Inside, closing: Closing) -> Printing:
    """The receipt of an end of day."""
    lines = closing_slip(closing, pt.terminal_id, pt.till.width)
    return (yield from administration_slip(pt, lines))


def _prints(pt: Inside, bits: int) -> bool:
    wanted = pt.till.config & bits == bits
    return wanted and (pt.profile.lines or (pt.till.blocks and pt.tlv))


def _information_bits(kind: int, entry: Entry) -> int:
    bits = MUST_PRINT | (0x04 if entry.result else POSITIVE_RECEIPT)
    return bits | (SIGNATURE_FIELD if kind == MERCHANT and needs_signature(entry) else 0)


def _printed(pt: Inside, kind: int, lines: tuple[str, ...], bits: int) -> Printing:
    blocks = pt.till.blocks and pt.tlv
    for message in _blocks(pt, kind, lines, bits) if blocks else _lines(pt, lines):
        if not is_yes((yield Say(message, T3_SECONDS))):
            return False
    return True


def _blocks(pt: Inside, kind: int, lines: tuple[str, ...], bits: int) -> Iterator[Message]:
    """Text blocks no longer than the till takes; the last line is followed by its attribute."""
    texts = [*_texts(pt, lines)]
    while texts:
        part, size = [texts.pop(0)], BLOCK_HEAD
        size += len(part[0].data) + 2
        while texts and size + len(texts[0].data) + 2 <= pt.till.longest:
            size += len(texts[0].data) + 2
            part.append(texts.pop(0))
        if not texts:
            part.append(Tag(0x09, bytes((LAST_LINE,))))
        tags = [Tag(0x1F07, bytes((kind,)))]
        if bits:
            tags.append(Tag(0x1F37, bytes((bits,))))
        yield PrintTextBlock(tlv=Container.of(*tags, Tag(0x25, tuple(part))))


def _lines(pt: Inside, lines: tuple[str, ...]) -> Iterator[Message]:
    for index, line in enumerate(lines):
        text = charsets.write(line, pt.charset)
        if pt.profile.tlv_behind_lines and pt.tlv:
            container = Container.of(Tag(0x09, b"\x00")).raw
            text += (bytes((0x06, len(container))) + container).decode("cp437")
        yield PrintLine(LAST_LINE if index == len(lines) - 1 else 0x00, text)


def _texts(pt: Inside, lines: tuple[str, ...]) -> tuple[Tag, ...]:
    return tuple(Tag(0x07, charsets.write(line, pt.charset).encode("cp437")) for line in lines)
