"""A whole purchase by fingers alone, and another language wherever one can be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.screens.values import ScanView, Screen
from kiosk.words import Language
from tests.system.window_shop import MILK, Finger, glass
from ui.profile import DisplayProfile
from ui.viewmodels.actions import offered

PANELS = {"portrait": DisplayProfile.portrait(), "landscape": DisplayProfile.landscape()}


@pytest.fixture(params=list(PANELS))
def finger(
    request: pytest.FixtureRequest, qapp: QGuiApplication, tmp_path: Path
) -> Iterator[Finger]:
    """Somebody before a kiosk, in each orientation."""
    with glass(tmp_path, PANELS[request.param]) as made:
        yield Finger(made)


def test_a_whole_purchase_is_made_by_touch(finger: Finger) -> None:
    """Goods by pictures, by letters and by number; more, fewer, none and undo; then paid."""
    finger.do_tap("start")
    finger.do_tap("open-goods")
    finger.do_tap("key-b")
    finger.do_tap("key-r")
    finger.do_tap("tile-4012345000078")
    finger.do_tap("open-digits")
    finger.do_type("302")
    finger.do_tap("digits-done")
    finger.sees("1,14 €")
    rolls, pretzels = lines(finger)
    finger.do_tap(f"line-{rolls}-more")
    finger.glass.spin(0.6)  # faster, it would be the tremble of a hand
    finger.do_tap(f"line-{rolls}-more")
    finger.sees("3 × 0,35 €", "1,84 €")
    finger.do_tap(f"line-{rolls}-less")
    finger.do_tap("undo")
    finger.sees("1 × 0,35 €")
    finger.do_tap(f"line-{rolls}-remove")
    assert lines(finger) == [pretzels]
    finger.do_tap("pay")
    finger.do_wait("paying")
    finger.sees("0,79 €")
    finger.do_tap("cancel")
    finger.do_wait("scan")
    finger.can("pay")
    finger.do_tap("pay")
    finger.do_wait("paying")
    finger.do_lab("approve")
    finger.do_wait("thanks")
    finger.do_printed("1")
    finger.do_tap("done")
    finger.do_wait("attract")


@pytest.mark.parametrize("finger", ["portrait"], indirect=True)
def test_the_language_can_be_changed_on_every_screen(finger: Finger) -> None:
    """In the middle of it, by touch: only the words change, and the purchase goes on."""
    switched(finger)
    finger.do_scan(MILK)
    switched(finger)
    finger.do_tap("open-goods")
    switched(finger)
    finger.do_tap("pay")
    finger.do_wait("paying")
    switched(finger)
    finger.do_lab("approve")
    finger.do_wait("thanks")
    switched(finger)


@pytest.mark.parametrize("panel", list(PANELS))
def test_the_way_to_pay_is_chosen_by_touch(
    panel: str, qapp: QGuiApplication, tmp_path: Path
) -> None:
    """Looked through, given back, taken to the till, brought back again; then paid by card."""
    with glass(tmp_path, PANELS[panel], till="Kasse 1") as made:
        finger = Finger(made)
        finger.do_scan(MILK)
        finger.do_tap("pay")
        finger.sees("Ist alles dabei?", "1,59 €", "Bar bezahlen: Kasse 1")
        finger.do_tap("sheet-close")
        finger.sees_no_more("Ist alles dabei?")
        finger.do_tap("pay")
        switched(finger)  # languages stand on a sheet of their own
        finger.do_tap("pay")
        finger.do_tap("pay-till")
        finger.do_wait("attract")
        finger.sees("Bitte bezahlen Sie an Kasse 1.")
        notice = shown(finger).notice
        assert notice is not None
        finger.do_tap("help")
        finger.do_tap("open-resume")
        finger.do_type(notice.remedy[-5:-1])
        finger.do_tap("digits-done")
        finger.do_wait("scan")
        finger.do_tap("pay")
        finger.do_tap("pay-card")
        finger.do_wait("paying")
        finger.do_lab("approve")
        finger.do_wait("thanks")
        finger.do_printed("1")


def switched(finger: Finger) -> None:
    """Polish and back; what is no word is as it was."""
    before = what(shown(finger))
    for language in (Language.PL, Language.AR, Language.DE):
        if f"language-{language.value}" not in offered(shown(finger)):
            finger.do_tap("language")
        finger.do_tap(f"language-{language.value}")
        assert shown(finger).language is language
    assert what(shown(finger)) == before


def shown(finger: Finger) -> Screen:
    screen = finger.glass.screen()
    assert screen is not None
    return screen


def what(screen: Screen) -> tuple[object, ...]:
    """What no language changes."""
    view = screen.view
    rows = [(row.id, row.quantity) for row in view.lines] if isinstance(view, ScanView) else []
    return type(view), rows


def lines(finger: Finger) -> list[int]:
    """The lines of the basket."""
    view = shown(finger).view
    assert isinstance(view, ScanView)
    return [int(row.id) for row in view.lines]
