"""Cards and codes at the counter: from what a kiosk forwards to a member, or to a reason why not.

A showing is told by 16 random bytes that the kiosk made for it. The same proof with the same showing
from the same kiosk is a question repeated within minutes, or the link of the one sale that comes
after it; with another one it is a proof that somebody kept.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass

from service.clock import Clock
from service.keys import DAY, OUTBOX_DAYS, OUTBOX_KEPT_DAYS, Keys
from service.limits import Limiter
from service.proofs.table import LEVELS, Checker
from service.proofs.verdict import Proof, Rejected, Why
from service.records import MemberRow, blind
from service.settings import Settings
from service.store.port import NEVER_SHOWN, FoundCard, Standing, Store, Use
from service.telemetry import Meters, tell
from service.wire.messages import Evidence, EvidenceKind

GAP_MOST = 1000
"""Taps between two showings; beyond it somebody may have harvested them, and people are told."""
KEPT_MS = (OUTBOX_DAYS + OUTBOX_KEPT_DAYS + 1) * DAY
"""How long showings are remembered: until no link of theirs can come any more."""
NUMBERS = (EvidenceKind.CARD_UID, EvidenceKind.FELICA_IDM)
ALARMS = {
    (EvidenceKind.SUN, Why.FORGED): "card_forged",
    (EvidenceKind.NDEF_TOKEN, Why.FORGED): "card_forged",
    (EvidenceKind.COSE_TOKEN, Why.FORGED): "card_forged",
    (EvidenceKind.NDEF_TOKEN, Why.OTHER_CARD): "card_copied",
    (EvidenceKind.SUN, Why.ROLLED_BACK): "card_rolled_back",
    (EvidenceKind.SUN, Why.REPLAYED): "card_replayed",
}
"""What people must look at. A code shown twice is not there: customers do that without thinking."""
ALARMS_A_MINUTE, ALARM_BURST = 1, 5
"""Kept for each kiosk: who taps forged cards all day must not fill the store. All are logged."""
REPEAT_MS = 5 * 60_000
"""How long a question may be asked again: its customer stands there, and lines fail for a moment."""
SPENT = (Why.REPLAYED, Why.ROLLED_BACK)
"""Reasons that leave no doubt about whose card it is: a sale still earns, as for a number."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a showing came to. `why`: it is refused. `member` is also told for those in SPENT.

    `level` is what the kind could prove, also where it is refused. `use`: count it with the entry.
    """

    kind: EvidenceKind
    level: int
    member: MemberRow | None = None
    use: Use | None = None
    why: Why | None = None
    gap: bool = False


class Cards:
    """Checks proofs, finds their cards, and tells people what was refused."""

    def __init__(
        self, settings: Settings, keys: Keys, store: Store, clock: Clock, meters: Meters
    ) -> None:
        self._checker = Checker(settings, keys)
        self._keys = keys
        self._store = store
        self._clock = clock
        self._meters = meters
        self._alarms = Limiter(ALARMS_A_MINUTE, ALARM_BURST)

    async def shown(
        self,
        evidence: Evidence,
        kiosk: bytes,
        at: int,
        *,
        sale: str | None = None,
        again_ms: int = REPEAT_MS,
    ) -> Shown:
        """Nothing is written here. `sale`: whose link it is, judged at its time. `again_ms`: how long
        a showing that counted may come again. Raises StoreAway."""
        verdict = self._checker.check(evidence, at)
        level = LEVELS.get(evidence.kind, 0)
        if isinstance(verdict, Rejected):  # the same reads as for a card, for nobody
            await self._store.find_card(self._indexes(evidence.kind, secrets.token_bytes(16)), 0)
            return Shown(evidence.kind, level, why=verdict.why)
        serial = NEVER_SHOWN if verdict.serial is None else verdict.serial
        found = await self._store.find_card(self._indexes(verdict.kind, verdict.reference), serial)
        showing = hashlib.sha256(verdict.showing).digest()
        repeated = bool(found and found.used and found.used[:2] == (kiosk, showing))
        if found and repeated and sale is not None:
            why = Why.REVOKED if 0 < found.row.revoked < at else None
        else:
            why = _fault(found, verdict, at, again_ms if repeated else 0)
        if found is None or (why and why not in SPENT):
            return Shown(evidence.kind, level, why=why or Why.UNKNOWN_CARD)
        use = None
        if verdict.serial is not None:
            now = self._clock.now_ms()
            use = Use(found.row.id, verdict.serial, kiosk, showing, now, sale)
        gap = serial - max(found.row.counter, 0) > GAP_MOST
        return Shown(evidence.kind, level, found.member, use, why, gap)

    def _indexes(self, kind: EvidenceKind, reference: bytes) -> tuple[bytes, ...]:
        return indexes_of(self._keys, kind, reference)

    async def tell(
        self, shown: Shown, kiosk: bytes, why: Why | None, *, late: bool = False
    ) -> None:
        """Log, count, and raise the alarm where people must look. Raises StoreAway.

        `late`: a sale's link. Overtaken by a tap elsewhere while it waited, it is nobody's fault.
        """
        if shown.gap and not why:
            await self._alarm("card_gap", kiosk)
        if not why or (why is Why.UNKNOWN_CARD and shown.kind in NUMBERS):
            return  # a number that nobody has is no refusal: it is a stranger's card
        name = shown.kind.name.lower()
        tell("proof refused", logging.WARNING, reason=why.value, kind=name, kiosk=kiosk.hex())
        self._meters.proofs.labels(name, why.value).inc()
        if late and why is Why.ROLLED_BACK:
            return
        if alarm := ALARMS.get((shown.kind, why)):
            await self._alarm(alarm, kiosk)

    async def _alarm(self, kind: str, kiosk: bytes) -> None:
        self._meters.alarms.labels(kind).inc()
        tell("alarm", logging.ERROR, kind=kind, kiosk=kiosk.hex())
        if not self._alarms.wait(kiosk, self._clock.monotonic()):
            await self._store.alarm(self._clock.now_ms(), kind, kiosk, "")


def indexes_of(keys: Keys, kind: EvidenceKind, reference: bytes) -> tuple[bytes, ...]:
    """By every pepper, the newest first: cards are found while they are indexed anew."""
    return tuple(
        blind(keys.peppers[version], kind, reference)
        for version in sorted(keys.peppers, reverse=True)
    )


def _fault(found: FoundCard | None, proof: Proof, at: int, again_ms: int) -> Why | None:
    if found is None or found.member is None:
        return Why.UNKNOWN_CARD
    row = found.row
    if row.standing is not Standing.ACTIVE:
        return Why.REVOKED
    if row.expires and at >= row.expires:
        return Why.EXPIRED
    if proof.serial is None:
        return None
    if found.used:
        again = again_ms and at - found.used[2] <= again_ms
        return None if again else Why.REPLAYED
    return Why.ROLLED_BACK if proof.serial <= row.counter else None
