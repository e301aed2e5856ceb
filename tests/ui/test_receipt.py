"""The code on screen by which a receipt is fetched: a phone can read it, and it goes with its slot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.checkout.floor_events import ExitCodeAsked
from kiosk.checkout.states import Attract, Thanks
from kiosk.gate import pass_of, signed
from kiosk.lookup.offer import modules
from kiosk.matrix import qr
from kiosk.screens.present import present
from kiosk.vault import Vault
from tests.story import MILK, NOW, shopping
from tests.symbol_readers import by_zbar, by_zxing
from tests.ui.conftest import Stand
from tests.ui.samples import EVERY

LINK = b"https://bon.markt-am-ring.example/b/AAECAwQFBgcICQoLDA0ODw"


def test_a_phone_reads_the_code(stand: Stand, tmp_path: Path) -> None:
    """Two readers find the link in a picture of the whole window."""
    vault = Vault()
    stand.code = modules(vault, vault.hold(bytearray(LINK)))
    stand.show(EVERY["fetch"])
    assert stand.window.grab().save(str(tmp_path / "window.png"))
    assert by_zxing(tmp_path / "window.png") == [LINK]
    assert by_zbar(tmp_path / "window.png", one=True) == [LINK]
    item = stand.window.item("receipt-code")
    assert item.width() >= stand.profile.mm(45)


def test_a_link_that_is_gone_is_not_drawn(stand: Stand, tmp_path: Path) -> None:
    """The place stays empty, and the choices stay."""
    stand.code = None
    stand.show(EVERY["fetch"])
    assert stand.window.grab().save(str(tmp_path / "window.png"))
    assert by_zxing(tmp_path / "window.png") == []
    stand.show(EVERY["choice"])
    with pytest.raises(LookupError):
        stand.window.item("receipt-code")


def test_the_gate_reads_the_code_on_the_last_screen(stand: Stand, tmp_path: Path) -> None:
    """Large, and whole: a reader finds it in a picture of the whole window."""
    told = signed(pass_of("K1", 42, NOW), b"sixteen bytes ok")
    stand.code = qr(told)
    thanks = Thanks(42, printed=True, ended=NOW)
    bought = replace(shopping(MILK), phase=thanks)
    stand.show(present(bought, 1))
    assert stand.window.grab().save(str(tmp_path / "window.png"))
    assert by_zxing(tmp_path / "window.png") == [told]
    assert stand.window.item("exit-code").width() >= stand.profile.mm(45)
    idle = replace(bought, phase=Attract(), departed=thanks)
    stand.show(present(idle, 2))
    stand.tap("exit-again")
    assert stand.posted == [ExitCodeAsked()]
