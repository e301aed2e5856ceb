"""A scanner on a serial line. It has no commands: it is watched.

What a customer shows goes into the vault, and only its handle leaves: no event, text or log holds it,
and the buffers it came through are wiped.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from drivers.line import CHUNK, PrivateLine
from drivers.line import connect as connect_line
from drivers.scanner.code import CARD_PREFIX, Card, Code, Framer
from drivers.scanner.held import HeldCard
from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import CodeFault, CodeRead, CodeRefused, Device, DeviceOnline
from kiosk.checkout.member_events import CustomerShown
from kiosk.clock import Clock
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Verdict
from kiosk.vault import SHOWING_BYTES, EvidenceKind, Vault, wipe

SAME_CODE_SECONDS = 0.3
"""A code read again within this is the same article before the same beam."""
LOOK_SECONDS = 0.05
"""Between looks while a scan may end by silence."""
QUIET_SECONDS = 0.09
"""Between looks at a wish to stop."""
DRAIN_READS = 16

Connect = Callable[[str], PrivateLine]

_NOBODY = Code("", CARD_PREFIX.decode())


class SerialScanner:
    """A scanner at an address of `drivers.line`. For one thread."""

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        vault: Vault,
        connect: Connect = connect_line,
    ) -> None:
        self._address = address
        self._clock = clock
        self._vault = vault
        self._connect = connect
        self._line: PrivateLine | None = None
        self._buffer = bytearray(CHUNK)
        self._held = HeldCard()

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Raises LocalProtocolError: a scanner has no commands."""
        del cancel  # nothing is under way
        raise LocalProtocolError(f"a scanner cannot {type(command).__name__}")

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`, then `CodeRead` or `CustomerShown` for each reading.

        Raises `DeviceError` when lost.
        """
        try:
            line = self._line or self._open()
            yield DeviceOnline(Device.SCANNER)
            yield from self._codes(line, wanted)
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line."""
        self._held.forget()
        line, self._line = self._line, None
        if line:
            line.close()

    def _open(self) -> PrivateLine:
        line = self._line = self._connect(self._address)
        for _ in range(DRAIN_READS):  # scanned while nobody listened: not for this customer
            if not line.read_into(self._buffer, 0):
                break
        wipe(self._buffer)
        return line

    def _codes(self, line: PrivateLine, wanted: Cancel) -> Run:
        framer = Framer()
        last, seen = Code("", "", whole=False), float("-inf")
        try:
            while not wanted:
                patience = LOOK_SECONDS if framer.begun else QUIET_SECONDS
                count = line.read_into(self._buffer, patience)
                now = self._clock.monotonic()
                self._held.tick(now)
                codes = framer.feed(memoryview(self._buffer)[:count], now)
                self._buffer[:count] = bytes(count)
                for code in codes:
                    like = _NOBODY if isinstance(code, Card) else code
                    again = like == last and now - seen < SAME_CODE_SECONDS
                    last, seen = like, now
                    if isinstance(code, Card):
                        yield from self._card(code, now, again=again)
                    elif not again:
                        yield CodeRead(code.symbology, code.text, code.whole)
        finally:
            framer.wipe()
            wipe(self._buffer)

    def _card(self, card: Card, now: float, *, again: bool) -> Run:
        shown = card.shown
        if shown is None:
            if not again:
                yield CodeRefused(card.symbology, card.length, CodeFault.FOREIGN)
            return
        if self._held.again(shown, now):
            wipe(shown)
            return
        evidence = evidence_of(card.kind, shown)
        handle = self._vault.admit(card.kind, evidence)
        wipe(evidence)
        wipe(shown)
        verdict = yield CustomerShown(handle)
        if verdict is Verdict.REFUSE:
            self._vault.wipe(handle)


def evidence_of(kind: EvidenceKind, shown: bytearray) -> bytearray:
    """What the vault keeps: a proof behind random bytes that tell this showing from another one."""
    if kind is not EvidenceKind.COSE_TOKEN:
        return bytearray(shown)
    evidence = bytearray(SHOWING_BYTES + len(shown))
    evidence[:SHOWING_BYTES] = secrets.token_bytes(SHOWING_BYTES)
    evidence[SHOWING_BYTES:] = shown
    return evidence
