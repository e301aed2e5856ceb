"""A deposit slip at two kiosks and one service, each a real one: worth what is printed on it, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.clock import SystemClock
from kiosk.gtin import check_digit
from kiosk.ports import Cancel
from kiosk.screens.values import ScanView, Screen
from kiosk.words import NBSP, Language, words_of
from service.stand import ERIKA
from tests.service_process import Running
from tests.system.card_shop import MILK, PATIENCE, CardShop
from tests.system.plastic import prepare, serve

WORDS = words_of(Language.DE)
TAKEN = WORDS("Your deposit slip is taken off.")
ELSEWHERE = WORDS("This deposit slip was shown at another checkout.")
REDEEMED = WORDS("This deposit slip was redeemed already.")
AWAY = WORDS("Your deposit slip cannot be checked at the moment.")


def slip(number: int, cents: int) -> str:
    """What the machine prints."""
    body = f"98{number:05d}{cents:05d}"
    return f"{body}{check_digit(body)}"


@dataclass
class Floor:
    """Two kiosks and what both ask."""

    one: CardShop
    two: CardShop
    running: Running


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    folder = tmp_path_factory.mktemp("slips")
    settings, cards = prepare(folder, ERIKA, ("identity", "second"))
    running = serve(folder, settings)
    running.identity(folder / "second")
    one, two = (
        CardShop(folder / name, folder / identity, cards, "pn532", None, slips=("98SSSSSPPPPPK",))
        for name, identity in (("one", "identity"), ("two", "second"))
    )
    try:
        one.open()
        two.open()
        yield Floor(one, two, running)
    finally:
        one.close()
        two.close()
        running.stop()


def milk(shop: CardShop) -> None:
    """One bottle in the basket: 1.59."""
    since = len(shop.screens)
    shop.bench.do("scan", MILK)
    shop.until(_filled, since)


def _filled(screen: Screen) -> bool:
    return isinstance(screen.view, ScanView) and bool(screen.view.lines)


def shown(shop: CardShop, code: str) -> str:
    """What is said of a slip in the end."""
    since = len(shop.screens)
    shop.bench.do("scan", code)
    words = (TAKEN, ELSEWHERE, REDEEMED, AWAY)
    seen = shop.until(lambda screen: screen.notice and screen.notice.text in words, since)
    assert seen.notice
    return seen.notice.text


def until_shown(shop: CardShop, code: str, word: str) -> None:
    """Until this is said of it: what is left is told behind a customer's back."""
    end = SystemClock().monotonic() + PATIENCE
    while shown(shop, code) != word:
        assert SystemClock().monotonic() < end
        Cancel().wait(1.2)


def total(shop: CardShop) -> str:
    view = shop.now.view
    assert isinstance(view, ScanView)
    return view.total.replace(NBSP, " ")


def test_a_slip_counts_at_one_kiosk_and_then_nowhere(floor: Floor) -> None:
    """Nobody else takes it while somebody buys with it, and nobody at all afterwards."""
    code = slip(1, 75)
    milk(floor.one)
    assert shown(floor.one, code) == TAKEN
    assert total(floor.one) == "0,84 €"
    milk(floor.two)
    assert shown(floor.two, code) == ELSEWHERE
    assert total(floor.two) == "1,59 €"
    floor.one.pay()
    until_shown(floor.two, code, REDEEMED)
    floor.two.pay()
    milk(floor.one)
    until_shown(floor.one, code, REDEEMED)
    floor.one.pay()


def test_what_is_left_counts_at_the_other_kiosk(floor: Floor) -> None:
    """To the cent, without a card, until nothing is left."""
    code = slip(2, 200)
    milk(floor.one)
    assert shown(floor.one, code) == TAKEN
    floor.one.finish()
    milk(floor.two)
    until_shown(floor.two, code, TAKEN)
    assert total(floor.two) == "1,18 €"
    floor.two.pay()
    milk(floor.one)
    until_shown(floor.one, code, REDEEMED)
    floor.one.pay()


def test_without_the_service_a_purchase_goes_on_without_its_slip(floor: Floor) -> None:
    """And counts when the service is there again."""
    code = slip(3, 50)
    milk(floor.one)
    floor.running.kill()
    try:
        assert shown(floor.one, code) == AWAY
        assert total(floor.one) == "1,59 €"
    finally:
        floor.running.start()
    until_shown(floor.one, code, TAKEN)
    assert total(floor.one) == "1,09 €"
    floor.one.pay()


def test_what_was_used_while_the_service_is_away_is_told_later(floor: Floor) -> None:
    """Paid without it: until it has heard so, no other kiosk takes the slip, and then none at all."""
    code = slip(4, 75)
    milk(floor.one)
    assert shown(floor.one, code) == TAKEN
    floor.running.kill()
    try:
        floor.one.pay()
    finally:
        floor.running.start()
    milk(floor.two)
    until_shown(floor.two, code, REDEEMED)
    floor.two.pay()
