"""Questions to the service, sealed: everything that lookups and deliveries have in common.

Keeps the identity, the newest key set, and how far this machine's clock is off; never sets the clock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.clock import Clock
from kiosk.lookup.identity import Identity, load_identity, write_file
from kiosk.lookup.line import Limit, Reply, ServiceLine
from kiosk.ports import Cancel, ConfigError, Forged, Refused, Unavailable, Unreachable
from kiosk.vault import wipe
from service.wire import envelope
from service.wire.envelope import (
    ANSWER_BYTES,
    ANSWER_PAYLOAD_BYTES,
    Answer,
    Question,
    Recipient,
)
from service.wire.keyset import DOCUMENT_MOST, KeySet, ServiceKey, Use, read_key_set
from service.wire.messages import Field, Kind, Malformed, Purpose, Status
from service.wire.suite import BadKey, PublicKey

KEY_SET, LOOKUP = "/v1/key-set", "/v1/lookup"
UNKNOWN_KEY = 421
"""Misdirected: the service has no such key any more."""

log = logging.getLogger("kiosk.lookup")


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, apart from time and keys."""

    kind: Kind
    body: bytes | bytearray | memoryview
    fields: Field = Field(0)
    purchase: bytes = envelope.NO_PURCHASE


@dataclass(slots=True)
class Told:
    """An opened answer in a buffer of its own. `wipe` it when it is read."""

    answer: Answer
    buffer: bytearray

    def wipe(self) -> None:
        """Nothing of it is left."""
        wipe(self.buffer)


class Session:
    """One line to the service and what is needed to speak on it. For one thread."""

    def __init__(self, folder: Path, clock: Clock, *, keeps: bool = False) -> None:
        """Nothing is read or opened yet. `keeps`: new key sets are written to the folder; one
        session does that, so that no two threads write there."""
        self._folder = folder
        self._keeps = keeps
        self._clock = clock
        self._identity: Identity | None = None
        self._line: ServiceLine | None = None
        self._offset = 0

    @property
    def identity(self) -> Identity:
        """Who we are. Raises Unavailable where the folder is damaged: selling goes on without."""
        if self._identity is None:
            try:
                self._identity = load_identity(self._folder)
            except ConfigError as error:
                raise Unavailable(str(error)) from error
        return self._identity

    def now(self) -> int:
        """Unix milliseconds, by the service's clock as far as it has told it."""
        return round(self._clock.now().timestamp() * 1000) + self._offset

    def limit(self, seconds: float, cancel: Cancel) -> Limit:
        """So many seconds from now."""
        return Limit(self._clock.monotonic() + seconds, cancel)

    def close(self) -> None:
        """Let go of the line and of the keys, which may be renewed meanwhile."""
        line, self._line, self._identity = self._line, None, None
        if line:
            line.close()

    def ask(self, ask: Ask, limit: Limit) -> Told:
        """The service's answer. Asks again where only our clock or our keys were wrong.

        Raises Unreachable, Refused, Forged, or Unavailable.
        """
        for _ in range(2):
            reply, asked = self._post(ask, limit)
            if reply.status == UNKNOWN_KEY:
                asked.forget()
                self.refresh_keys(limit)
                continue
            told = self._opened(reply, asked)
            if told.answer.status is not Status.CLOCK:
                return told
            self._set_clock(told)
        raise Refused("the service does not agree about keys or time, even when asked again")

    def refresh_keys(self, limit: Limit) -> None:
        """Fetch the key set and keep it, if it is ours and no older. Raises as `ask`."""
        identity = self.identity
        target = f"{KEY_SET}?have={identity.keys.version}"
        reply = self.exchange("GET", target, b"", DOCUMENT_MOST, limit)
        if reply.status == 204:  # the one we have
            return
        if reply.status != 200:
            raise Refused(f"the service gives no key set ({reply.status})", reply.status)
        try:
            fresh = read_key_set(reply.body, identity.pinned)
        except envelope.Forged as error:
            raise Forged("a key set that the pinned key did not sign") from error
        except Malformed as error:
            raise Refused(f"a key set that cannot be read: {error}") from error
        old = identity.keys
        if fresh.tenant != old.tenant or fresh.version < old.version:
            raise Forged("a key set of somebody else, or an older one")
        if fresh != old:
            self._identity = replace(identity, keys=fresh)
            self._keep(reply.body)

    def _keep(self, document: bytes) -> None:
        if self._keeps:
            try:
                write_file(self._folder, "keyset.bin", document)
            except OSError as error:  # it is good for this run all the same
                log.error("the key set cannot be kept: %s", error.strerror)

    def exchange(self, method: str, target: str, body: bytes, most: int, limit: Limit) -> Reply:
        """One request over the line of this identity. Raises Unreachable (503, too) or Refused."""
        if self._line is None:
            identity = self.identity
            self._line = ServiceLine(identity.host, identity.port, identity.tls, self._clock)
        reply = self._line.exchange(method, target, body, most, limit)
        if reply.status == 503:
            raise Unreachable("the service is not ready", reply.retry)
        return reply

    # --- one question -----------------------------------------------------------------------------

    def _post(self, ask: Ask, limit: Limit) -> tuple[Reply, envelope.Asked]:
        identity, now = self.identity, self.now()
        question = Question(
            identity.kiosk, now, ask.kind, Purpose.CHECKOUT, ask.fields, ask.purchase
        )
        try:
            sealed, asked = envelope.seal_request(
                _recipient(identity.keys, now), question, ask.body, identity.signing
            )
        except (Malformed, BadKey) as error:
            raise Refused(f"the question cannot be sealed: {error}") from error
        try:
            return self.exchange("POST", LOOKUP, sealed, ANSWER_BYTES, limit), asked
        except BaseException:
            asked.forget()
            raise

    def _opened(self, reply: Reply, asked: envelope.Asked) -> Told:
        try:
            if reply.status != 200:
                raise Refused(f"the service refuses ({reply.status})", reply.status)
            return self._believed(reply.body, asked)
        finally:
            asked.forget()

    def _believed(self, body: bytes, asked: envelope.Asked) -> Told:
        """Opened, and if it is signed, by a key that is good for this. Raises Refused or Forged."""
        for key in _answer_keys(self.identity.keys, self.now()):
            buffer = bytearray(ANSWER_PAYLOAD_BYTES)
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                return Told(envelope.open_answer(body, asked, buffer, public), buffer)
            except envelope.Forged:
                wipe(buffer)
            except (Malformed, ValueError) as error:
                wipe(buffer)
                raise Refused(f"an answer that cannot be read: {error}") from error
        raise Forged("an answer that the service did not make for this question")

    def _set_clock(self, told: Told) -> None:
        answer = told.answer
        told.wipe()
        if not answer.signed:
            raise Forged("a time that nobody signed")
        self._offset += answer.at - self.now()
        log.warning("this machine's clock is off by %.0f s", -self._offset / 1000)


def _recipient(keys: KeySet, now: int) -> Recipient:
    """Whom to seal to. With a clock far off none seems in force: then the newest; the service says."""
    found = keys.recipient(now)
    if found:
        return found
    every = [key for key in keys.keys if key.use is Use.LOOKUP]
    if not every:
        raise Refused("the key set has no key for lookups")
    newest = max(every, key=lambda key: key.since)
    return Recipient(newest.id, PublicKey(newest.public), keys.tenant)


def _answer_keys(keys: KeySet, now: int) -> list[ServiceKey]:
    """Keys whose word counts, newest first; all of the set where our clock fits none."""
    every = sorted(
        (key for key in keys.keys if key.use is Use.ANSWER),
        key=lambda key: key.since,
        reverse=True,
    )
    return [key for key in every if key.since <= now < key.until] or every
