"""The journal for people: one line an event, amounts and outcomes in words, nothing private."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Card, Event, Transaction
from kiosk.checkout.states import State
from kiosk.journal import Journal
from kiosk.money import Money
from kiosk.receipt import Shop, Slip
from kiosk.words import Language, words_of


def account(journal: Journal, zone: str) -> Iterator[str]:
    """Every record in order: number, local time, event, and the phase it led to."""
    local = ZoneInfo(zone)
    state = State(journal.kiosk, journal.epoch)
    yield f"journal of kiosk {journal.kiosk}, epoch {journal.epoch}"
    for record in journal.records():
        state = decide(state, record.event).state
        moment = record.event.at.astimezone(local).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        phase = type(state.phase).__name__
        yield f"{record.seq:6d}  {moment}  {_told(record.event):<70}  -> {phase}"


def _told(event: Event) -> str:
    parts = [
        f"{each.name}={_plain(getattr(event, each.name))}"
        for each in fields(event)
        if each.name != "at" and getattr(event, each.name) not in (None, "", ())
    ]
    return f"{type(event).__name__} {' '.join(parts)}".rstrip()


def _plain(value: Any) -> str:
    match value:
        case Money():
            return words_of(Language.EN).money(value)
        case Article():
            return f"{value.gtin} {value.name!r} {_plain(value.price)}"
        case Card():
            return f"{_plain(value.amount)} {value.scheme} {value.number} trace {value.trace}"
        case Transaction():
            undone = f" reverses {value.reversal_of}" if value.reversal_of else ""
            return f"{_plain(value.amount)} trace {value.trace} result {value.result:02X}{undone}"
        case Slip():
            return f"{value.kind} slip of {len(value.lines)} lines"
        case Shop():
            return repr(value.name)
        case Enum():
            return str(value.value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
