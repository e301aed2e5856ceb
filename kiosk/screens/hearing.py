"""Which sound belongs to a change of the screen. Pure: what nobody can see is not heard either."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.screens.values import (
    AttractView,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    ThanksView,
    Tone,
    View,
)
from kiosk.sounds import Sound, Speaker

_TONES = {Tone.GOOD: Sound.GOOD, Tone.WARNING: Sound.ATTENTION, Tone.ERROR: Sound.ERROR}
_LOUDEST = tuple(Sound)[::-1]


def heard(before: Screen | None, after: Screen) -> Sound | None:
    """The one sound for what became visible between two screens; None: nothing that has one."""
    if before is None:
        return None
    found = {_noticed(before, after), _called(before, after), _seen(before.view, after.view)}
    return next((each for each in _LOUDEST if each in found), None)


def audible(publish: Callable[[Screen], None], speaker: Speaker) -> Callable[[Screen], None]:
    """`publish`, with the sound of each change. For one thread: the engine's."""
    last: Screen | None = None

    def publish_aloud(screen: Screen) -> None:
        nonlocal last
        publish(screen)
        sound, last = heard(last, screen), screen
        if sound:
            speaker.play(sound)

    return publish_aloud


def _noticed(before: Screen, after: Screen) -> Sound | None:
    """A message, by its tone; what is only told has none. In another language it is no other one."""
    if after.notice is None or after.notice == before.notice:
        return None
    if before.notice and after.language is not before.language:
        return None
    return _TONES.get(after.notice.tone)


def _called(before: Screen, after: Screen) -> Sound | None:
    return Sound.HELP if after.header.called and not before.header.called else None


def _seen(before: View, after: View) -> Sound | None:
    match before, after:
        case ScanView(still=None), ScanView(still=still) if still is not None:
            return Sound.ATTENTION
        case ScanView(), ScanView() if _pieces(after) > _pieces(before):
            return Sound.SCAN
        case AttractView() | ThanksView(), ScanView() if _pieces(after) == 1:
            return Sound.SCAN  # more of them were parked, and come back
        case PayingView(approved=False), PayingView(approved=True):
            return Sound.GOOD
        case PayingView(approved=False), ReceiptView() | ThanksView():
            return Sound.GOOD
        case _:
            return None


def _pieces(view: View) -> int:
    """What stands in the list: a weighed line counts as one."""
    if not isinstance(view, ScanView):
        return 0
    return sum(int(line.quantity or 1) for line in view.lines)
