"""The customer and every secret in memory: put, lend, wipe. Nothing in it ever reaches a disk.

The one place that several threads share: the scanner's puts in what was shown, the service's what
was answered, the engine's wipes, the window's reads. So it has the one lock beside the queues; it is
held for a few instructions and never while anything is waited for.
"""

from __future__ import annotations

import ctypes
import resource
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.ids import Handle
from service.wire.messages import SHOWING_BYTES, EvidenceKind

__all__ = ["SHOWING_BYTES", "EvidenceKind", "Shown", "Vault", "harden"]

_PR_SET_DUMPABLE = 4
Buffer = bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Shown:
    """What a customer showed, lent: `data` is all zeros once it is wiped."""

    kind: EvidenceKind
    data: memoryview


@dataclass(slots=True)
class _Slot:
    kind: EvidenceKind | None
    """None: nobody showed anything; `answer` is a secret of another kind."""
    evidence: bytearray
    answer: bytearray = field(default_factory=bytearray)

    def wipe(self) -> None:
        for buffer in (self.evidence, self.answer):
            wipe(buffer)


class Vault:
    """One slot a customer, found by a random handle that says nothing. Safe from any thread.

    What is lent is the slot's own memory, for the moment: whoever looks after the wipe sees zeros.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[Handle, _Slot] = {}
        self._closed = False

    def admit(self, kind: EvidenceKind, evidence: Buffer) -> Handle:
        """Keep a copy of what was shown; the caller wipes its own."""
        handle = Handle(secrets.token_hex(8))
        kept = bytearray(evidence)
        _keep_from_swap(kept)
        with self._lock:
            if not self._closed:
                self._slots[handle] = _Slot(kind, kept)
                return handle
        wipe(kept)
        return handle

    def hold(self, secret: bytearray) -> Handle:
        """Take over a secret that nobody showed, like the link to a receipt; `lend` gives it."""
        handle = Handle(secrets.token_hex(8))
        _keep_from_swap(secret)
        with self._lock:
            if not self._closed:
                self._slots[handle] = _Slot(None, bytearray(), secret)
                return handle
        wipe(secret)
        return handle

    def put(self, handle: Handle, answer: bytearray) -> bool:
        """Take over what the service told; False, and wiped, if the customer is gone meanwhile."""
        _keep_from_swap(answer)
        with self._lock:
            slot = self._slots.get(handle)
            if slot is not None:
                wipe(slot.answer)
                slot.answer = answer
                return True
        wipe(answer)
        return False

    def shown(self, handle: Handle) -> Shown | None:
        """What was shown, lent; None if the customer is gone.

        Who has read it asks once more: if the customer is still there, it was no zeros.
        """
        with self._lock:
            slot = self._slots.get(handle)
        if slot is None or slot.kind is None:
            return None
        return Shown(slot.kind, memoryview(slot.evidence))

    def lend(self, handle: Handle) -> memoryview | None:
        """What the service told, lent; None if it has told nothing, or the customer is gone."""
        with self._lock:
            slot = self._slots.get(handle)
        return memoryview(slot.answer) if slot and slot.answer else None

    def wipe(self, handle: Handle) -> None:
        """The customer is gone. Safe to call for one who was never there."""
        with self._lock:
            slot = self._slots.pop(handle, None)
            if slot:
                slot.wipe()

    def close(self) -> None:
        """Wipe everything and take nothing more."""
        with self._lock:
            self._closed = True
            for slot in self._slots.values():
                slot.wipe()
            self._slots.clear()


def wipe(buffer: bytearray) -> None:
    """Zeros, in place: a buffer that is only let go of keeps what it held."""
    buffer[:] = bytes(len(buffer))


def harden() -> None:
    """This process leaves no core dump, and no other user's process may look into it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _keep_from_swap(buffer: bytearray) -> None:
    """Best effort. Never undone: the page may hold another secret, and is used again anyway."""
    if not buffer:
        return
    with suppress(AttributeError, OSError):
        place = (ctypes.c_char * len(buffer)).from_buffer(buffer)
        ctypes.CDLL(None).mlock(ctypes.byref(place), ctypes.c_size_t(len(buffer)))
