"""`drivers scanner watch`: what a scanner sends, and what it means to a kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drivers.line import CHUNK, PrivateLine, connect
from drivers.scanner.code import Card, Code, Framer, Reading
from drivers.scanner.device import LOOK_SECONDS
from drivers.tools.saying import Say, trouble
from kiosk.checkout.events import CodeFault
from kiosk.clock import Clock
from kiosk.dispatch import STAFF_PREFIX
from kiosk.gtin import gtin_of
from kiosk.ports import Cancel, DeviceError
from kiosk.vault import EvidenceKind, wipe

RETRY_SECONDS = 0.5
_MEANINGS = {EvidenceKind.TEST_CARD: "customer number", EvidenceKind.COSE_TOKEN: "signed code"}


@dataclass(slots=True)
class ScannerWatch:
    """One scanner, told about until `cancel` is set. For one thread."""

    address: str
    show: bool
    say: Say
    clock: Clock

    def run(self, cancel: Cancel) -> None:
        """A scanner that is away is told once, and waited for."""
        away = False
        while not cancel:
            try:
                line = connect(self.address)
                away = False
                try:
                    self.say("ready", scanner=self.address)
                    self._codes(line, cancel)
                finally:
                    line.close()
            except DeviceError as error:
                if not away:
                    self.say("lost", **trouble(error, "look at its cable and its address"))
                away = True
                cancel.wait(RETRY_SECONDS)

    def _codes(self, line: PrivateLine, cancel: Cancel) -> None:
        framer, buffer = Framer(), bytearray(CHUNK)
        try:
            while not cancel:
                count = line.read_into(buffer, LOOK_SECONDS)
                found = framer.feed(memoryview(buffer)[:count], self.clock.monotonic())
                buffer[:count] = bytes(count)
                for reading in found:
                    self.say("scanned", **reading_fields(reading, show=self.show))
        finally:
            framer.wipe()
            wipe(buffer)


def reading_fields(reading: Reading, *, show: bool) -> dict[str, Any]:
    """Symbology, length and meaning; what it says where it is an article, and of others on demand."""
    found: dict[str, Any] = {"symbology": reading.symbology or None}
    if isinstance(reading, Card):
        found |= {"length": reading.length, "meaning": _MEANINGS[reading.kind]}
        found["whole"] = reading.shown is not None
        if reading.shown is not None:
            if show:
                found["text"] = reading.shown.decode("ascii")
            wipe(reading.shown)
        return found
    found |= {"length": len(reading.text)} | _meaning(reading)
    if reading.whole and (show or found.get("check_digit") == "ok"):
        found["text"] = reading.text
    return found


def _meaning(code: Code) -> dict[str, Any]:
    if not code.whole:
        return {"meaning": "torn", "whole": False}
    if code.text.startswith(STAFF_PREFIX):
        return {"meaning": "staff code"}
    gtin = gtin_of(code.symbology, code.text)
    if gtin is CodeFault.CHECK_DIGIT:
        return {"meaning": "article", "check_digit": "wrong"}
    if isinstance(gtin, CodeFault):
        return {"meaning": "other"}
    return {"meaning": "article", "check_digit": "ok"}
