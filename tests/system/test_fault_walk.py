"""Every device fault there is at the bench, one after the other: what the customer reads, what they can
do, and that the sale goes on when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from drivers.lab.wire import FAULTS
from tests.system.window_shop import APPLES, MILK, Finger, Glass, glass
from ui.profile import DisplayProfile

Walk = Callable[[Finger, str], None]


@pytest.fixture(scope="module")
def kiosk(qapp: QGuiApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    """One kiosk for all of them: what one fault leaves behind, the next one finds."""
    with glass(tmp_path_factory.mktemp("walk"), DisplayProfile.portrait()) as made:
        yield made


def stays(text: str, remedy: str) -> Walk:
    """It is said for as long as it lasts, with what can be done."""

    def walk(finger: Finger, fault: str) -> None:
        finger.do_lab("fault", fault)
        finger.sees(text, remedy, "1,59 €")
        finger.do_lab("clear", fault)
        finger.sees_no_more(text)

    return walk


def told(text: str, remedy: str, *act: str) -> Walk:
    """It is said once, after something was tried."""

    def walk(finger: Finger, fault: str) -> None:
        finger.do_lab("fault", fault)
        if act:
            finger.do_lab(*act)
        finger.sees(text, remedy, "1,59 €")
        finger.do_lab("clear", fault)

    return walk


def refused(text: str, remedy: str) -> Walk:
    """The payment comes to nothing, is said to be nothing, and can be tried again."""

    def walk(finger: Finger, fault: str) -> None:
        finger.do_lab("fault", fault)
        finger.do_tap("pay")
        if fault != "terminal-out-of-order":  # that one does not even ask for a card
            finger.do_wait("paying")
            finger.do_lab("approve")
        finger.sees(text, remedy)
        finger.do_lab("clear", fault)

    return walk


def doubt(finger: Finger, fault: str) -> None:
    """The answer got lost: nobody pays again before it is known."""
    finger.do_lab("fault", fault)
    finger.do_tap("pay")
    finger.do_wait("paying")
    finger.do_lab("approve")
    finger.do_wait("doubt")
    finger.sees("Bitte nicht noch einmal bezahlen", "1,59 €")
    finger.do_wait("scan")
    finger.sees("nichts abgebucht")


def unseen(finger: Finger, fault: str) -> None:
    """Nothing a customer would notice, but time."""
    finger.do_lab("fault", fault)
    buys(finger)
    finger.do_lab("clear", fault)
    finger.do_scan(MILK)


def no_paper(finger: Finger, fault: str) -> None:
    """The roll ends in the middle: paid, and said what is left to do."""
    finger.do_lab("fault", fault)
    finger.do_tap("pay")
    finger.do_wait("paying")
    finger.do_lab("approve")
    finger.do_expect("konnte nicht gedruckt")
    finger.sees("1,59 €", "kein Papier")
    finger.do_tap("waive")
    finger.do_wait("thanks")
    finger.do_lab("clear", fault)
    finger.do_tap("done")
    finger.do_wait("attract")
    finger.do_scan(MILK)


def weighing(text: str) -> Walk:
    """The scale has the word; the customer can always leave it."""

    def walk(finger: Finger, fault: str) -> None:
        finger.do_scan(APPLES)
        finger.do_lab("fault", fault)
        finger.do_lab("weigh", "509")
        finger.sees(text)
        finger.do_lab("clear", fault)
        finger.do_lab("weigh", "0")
        finger.do_tap("weighing-cancel")

    return walk


def buys(finger: Finger) -> None:
    """To the end, and away, once it is possible."""
    finger.can("pay")
    finger.do_tap("pay")
    finger.do_wait("paying")
    finger.do_lab("approve")
    finger.do_wait("thanks")
    finger.do_tap("done")
    finger.do_wait("attract")


TERMINAL = "Das Kartenterminal antwortet nicht."
WALKS: dict[str, Walk] = {
    "terminal-answer-lost": doubt,
    "terminal-cable-out": stays(TERMINAL, "Ihre Artikel bleiben hier"),
    "terminal-slow": unseen,
    "terminal-no-host": refused("nichts abgebucht", "andere Karte"),
    "terminal-closing-fails": unseen,
    "terminal-out-of-order": refused("nichts abgebucht", "andere Karte"),
    "printer-paper-out": stays("kein Bon gedruckt", "einkaufen"),
    "printer-cover-open": stays("kein Bon gedruckt", "einkaufen"),
    "printer-paper-ends": no_paper,
    "scanner-torn": told("nicht richtig gelesen", "noch einmal"),
    "scanner-garbage": told("nicht richtig gelesen", "noch einmal"),
    "scanner-unplug": stays("Der Scanner", "Personal"),
    "reader-weak": told("zu früh", "ruhig", "tap", "foreign"),
    "reader-silent": stays("Kundenkarten", "kaufen Sie einfach weiter ein"),
    "reader-unplug": stays("Kundenkarten", "kaufen Sie einfach weiter ein"),
    "scale-moving": weighing("ruhig"),
    "scale-silent": weighing("Waage"),
    "scale-unplug": stays("Die Waage", "Personal"),
}


def test_every_fault_is_walked() -> None:
    """A fault that is added to the bench has to be looked at as well."""
    assert set(WALKS) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_with_its_remedy_and_the_sale_goes_on(kiosk: Glass, fault: str) -> None:
    """What is on screen while it lasts; afterwards the same basket is paid."""
    finger = Finger(kiosk)
    finger.do_scan(MILK)
    WALKS[fault](finger, fault)
    buys(finger)
