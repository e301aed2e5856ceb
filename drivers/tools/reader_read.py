"""`drivers reader read`: one card, and all that a technician may know of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from drivers.cards.dialogue import run
from drivers.cards.evidence import message_of, weighed
from drivers.cards.ndef import NdefError
from drivers.cards.reader import BROKEN_TRIES, QUIET_SECONDS, TORN_TRIES, OpenField
from drivers.cards.tag import (
    READ_SECONDS,
    CardError,
    CardGone,
    ChangingNumber,
    Dialogue,
    SeveralCards,
    Target,
)
from drivers.tools.reader_field import NotedField
from drivers.tools.reader_watch import evidence_fields
from drivers.tools.records import records_of, told
from kiosk.checkout.member_events import CardFault
from kiosk.clock import Clock
from kiosk.ports import Cancel
from kiosk.vault import SHOWING_BYTES, EvidenceKind, wipe


@dataclass(frozen=True, slots=True)
class ReadCard:
    """What was found; `refused`: the kiosk would not take it."""

    facts: dict[str, Any]
    refused: bool = False


@dataclass(slots=True)
class CardRead:
    """One reading. For one thread."""

    open_field: OpenField
    hosts: frozenset[str]
    show: bool
    clock: Clock

    def run(self, cancel: Cancel) -> ReadCard | None:
        """The first card that comes, None where none came in time. Raises DeviceError."""
        try:
            opened = self.open_field(lambda: bool(cancel))
        except CardGone:  # asked to stop meanwhile
            return None
        field = NotedField(opened, self.clock, lambda: None)
        try:
            return self._first(field, cancel)
        finally:
            field.close()

    def _first(self, field: NotedField, cancel: Cancel) -> ReadCard | None:
        torn = broken = 0
        while not cancel:
            try:
                target = field.poll(QUIET_SECONDS)
                if target is not None:
                    return self._card(field, target, cancel)
            except SeveralCards:
                return _refused(field, CardFault.SEVERAL, "more than one card at once")
            except CardGone as error:
                torn += 1 if field.technology else 0
                if torn >= TORN_TRIES:
                    return _refused(field, CardFault.TORN, str(error))
                cancel.wait(QUIET_SECONDS)
            except CardError as error:
                broken += 1
                if broken >= BROKEN_TRIES:
                    return _refused(field, CardFault.UNREADABLE, str(error))
            field.release()
        return _refused(field, CardFault.TORN, "it left before it was read") if torn else None

    def _card(self, field: NotedField, target: Target, cancel: Cancel) -> ReadCard:
        begun, before = self.clock.monotonic(), field.commands
        dialogue = self._look(target)
        card = field.carry_out(
            lambda inner: run(inner, dialogue, self.clock, stop=lambda: bool(cancel)), READ_SECONDS
        )
        spent = round((self.clock.monotonic() - begun) * 1000, 1)
        uid = bytes(target.uid).hex().upper()
        wipe(target.uid)
        facts: dict[str, Any] = {
            "reader": field.name,
            "technology": target.technology.value,
            "uid": uid if self.show else "*" * len(uid),
        }
        facts |= card.facts
        facts |= {"milliseconds": spent, "commands": field.commands - before}
        return ReadCard(facts, card.refused)

    def _look(self, target: Target) -> Dialogue[ReadCard]:
        """The card's message, read once: cards that count would count twice."""
        message = yield from message_of(target)
        facts: dict[str, Any] = {"ndef": None}
        try:
            if message is not None:
                facts["ndef"] = _records(message, show=self.show)
            showing = secrets.token_bytes(SHOWING_BYTES)
            evidence = weighed(message, target, hosts=self.hosts, showing=showing)
        except ChangingNumber as error:
            return ReadCard(
                {"refused": str(CardFault.CHANGING), "detail": str(error)} | facts, True
            )
        finally:
            if message:
                wipe(message)
        facts |= evidence_fields(evidence.kind, bytes(evidence.data), show=self.show)
        wipe(evidence.data)
        return ReadCard(facts | _hint(facts["ndef"], evidence.kind))


def _records(message: bytearray, *, show: bool) -> Any:
    try:
        return records_of(message, show=show) if message else []
    except NdefError as error:
        return told(error)


def _hint(records: Any, kind: EvidenceKind) -> dict[str, str]:
    """Why a card with a link counts as its number only, where that is so."""
    if kind in (EvidenceKind.SUN, EvidenceKind.NDEF_TOKEN) or not isinstance(records, list):
        return {}
    host = next((record["host"] for record in records if record.get("host")), None)
    if host is None:
        return {}
    return {"note": f"its link leads to {host}; a proof only where --host (card_hosts) names it"}


def _refused(field: NotedField, fault: CardFault, detail: str) -> ReadCard:
    facts: dict[str, Any] = {"reader": field.name, "refused": str(fault), "detail": detail}
    if field.technology:
        facts["technology"] = field.technology.value
    return ReadCard(facts | {"commands": field.commands}, True)
