"""A card is held before a real reader's driver. Once its holder has left, neither the kiosk's memory nor
its files hold the name, the card's number, its token or its link; while it is held, all are found.

Known limits. PC/SC's daemon is another process, with buffers of its own that nobody wipes. pyscard frees
the buffer of each answer as it is; our driver has the same place filled with zeros at once, but which
place the allocator gives is its own choice, so this is proved for the C library it runs on here. nfcpy
keeps copies that cannot be reached and is not searched: `drivers/cards/contactless.py` says so.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.cards.vpcd import VirtualSlot
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from service.members import Profile
from tests.drivers.cards.daemons import pcsc_desk, settle
from tests.needles import forms, hits_in_files, hits_in_process
from tests.service_process import Running
from tests.system.plastic import Plastic, plant_numbers, prepare, serve
from tests.system.test_privacy_memory import PATIENCE, Shop, planted

CARDS = {"loyalty": ("name", "uid", "token"), "sun": ("name", "uid", "link")}
"""What of the member is in the kiosk's memory while this card is held."""


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> Profile:
    plant_numbers(monkeypatch)
    return Profile(secrets.token_hex(10), planted(), 1250)


@pytest.fixture
def served(tmp_path: Path, profile: Profile) -> Iterator[tuple[Running, Path]]:
    """The service, and the file of the member's cards."""
    settings, cards = prepare(tmp_path, profile)
    running = serve(tmp_path, settings)
    yield running, cards
    running.stop()


def _traces(shop: Shop, plastic: Plastic, card: str) -> Counter[str]:
    """Everything of the member and the card that is found, in memory and in every file of the kiosk."""
    needles = {
        f"{what}: {form}": needle
        for what, each in (("name", forms(shop.name)), *plastic.traces(card).items())
        for form, needle in each.items()
    }
    found = Counter(hits_in_process(shop.process.pid, needles))
    found.update(hits_in_files([shop.state], needles))
    return found


def _told(found: Counter[str]) -> set[str]:
    kinds = ("name", "uid", "token", "link")
    return {what for what in kinds if any(f": {what}: " in place for place in found)}


@pytest.mark.parametrize(("reader", "card"), tuple(zip(["pn532", "pcsc"], CARDS, strict=True)))
def test_nothing_of_a_tapped_card_is_left(
    tmp_path: Path, profile: Profile, served: tuple[Running, Path], reader: str, card: str
) -> None:
    """Our driver on the simulated chip, and on PC/SC, each with a card of its own kind; the lookup is
    sealed and answered for real.
    """
    running, cards = served
    plastic = Plastic(tmp_path / "hand", cards)
    slot = VirtualSlot(pcsc_desk().daemon.door) if reader == "pcsc" else None
    shop = Shop(
        tmp_path, tmp_path / "identity", profile.name, profile.card,
        reader=reader, address="pcsc:" if slot else "", cards=cards,
    )  # fmt: skip
    try:
        shop.until(view="AttractView")
        shop.wait_for_lookup()
        if slot:
            settle()
            slot.hold(plastic.card(card))
        else:
            shop.do("hold", card)
        shop.until(view="ScanView", member="found")
        Cancel().wait(0.5)  # the name is drawn
        held = _traces(shop, plastic, card)
        assert _told(held) == set(CARDS[card]), held
        assert not any(".db" in place for place in held), held
        slot.remove() if slot else shop.do("take")
        shop.buy()
        _linked(running)
        assert _traces(shop, plastic, card) == {}
    finally:
        if slot:
            slot.remove()
        shop.close()


def _linked(running: Running) -> None:
    """The sale has reached the service, with whose it was."""
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE
    while json.loads(running.command("status"))["counts"]["sale_link"] == 0:
        assert clock.monotonic() < end
        Cancel().wait(0.1)
