"""What is read about one's data, the way out of it, and the code by which a phone joins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.checkout.front import Front, Sheet, Shelf
from kiosk.checkout.front_events import SheetOpened
from kiosk.checkout.member_events import WithdrawPressed
from kiosk.lookup.offer import modules
from kiosk.screens.gallery import gallery
from kiosk.screens.present import present
from kiosk.vault import Vault
from tests.story import SHOP
from tests.symbol_readers import by_zbar, by_zxing
from tests.ui.conftest import Stand

LOOKS = gallery(SHOP, Shelf())
LINK = b"https://bon.markt-am-ring.example/j/" + b"AbC-_123" * 16


def test_a_phone_reads_the_code_to_join(stand: Stand, tmp_path: Path) -> None:
    """Of 128 characters and an address, and not smaller than a camera needs."""
    vault = Vault()
    stand.code = modules(vault, vault.hold(bytearray(LINK)))
    stand.show(present(LOOKS["sheet-join-code"], 1))
    assert stand.window.grab().save(str(tmp_path / "window.png"))
    assert by_zxing(tmp_path / "window.png") == [LINK]
    assert by_zbar(tmp_path / "window.png", one=True) == [LINK]
    assert min(stand.window.item("join-code").width(), stand.window.item("join-code").height()) > (
        stand.profile.mm(35)
    )


def test_from_the_notice_to_the_way_out(stand: Stand) -> None:
    """Each step is one touch, from where one stands."""
    stand.show(present(LOOKS["attract-briefing"], 1))
    stand.tap("open-data")
    stand.show(present(LOOKS["scan-briefing"], 2))
    stand.tap("open-data")
    known = LOOKS["sheet-data-member"]
    stand.show(present(replace(known, front=Front()), 3))
    stand.tap("open-data")
    stand.show(present(known, 4))
    stand.tap("open-withdraw")
    stand.show(present(replace(known, front=Front(Sheet.WITHDRAW)), 5))
    stand.tap("withdraw")
    opened = SheetOpened(Sheet.DATA)
    wanted = [opened, opened, opened, SheetOpened(Sheet.WITHDRAW), WithdrawPressed()]
    assert stand.posted == wanted
