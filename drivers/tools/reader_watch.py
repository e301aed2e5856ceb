"""`drivers reader watch`: what happens at a card reader, as the kiosk's own driver sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drivers.cards.field import Field
from drivers.cards.reader import CardReader, OpenField
from drivers.tools.reader_field import NotedField
from drivers.tools.saying import Say, trouble
from kiosk.checkout.events import DeviceOnline, Event
from kiosk.checkout.member_events import CardRefused, CustomerShown
from kiosk.clock import Clock
from kiosk.ports import Cancel, DeviceError, Verdict
from kiosk.vault import SHOWING_BYTES, EvidenceKind, Vault

LEVELS = {
    EvidenceKind.NUMBER: 0,
    EvidenceKind.TEST_CARD: 0,
    EvidenceKind.CARD_UID: 0,
    EvidenceKind.FELICA_IDM: 0,
    EvidenceKind.NDEF_TOKEN: 1,
    EvidenceKind.COSE_TOKEN: 1,
    EvidenceKind.SUN: 2,
}
"""What each kind may reach; the service alone says what it did reach (docs/adr/0009)."""
PROOFS = (EvidenceKind.NDEF_TOKEN, EvidenceKind.SUN, EvidenceKind.COSE_TOKEN)
RETRY_SECONDS = 0.2
REMEDY = "look at its cable, then at ./run drivers reader diagnose"


def evidence_fields(kind: EvidenceKind, data: bytes, *, show: bool) -> dict[str, Any]:
    """Kind, length and level of what a card proves; with `show` what it is."""
    body = data[SHOWING_BYTES:] if kind in PROOFS else data
    found: dict[str, Any] = {"evidence": kind.name.lower(), "bytes": len(body)}
    found["level"] = LEVELS[kind]
    if show:
        text = body.decode("ascii") if kind is EvidenceKind.SUN else body.hex().upper()
        found["data"] = text
    return found


@dataclass(slots=True)
class ReaderWatch:
    """One reader, told about until `cancel` is set. For one thread."""

    open_field: OpenField
    hosts: frozenset[str]
    show: bool
    say: Say
    clock: Clock
    field: NotedField | None = None
    told: bool = False
    """A card is there that was told about."""

    def run(self, cancel: Cancel) -> None:
        """A reader that is lost is told once, and waited for."""
        vault = Vault()
        reader = CardReader(self._opened, clock=self.clock, vault=vault, hosts=self.hosts)
        try:
            while not cancel:
                try:
                    self._events(reader, vault, cancel)
                except DeviceError as error:
                    self._leave()
                    self.say("lost", **trouble(error, REMEDY))
                    cancel.wait(RETRY_SECONDS)
        finally:
            reader.close()
            vault.close()

    def _opened(self, stop: Callable[[], bool]) -> Field:
        self.field = NotedField(self.open_field(stop), self.clock, self._leave)
        return self.field

    def _events(self, reader: CardReader, vault: Vault, cancel: Cancel) -> None:
        run = reader.watch(cancel)
        event = next(run, None)
        while event is not None:
            self._tell(event, vault)
            try:
                event = run.send(Verdict.KEEP)
            except StopIteration:
                return

    def _tell(self, event: Event, vault: Vault) -> None:
        field = self.field
        if field is None:
            return
        if isinstance(event, DeviceOnline):
            self.say("ready", reader=field.name)
            return
        self._leave()
        self.told = True
        facts: dict[str, Any] = {}
        if field.technology:
            facts = {"technology": field.technology.value, "number_bytes": field.number_bytes}
        if isinstance(event, CustomerShown):
            shown = vault.shown(event.handle)
            if shown:
                facts |= evidence_fields(shown.kind, bytes(shown.data), show=self.show)
            vault.wipe(event.handle)
            self.say("shown", **facts, commands=field.commands)
        elif isinstance(event, CardRefused):
            self.say("refused", why=str(event.fault), **facts)

    def _leave(self) -> None:
        if self.told:
            self.told = False
            self.say("gone")
