"""Who is it? The driver of `Device.LOOKUP`: evidence out of the vault, the answer into it.

While the service is away nobody waits for it: a customer is told at once that points come later, and
the idle watch finds out when it is back.
"""

from __future__ import annotations

import logging
import random
import re
import secrets
from dataclasses import replace
from pathlib import Path

from kiosk.checkout.commands import DeviceCommand, HoldSlip, Identify, ReleaseSlip, Withdraw
from kiosk.checkout.events import Device, DeviceOnline, Event
from kiosk.checkout.member_events import (
    ConsentKept,
    ConsentWithdrawn,
    CustomerFound,
    CustomerUnavailable,
    CustomerUnknown,
    WhyKept,
)
from kiosk.clock import Clock
from kiosk.ids import Handle
from kiosk.lookup import renewal, slips, withdrawing
from kiosk.lookup.line import Limit
from kiosk.lookup.session import Ask, Session, Told
from kiosk.ports import (
    Cancel,
    Forged,
    LocalProtocolError,
    LookupFailed,
    Refused,
    RemoteProtocolError,
    Run,
    Unavailable,
    Unreachable,
)
from kiosk.vault import Vault, wipe
from service.wire.messages import (
    ALL_FIELDS,
    EVIDENCE_FIELD_BYTES,
    CustomerView,
    Field,
    Kind,
    Malformed,
    Status,
    put_evidence,
)

TOTAL_SECONDS = 3.0
"""How long a customer is asked about, all attempts together."""
FIRST_SECONDS = 1.6
"""After this the first attempt is given up, so that a second one fits in."""
JITTER_SECONDS = 0.3
PROBE_SECONDS = 3.0
PROBE_PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
QUIET_SECONDS = 60.0
"""Between looks at a service that answers."""

_Question = Identify | Withdraw | slips.SlipCommand
_GROUP = re.compile(r"[a-z0-9-]{1,15}")
"""What a price group may be called: a code of the shop, which cannot be anybody's name by accident."""

log = logging.getLogger("kiosk.lookup")


class LookupClient:
    """For one thread."""

    def __init__(
        self, folder: Path, vault: Vault, clock: Clock, chance: random.Random | None = None
    ) -> None:
        """`folder`: the identity. Nothing is read or opened yet."""
        self._vault = vault
        self._clock = clock
        self._chance = chance or random.Random(secrets.randbits(64))
        self._session = Session(folder, clock, keeps=True)
        self._online = False
        self._failures = 0
        self._look_at = 0.0
        self._asked_to_wait = dict.fromkeys(Kind, 0.0)
        """Until when, by what is asked: the service counts each of them for itself."""
        self._purchase = (Handle(""), b"")
        """Whom was asked about last, and the purchase that was said to be theirs."""

    # --- a customer -------------------------------------------------------------------------------

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """What the command says, within `TOTAL_SECONDS`; nothing where the customer is gone.

        Raises RemoteProtocolError, after the customer was told, where an answer was forged.
        """
        unanswered: Event | None
        match command:
            case Identify(handle=handle):
                self._purchase = (handle, secrets.token_bytes(16))
                kind, unanswered = Kind.LOOKUP, CustomerUnavailable(handle)
            case Withdraw(handle=handle):
                kind, unanswered = Kind.CONSENT, ConsentKept(handle, WhyKept.UNSURE)
            case HoldSlip() | ReleaseSlip():
                kind, unanswered = Kind.SLIP, slips.unanswered(command)
            case _:
                raise LocalProtocolError(f"the lookup cannot {type(command).__name__}")
        if not self._online or self._clock.monotonic() < self._asked_to_wait[kind]:
            if unanswered:
                yield unanswered
            return
        try:
            event = self._answered(command, self._session.limit(TOTAL_SECONDS, cancel))
        except Forged as error:
            log.error("ALARM: %s", error)
            if unanswered:
                yield unanswered
            raise RemoteProtocolError(f"forged: {error}") from error
        except (LookupFailed, Unavailable) as error:
            self._lost(error)
            event = unanswered
        if event:
            yield event

    def _answered(self, command: _Question, limit: Limit) -> Event | None:
        """None where the customer is gone meanwhile, and where there is nothing to say."""
        first = Limit(min(limit.end, self._clock.monotonic() + FIRST_SECONDS), limit.cancel)
        try:
            return self._asked(command, first)
        except Unreachable as error:
            if error.retry:
                raise
            pause = self._chance.uniform(0, JITTER_SECONDS)
            if limit.cancel.wait(pause) or self._clock.monotonic() >= limit.end:
                raise
            return self._asked(command, limit)

    def _asked(self, command: _Question, limit: Limit) -> Event | None:
        if isinstance(command, HoldSlip | ReleaseSlip):
            return self._slip(command, limit)
        return self._customer(command, limit)

    def _slip(self, command: slips.SlipCommand, limit: Limit) -> Event | None:
        told = self._session.ask(slips.ask_of(command), limit)
        try:
            if told.answer.status is Status.SLOW_DOWN:
                self._asked_to_wait[Kind.SLIP] = self._clock.monotonic() + told.answer.retry
            return slips.understood(command, told.answer)
        finally:
            told.wipe()

    def _customer(self, command: Identify | Withdraw, limit: Limit) -> Event | None:
        handle = command.handle
        shown = self._vault.shown(handle)
        if shown is None:
            return None
        body, ask = bytearray(), Ask(Kind.LOOKUP, b"", ALL_FIELDS, self._purchase_of(handle))
        try:
            match command:
                case Identify():
                    body = bytearray(EVIDENCE_FIELD_BYTES)
                    put_evidence(memoryview(body), shown.kind, shown.data)
                case Withdraw(language=language):
                    ask = replace(ask, kind=Kind.CONSENT, fields=Field(0))
                    body = withdrawing.body_of(shown, language)
            if self._vault.shown(handle) is None:
                return None  # wiped meanwhile: it may be zeros that would be asked about
            told = self._session.ask(replace(ask, body=body), limit)
        except Malformed as error:
            raise Refused("what was shown cannot be asked about") from error
        finally:
            wipe(body)
        try:
            if isinstance(command, Withdraw):
                return self._withdrawn(handle, told)
            return self._understood(handle, told)
        finally:
            told.wipe()

    def _purchase_of(self, handle: Handle) -> bytes:
        """The same for all that is asked for one customer."""
        whose, purchase = self._purchase
        return purchase if whose == handle else secrets.token_bytes(16)

    def _withdrawn(self, handle: Handle, told: Told) -> Event:
        """Only a signed word is passed on as done. Raises Forged."""
        match told.answer.status:
            case Status.FOUND if told.answer.signed:
                return ConsentWithdrawn(handle)
            case Status.FOUND:
                raise Forged("a withdrawal that nobody signed")
            case Status.UNKNOWN:
                return ConsentKept(handle, WhyKept.UNKNOWN)
            case status:
                log.warning("the service does not withdraw now: %s", status.name)
                return ConsentKept(handle, WhyKept.UNSURE)

    def _understood(self, handle: Handle, told: Told) -> Event:
        answer = told.answer
        match answer.status:
            case Status.FOUND:
                kept = bytearray(answer.body)
                try:
                    view = CustomerView(memoryview(kept))
                except Malformed as error:
                    wipe(kept)
                    raise Refused("a customer that cannot be read") from error
                self._vault.put(handle, kept)
                group = view.price_group if _GROUP.fullmatch(view.price_group) else ""
                shown = bool(view.granted & (Field.NAME | Field.BALANCE))
                return CustomerFound(handle, group, shown)
            case Status.UNKNOWN:
                return CustomerUnknown(handle)
            case Status.SLOW_DOWN:
                self._asked_to_wait[Kind.LOOKUP] = self._clock.monotonic() + answer.retry
                return CustomerUnavailable(handle)
            case _:
                log.warning("the service does not serve lookups: %s", answer.status.name)
                return CustomerUnavailable(handle)

    def _lost(self, error: Exception) -> None:
        log.warning("the service gave no answer: %s", error)
        if isinstance(error, Unreachable):
            self._online = False
            self._look_at = self._clock.monotonic() + error.retry

    # --- idle ---------------------------------------------------------------------------------------

    def watch(self, wanted: Cancel) -> Run:
        """Find out whether the service answers; keys and certificate are renewed on the way.

        Raises Unavailable when it does not, once for each look.
        """
        while not wanted:
            pause = self._look_at - self._clock.monotonic()
            if pause > 0:
                wanted.wait(min(pause, 1.0))
                continue
            try:
                self._look(self._session.limit(PROBE_SECONDS, wanted))
            except (LookupFailed, Unavailable) as error:
                if wanted:
                    return  # broken off for a command: says nothing about the service
                self._away()
                if isinstance(error, Forged):
                    log.error("ALARM: %s", error)
                    raise RemoteProtocolError(f"forged: {error}") from error
                raise Unavailable(f"the central service: {error}") from error
            self._online, self._failures = True, 0
            self._look_at = self._clock.monotonic() + QUIET_SECONDS
            yield DeviceOnline(Device.LOOKUP)

    def _look(self, limit: Limit) -> None:
        self._session.refresh_keys(limit)
        renewal.renew_if_due(self._session, self._clock.now(), limit)

    def _away(self) -> None:
        self._online = False
        self._session.close()  # what was read may have been renewed by then
        pause = PROBE_PAUSES[min(self._failures, len(PROBE_PAUSES) - 1)]
        self._failures += 1
        self._look_at = self._clock.monotonic() + self._chance.uniform(pause / 2, pause)

    def close(self) -> None:
        """Let go of the line."""
        self._session.close()
