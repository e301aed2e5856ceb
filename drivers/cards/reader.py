"""The one driver above all kinds of reader. It has no commands: it is watched.

What a card proves goes into the vault, and only its handle leaves. A card that is held is one
showing, however long, and also where a trembling hand takes it out of the field for a moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from drivers.cards.dialogue import run
from drivers.cards.evidence import Evidence, changing, identify
from drivers.cards.field import Field
from drivers.cards.tag import (
    READ_SECONDS,
    CardError,
    CardGone,
    CardSlow,
    ChangingNumber,
    SeveralCards,
    Target,
)
from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import Device, DeviceOnline
from kiosk.checkout.member_events import CardFault, CardRefused, CustomerShown
from kiosk.clock import Clock
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Verdict
from kiosk.vault import SHOWING_BYTES, Vault, wipe

AWAY_SECONDS = 0.3
"""A card that is back within this was not taken away."""
LOOK_SECONDS = 0.12
"""How long a look for the next card takes at most, where there is none."""
QUIET_SECONDS = 0.05
"""Between looks at a wish to stop, and at a card that is held."""
RETRY_SECONDS = 0.2
"""Between looks for a reader that is away."""
BROKEN_TRIES = 2
"""Readings of a card that makes no sense before it counts as unreadable: one may be the air's fault."""
TORN_TRIES = 3
"""Readings that broke off before the customer is told; tried on for as long as the card is held."""

OpenField = Callable[[Callable[[], bool]], Field]
"""Opens a reader; given what tells it, during its waits, that somebody wants it to stop."""


class CardReader:
    """A reader that `open_field` opens. For one thread. `hosts`: of the links that are proofs."""

    def __init__(
        self,
        open_field: OpenField,
        *,
        clock: Clock,
        vault: Vault,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._open_field = open_field
        self._clock = clock
        self._vault = vault
        self._hosts = frozenset(host.lower() for host in hosts)
        self._field: Field | None = None
        self._wanted = Cancel()
        self._away = False
        self._held: bytearray | None = None
        """Number of the card that is there and was dealt with; empty where it was several."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Raises LocalProtocolError: a reader has no commands."""
        del cancel  # nothing is under way
        raise LocalProtocolError(f"a card reader cannot {type(command).__name__}")

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`, then `CustomerShown` or `CardRefused` for each card that is held.

        Raises `DeviceError` when the reader is lost.
        """
        self._wanted = wanted
        try:
            field = self._field = self._field or self._opened()
            if field is None:
                return
            yield DeviceOnline(Device.READER)
            yield from self._cards(field)
        except DeviceError:
            self._away = True
            self.close()
            raise
        except Exception:  # a mistake of ours: whatever the field is at, it is begun anew
            self.close()
            raise

    def _opened(self) -> Field | None:
        """The reader. That it is away is raised once; then it is waited for, so that it is back at once.

        None on a wish to stop.
        """
        while True:
            try:
                field = self._open_field(self._stopping)
            except DeviceError:
                if not self._away:
                    raise
                if self._wanted.wait(RETRY_SECONDS):
                    return None
            except CardGone:  # asked to stop meanwhile
                return None
            else:
                self._away = False
                return field

    def close(self) -> None:
        """Let go of the reader."""
        self._forget()
        field, self._field = self._field, None
        if field:
            field.close()

    def _stopping(self) -> bool:
        return bool(self._wanted)

    def _cards(self, field: Field) -> Run:
        target: Target | None = None
        while not self._wanted:
            if self._held is not None:
                target = self._until_away(field)
                if self._held is not None:
                    return
            elif target is None:
                try:
                    target = field.poll(LOOK_SECONDS)
                except SeveralCards:
                    self._keep(bytearray())
                    yield CardRefused(CardFault.SEVERAL)
                except CardGone:
                    self._wanted.wait(QUIET_SECONDS)
                except CardError:
                    self._keep(bytearray())
                    yield CardRefused(CardFault.UNREADABLE)
            if target is not None and self._held is None:
                self._keep(bytearray(target.uid))
                wipe(target.uid)
                yield from self._showing(field, target)
                target = None

    # --- one card -------------------------------------------------------------------------------

    def _showing(self, field: Field, target: Target) -> Run:
        """Read it until it is read, is refused, or is gone."""
        broken = torn = 0
        while not self._wanted:
            target = self._again(target)
            try:
                yield from self._shown(self._read(field, target))
                return
            except CardGone:
                torn += 1
                if torn == TORN_TRIES and not self._wanted:
                    yield CardRefused(CardFault.TORN)
            except ChangingNumber:
                yield CardRefused(CardFault.CHANGING)
                return
            except CardSlow:  # it had its second: another one would not be shorter
                yield CardRefused(CardFault.UNREADABLE)
                return
            except CardError:
                broken += 1
                if broken >= BROKEN_TRIES:
                    yield CardRefused(CardFault.UNREADABLE)
                    return
            finally:
                wipe(target.uid)
            back = self._back(field)
            if back is None:
                if torn and torn < TORN_TRIES and not self._wanted:
                    yield CardRefused(CardFault.TORN)
                elif broken and not torn and not self._wanted:
                    yield CardRefused(CardFault.UNREADABLE)
                return
            target = back

    def _again(self, target: Target) -> Target:
        return replace(target, uid=bytearray(self._held or b""))

    def _read(self, field: Field, target: Target) -> Evidence:
        showing = secrets.token_bytes(SHOWING_BYTES)
        dialogue = identify(target, hosts=self._hosts, showing=showing)
        return field.carry_out(
            lambda inner: run(inner, dialogue, self._clock, stop=self._stopping), READ_SECONDS
        )

    def _shown(self, evidence: Evidence) -> Run:
        handle = self._vault.admit(evidence.kind, evidence.data)
        wipe(evidence.data)
        verdict = yield CustomerShown(handle, by=Device.READER)
        if verdict is Verdict.REFUSE:
            self._vault.wipe(handle)

    def _back(self, field: Field) -> Target | None:
        """The same card, selected anew; None if it stays away, or another one is there."""
        since = self._clock.monotonic()
        while not self._wanted and self._clock.monotonic() - since < AWAY_SECONDS:
            field.release()
            try:
                target = field.poll(QUIET_SECONDS)
            except CardGone:
                continue
            except CardError:
                return None
            if target is None:
                continue
            same = self._same(target)
            wipe(target.uid)
            if same:
                return target
            field.release()  # so that it is found as another one
            return None
        return None

    # --- a card that stays ----------------------------------------------------------------------

    def _until_away(self, field: Field) -> Target | None:
        """Wait until the held card is gone, or another one is there: that one.

        One that stays where several were is another one. Returns with the card still held on a wish
        to stop.
        """
        seen, left = self._clock.monotonic(), None
        try:
            while not self._wanted:
                if field.present(QUIET_SECONDS):
                    now = self._clock.monotonic()
                    if left and now - seen >= AWAY_SECONDS:
                        self._forget()
                        found, left = left, None
                        return found
                    seen = seen if left else now
                    self._wanted.wait(QUIET_SECONDS)
                    continue
                if left:
                    wipe(left.uid)
                    left = None
                target, several = self._polled(field)
                if several:
                    seen = self._clock.monotonic()
                    self._wanted.wait(QUIET_SECONDS)
                elif target is None:
                    if self._clock.monotonic() - seen >= AWAY_SECONDS:
                        self._forget()
                        return None
                elif not self._held:
                    seen, left = self._clock.monotonic(), target
                elif self._same(target):
                    wipe(target.uid)
                    seen = self._clock.monotonic()
                else:
                    self._forget()
                    return target
            return None
        finally:
            if left:
                wipe(left.uid)

    def _polled(self, field: Field) -> tuple[Target | None, bool]:
        """The card that is there now, and whether it is several, or none that makes sense."""
        field.release()
        try:
            return field.poll(QUIET_SECONDS), False
        except CardGone:
            self._wanted.wait(QUIET_SECONDS)
            return None, False
        except CardError:
            return None, True

    def _same(self, target: Target) -> bool:
        """Whether it is the held card; numbers that are made up anew are all alike."""
        held = self._held or bytearray()
        return target.uid == held or (changing(held) and changing(target.uid))

    def _keep(self, uid: bytearray) -> None:
        self._forget()
        self._held = uid

    def _forget(self) -> None:
        held, self._held = self._held, None
        if held:
            wipe(held)
