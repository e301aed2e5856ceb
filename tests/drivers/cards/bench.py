"""What the tests of cards share: a talk with a card without a reader, and messages with an origin."""

from __future__ import annotations

from collections.abc import Callable

from drivers.cards import ndef
from drivers.cards.tag import FRAMES_MOST, CardSlow, Dialogue, T
from kiosk.clock import SystemClock

UID = bytes.fromhex("04112233445566")
IDM = bytes.fromhex("012E4CE1A2B3C4D5")
LINK = "https://cards.example/c?n=1"
LINK_MESSAGE = ndef.encode([ndef.uri_record(LINK), ndef.text_record("hello")])
TOKEN = b"\xd2\x84" + bytes(range(200))
TOKEN_MESSAGE = ndef.encode([ndef.mime_record("application/cose", TOKEN)])
HOSTS = frozenset({"cards.example"})
SHOWING = bytes(range(16))


class HandClock(SystemClock):
    """A monotonic clock that stands still until it is moved."""

    now_seconds = 1000.0

    def monotonic(self) -> float:
        return self.now_seconds


def talk(
    dialogue: Dialogue[T], answer: Callable[[bytes], bytes | None], frames: int = FRAMES_MOST
) -> T:
    """What a dialogue finds when these answers are given; each is wiped as a reader would."""
    try:
        ask = next(dialogue)
        for _ in range(frames):
            lent = bytearray(answer(ask.data) or b"")
            ask = dialogue.send(lent)
            lent[:] = b"\xee" * len(lent)  # whoever kept it has something else now
        raise CardSlow("more frames than one card gets")
    except StopIteration as done:
        found: T = done.value
        return found


def message(
    dialogue: Dialogue[bytearray | None], answer: Callable[[bytes], bytes | None]
) -> bytes | None:
    """What a reading finds."""
    found = talk(dialogue, answer)
    return None if found is None else bytes(found)
