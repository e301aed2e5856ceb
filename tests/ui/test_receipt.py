"""The code on screen by which a receipt is fetched: a phone can read it, and it goes with its slot."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.lookup.offer import modules
from kiosk.vault import Vault
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
