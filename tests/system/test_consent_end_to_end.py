"""From the code on the kiosk's screen to a member, and out again: a whole kiosk, a service of its own
process, and the public door that a telephone calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from drivers.lab.wire import CARD_PREFIX
from kiosk.screens.sheet_values import NoteSheet
from kiosk.screens.values import Screen
from kiosk.words import Language, words_of
from service.clock import SystemClock
from service.stand import ERIKA
from tests.cluster import free_port
from tests.joining_stand import code_on
from tests.receipt_stand import ANY_PORTS, Hosted
from tests.service_process import Running
from tests.service_stand import StillClock
from tests.system.card_shop import GREETED, UNKNOWN, CardShop
from tests.system.plastic import prepare, serve

BASE = "https://bon.example"
BUTTON = re.compile(r'action="([A-Za-z0-9_/.-]+)"')
HOME = re.compile(r'href="\.\./\.\./(m/[A-Za-z0-9_-]{22})"')
WORDS = words_of(Language.DE)
WITHDRAWN = WORDS("Your consent is withdrawn.")
UNSURE = WORDS("We do not know whether your consent is withdrawn.")


@dataclass
class Scene:
    """All three."""

    shop: CardShop
    running: Running
    phone: Hosted

    def photographed(self) -> str:
        """The address that a camera reads off the kiosk."""
        seen = self.shop.until(_code_shown)
        assert isinstance(seen.sheet, NoteSheet)
        rows = self.shop.code(seen.sheet.slot)
        side = len(rows)
        image = Image.new("L", (side + 8, side + 8), 255)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                image.putpixel((x + 4, y + 4), 0 if dark else 255)
        (read,) = zxingcpp.read_barcodes(image.resize((4 * side + 32, 4 * side + 32)))
        assert read.text.startswith(f"{BASE}/j/")
        return str(read.text.removeprefix(BASE))

    def joined(self, path: str) -> tuple[str, str]:
        """The one button; the code on the page, and the address of the member's own."""
        found = BUTTON.search(self.phone.get(path).body.decode())
        assert found
        page = self.phone.get(path.rpartition("/")[0] + "/" + found[1], "POST").body
        home = HOME.search(page.decode())
        assert home
        return code_on(page), "/" + home[1]

    def withdraw(self, word: str) -> None:
        """At the kiosk, until it says this."""
        since = len(self.shop.screens)
        for name in ("open-data", "open-withdraw", "withdraw"):
            self.shop.press(name)
        self.shop.until(lambda screen: screen.notice and screen.notice.text == word, since)


def _code_shown(screen: Screen) -> bool:
    return isinstance(screen.sheet, NoteSheet) and bool(screen.sheet.slot)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("consent")
    settings, cards = prepare(folder, ERIKA)
    settings = replace(settings, joining=f"127.0.0.1:{free_port()}", responsible=BASE)
    running = serve(folder, settings)
    shop = CardShop(folder / "pn532", folder / "identity", cards, "pn532", None, BASE)
    try:
        with Hosted(replace(settings, **ANY_PORTS), StillClock(SystemClock().now_ms())) as phone:
            shop.open()
            yield Scene(shop, running, phone)
    finally:
        shop.close()
        running.stop()


def test_a_phone_joins_is_known_withdraws_and_is_nobody(scene: Scene, tmp_path: Path) -> None:
    """Nothing is typed, nobody is named, and nothing of it stands in the journal."""
    shop = scene.shop
    for name in ("open-data", "open-join"):
        shop.press(name)
    path = scene.photographed()
    code, home = scene.joined(path)
    later = code_on(scene.phone.get(f"{home}/code", "POST").body)
    assert shop.scanned(code) == GREETED
    assert shop.greeting() == ("", 0)
    scene.withdraw(WITHDRAWN)
    assert shop.scanned(later) == UNKNOWN
    assert "widerrufen" in scene.phone.get(home).body.decode()
    written = shop.journal()
    for needle in (code, later, path, home.removeprefix("/m/"), code.removeprefix("OK1:")):
        assert needle.encode() not in written
    assert b"ConsentWithdrawn" in written


def test_without_the_service_nothing_is_pretended(scene: Scene) -> None:
    shop = scene.shop
    assert shop.scanned(CARD_PREFIX + ERIKA.card) == GREETED
    scene.running.kill()
    try:
        scene.withdraw(UNSURE)
    finally:
        scene.running.start()
    shop.not_me()
