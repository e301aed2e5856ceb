"""Cards and codes from the reader to the greeting or the refusal: a whole kiosk, a service of its own
process, our drivers on a simulated chip and on PC/SC. Why a proof is refused stands in the service's log
alone; the customer hears that nobody knows the card."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from smartcard import scard

from drivers.cards.ndef import encode, uri_record
from drivers.cards.sun_card import SunCard
from drivers.cards.virtual import NDEF_FILE, NtagCard, Type4Card, VirtualCard
from drivers.cards.vpcd import VirtualSlot
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from service.cards import indexes_of
from service.issuing import issuer_of
from service.keys import DAY, Keys
from service.server import open_store
from service.settings import Settings
from service.stand import ERIKA
from service.wire.messages import EvidenceKind
from tests.drivers.cards.daemons import PcscDesk, pcsc_desk
from tests.drivers.cards.test_pcsc import SLOT
from tests.service_process import Running
from tests.system.card_shop import (
    ANEW_SECONDS,
    GREETED,
    LATER,
    PATIENCE,
    TOO_SOON,
    UNKNOWN,
    CardShop,
    greeted,
)
from tests.system.plastic import Plastic, prepare, serve

OTHER = bytes.fromhex("04F1E2D3C4B5A6")
ISSUED = bytes.fromhex("04F2E3D4C5B6A7")
ENDED = bytes.fromhex("04F3E4D5C6B7A8")


@dataclass
class Scene:
    """A service, its member's cards, and what of it is on disk."""

    folder: Path
    running: Running
    plastic: Plastic
    ended: bytes
    """The message of a card whose token counts no more."""

    @contextmanager
    def shop(self, reader: str, name: str = "") -> Iterator[CardShop]:
        """A kiosk with this reader; it is one and the same to the service, whatever its disk's name."""
        slot = VirtualSlot(pcsc_desk().daemon.door) if reader == "pcsc" else None
        made = CardShop(
            self.folder / (name or reader),
            self.folder / "identity",
            self.plastic.cards,
            reader,
            slot,
        )
        try:
            made.open()
            yield made
        finally:
            made.close()

    def refusals(self) -> list[str]:
        """Reasons and kinds that the service told so far."""
        lines = map(json.loads, self.running.log.read_text().splitlines())
        return [f"{each['reason']} {each['kind']}" for each in lines if "reason" in each]

    def levels(self) -> list[int]:
        """How well each linked sale's customer was known, in the order of the sales."""
        db = apsw.Connection(
            str(self.running.settings.folder / "store.db"), flags=apsw.SQLITE_OPEN_READONLY
        )
        try:
            return [row[0] for row in db.execute("SELECT level FROM sale_link ORDER BY rowid")]
        finally:
            db.close()

    def delivered(self, before: list[int]) -> list[int]:
        """The levels of the sales since, as soon as there is one."""
        end = SystemClock().monotonic() + PATIENCE
        while (found := self.levels()) == before:
            assert SystemClock().monotonic() < end
            Cancel().wait(0.05)
        return found[len(before) :]


async def _ended(settings: Settings) -> bytes:
    """A token for one day that was issued three days ago."""
    keys = Keys(settings.folder / "keys")
    store = await open_store(settings, keys, f"{settings.writer}-cli")
    try:
        number = indexes_of(keys, EvidenceKind.NUMBER, ERIKA.card.encode())
        _, member = await store.find(b"", number)
        assert member
        then = round(SystemClock().now().timestamp() * 1000) - 3 * DAY
        issuer = await issuer_of(settings, keys, store, then)
        return (await issuer.card_token(member.id, ENDED, days=1)).ndef
    finally:
        await store.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("cards")
    settings, cards = prepare(folder, ERIKA)
    ended = asyncio.run(_ended(settings))
    running = serve(folder, settings)
    yield Scene(folder, running, Plastic(folder / "hand", cards), ended)
    running.stop()


@pytest.fixture(scope="module")
def shop(scene: Scene) -> Iterator[CardShop]:
    with scene.shop("pn532") as made:
        yield made


def _refused(scene: Scene, shop: CardShop, card: VirtualCard, reason: str) -> None:
    before = scene.refusals()
    assert shop.tap(card) == UNKNOWN
    assert scene.refusals()[len(before) :] == [reason]


def _counting(card: VirtualCard) -> SunCard:
    assert isinstance(card, SunCard)
    return card


@pytest.mark.parametrize("name", ["loyalty", "sun", "lrp", "number"])
def test_a_member_is_greeted_by_each_kind_of_card(scene: Scene, shop: CardShop, name: str) -> None:
    before = scene.refusals()
    card = shop.card(name)
    assert shop.tap(card) == GREETED
    copied = ("", None)  # whoever copies a number learns nothing by it
    assert shop.greeting() == (copied if name == "number" else (ERIKA.name, ERIKA.balance))
    shop.not_me()
    assert scene.refusals() == before


def test_another_shops_card_is_nobodys(scene: Scene, shop: CardShop) -> None:
    before = scene.refusals()
    assert shop.tap(scene.plastic.card("foreign")) == UNKNOWN
    assert scene.refusals() == before  # a stranger's card is no attempt at anything


def test_a_code_counts_once(scene: Scene, shop: CardShop) -> None:
    before = scene.refusals()
    code = json.loads(scene.plastic.cards.read_text())["code"]
    assert shop.scanned(code) == GREETED
    shop.not_me()
    Cancel().wait(ANEW_SECONDS)
    assert shop.scanned(code) == UNKNOWN
    assert scene.refusals()[len(before) :] == ["replayed cose_token"]


def test_a_token_copied_to_another_card(scene: Scene, shop: CardShop) -> None:
    told = json.loads(scene.plastic.cards.read_text())["token"]
    copy = NtagCard(OTHER, bytes.fromhex(told["ndef"]), 215)
    _refused(scene, shop, copy, "other_card ndef_token")


@pytest.mark.parametrize("name", ["sun", "lrp"])
def test_a_counter_that_went_back(scene: Scene, shop: CardShop, name: str) -> None:
    """The bench's own card counts on; a copy of it that begins anew shows links of the past."""
    card = _counting(shop.card(name))
    card.counter += 5
    assert shop.tap(card) == GREETED
    shop.not_me()
    copy = _counting(scene.plastic.card(name))
    copy.counter = card.counter - 3
    _refused(scene, shop, copy, "rolled_back sun")


@pytest.mark.parametrize("name", ["sun", "lrp"])
def test_a_link_that_was_kept(scene: Scene, shop: CardShop, name: str) -> None:
    """Written on another card and shown once more."""
    card = _counting(shop.card(name))
    assert shop.tap(card) == GREETED
    shop.not_me()
    kept = Type4Card(OTHER, card.files[NDEF_FILE][2:])
    _refused(scene, shop, kept, "replayed sun")


@pytest.mark.parametrize("name", ["sun", "lrp"])
@pytest.mark.parametrize("part", ["picc_data=", "cmac="])
def test_a_link_with_another_digit(scene: Scene, shop: CardShop, name: str, part: str) -> None:
    """The next one the card would have shown; it is taken as it was, afterwards."""
    card = _counting(shop.card(name))
    copy = _counting(scene.plastic.card(name))
    copy.counter = card.counter + 1
    link = copy.link()
    place = link.index(part) + len(part) + 12
    changed = link[:place] + f"{int(link[place], 16) ^ 1:X}" + link[place + 1 :]
    _refused(scene, shop, Type4Card(OTHER, encode([uri_record(changed)])), "forged sun")
    assert shop.tap(Type4Card(OTHER, encode([uri_record(link)]))) == GREETED
    shop.not_me()
    card.counter += 1


def test_a_card_that_ended(scene: Scene, shop: CardShop) -> None:
    _refused(scene, shop, NtagCard(ENDED, scene.ended, 215), "expired ndef_token")


def test_a_card_that_was_revoked(scene: Scene, shop: CardShop) -> None:
    path = scene.folder / "token.ndef"
    words = ("--card", ERIKA.card, "--type", "token", "--uid", ISSUED.hex(), "--out", str(path))
    issued = json.loads(scene.running.command("card", "issue", *words))
    card = NtagCard(ISSUED, path.read_bytes(), 215)
    assert shop.tap(card) == GREETED
    shop.not_me()
    scene.running.command("card", "revoke", issued["card"])
    _refused(scene, shop, card, "revoked ndef_token")


def test_a_reader_that_is_unplugged_is_back_at_once(shop: CardShop) -> None:
    shop.bench.do("fault", "reader-unplug")
    lost = shop.until(lambda screen: screen.banners)
    shop.bench.do("clear", "reader-unplug")
    shop.until(lambda screen: screen.banners != lost.banners)
    assert shop.tap(shop.card("loyalty")) == GREETED
    shop.not_me()


def test_whoever_holds_a_card_too_weakly_is_told_and_then_greeted(shop: CardShop) -> None:
    """Every third exchange is lost, so that a token is never read to its end; then it is held closer."""
    shop.bench.do("fault", "reader-weak")
    since = len(shop.screens)
    try:
        shop.hold(shop.card("loyalty"))
        shop.until(lambda screen: screen.notice and screen.notice.text == TOO_SOON, since)
    finally:
        shop.bench.do("clear", "reader-weak")
    shop.until(greeted, since)
    shop.take()
    shop.not_me()


@pytest.mark.parametrize("name", ["loyalty", "sun", "number"])
def test_without_the_service_points_come_later(scene: Scene, shop: CardShop, name: str) -> None:
    """The sale is delivered once it is back, at the level of what was shown; a counter counts then."""
    before = scene.levels()
    card = shop.card(name)
    scene.running.kill()
    try:
        assert shop.tap(card) == LATER
        shop.buy()
    finally:
        scene.running.start()
    assert scene.delivered(before) == [{"loyalty": 1, "sun": 2, "number": 0}[name]]


@pytest.mark.parametrize("reader", ["nfcpy", "pcsc"])
def test_other_readers_tell_the_same(scene: Scene, reader: str) -> None:
    """As above, through every layer to the booked sale."""
    before = scene.levels()
    with scene.shop(reader) as shop:
        card = shop.card("loyalty")
        assert shop.tap(card) == GREETED
        assert shop.greeting() == (ERIKA.name, ERIKA.balance)
        shop.buy()
        assert scene.delivered(before) == [1]


@contextmanager
def _killed(desk: PcscDesk) -> Iterator[None]:
    desk.daemon.kill()
    try:
        yield
    finally:
        desk.daemon.start()


@contextmanager
def _unplugged(desk: PcscDesk) -> Iterator[None]:
    desk.unplugged.touch()
    try:
        yield
    finally:
        desk.unplugged.unlink()


@contextmanager
def _taken(shop: CardShop) -> Iterator[None]:
    """Another program has a card for itself: the one of many that it came to before the kiosk."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    for _ in range(30):
        shop.hold(shop.card("foreign"))
        if handle := _exclusively(context):
            break
        shop.take()
    try:
        assert handle
        yield
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)


def _exclusively(context: int) -> int:
    end = SystemClock().monotonic() + 1.0
    while SystemClock().monotonic() < end:
        code, handle, _ = scard.SCardConnect(context, SLOT, scard.SCARD_SHARE_EXCLUSIVE, 3)
        if not code:
            return int(handle)
    return 0


def test_a_lost_reader_is_seen_on_screen_and_in_the_status(scene: Scene) -> None:
    """With what a technician does about it; and both say when it is back."""
    with scene.shop("pcsc", "pcsc-lost") as shop:
        _harmed(shop, _killed(pcsc_desk()), "pcscd")
        _harmed(shop, _unplugged(pcsc_desk()), "plug it in again")
        _harmed(shop, _taken(shop), "another program")


def _harmed(shop: CardShop, harm: AbstractContextManager[None], word: str) -> None:
    quiet = shop.now.banners
    assert shop.status()["devices"]["reader"] == {"link": "ready"}
    with harm:
        shop.until(lambda screen: screen.banners != quiet)
        status = shop.status()
        reader = status["devices"]["reader"]
        assert reader["link"] == "lost"
        assert word in reader["detail"]
        assert f"reader: lost; {reader['detail']}" in status["todo"]
    shop.until(lambda screen: screen.banners == quiet)
    assert shop.status()["devices"]["reader"] == {"link": "ready"}
