"""A member of the real service buys at a real kiosk: what both wrote holds no trace of who it was."""

from __future__ import annotations

import base64
import json
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from service.members import Profile
from service.settings import Settings
from service.stand import make_stand
from tests.needles import forms, hits_in_files, hits_in_process
from tests.service_process import Running
from tests.service_stand import TENANT
from tests.system.test_privacy_memory import PATIENCE, Shop, planted


@pytest.fixture
def mail() -> str:
    return f"{secrets.token_hex(8)}@beispiel.example"


@pytest.fixture
def profile(mail: str) -> Profile:
    return Profile(secrets.token_hex(10), planted(), 1250, mail=mail)


@pytest.fixture
def running(tmp_path: Path, profile: Profile) -> Iterator[Running]:
    """A service with the planted member."""
    settings = Settings(tmp_path / "service", TENANT, "DE", "sqlite:store.db", test_cards=True)
    make_stand(settings, [tmp_path / "identity"], [profile])
    made = Running(settings)
    made.identity(tmp_path / "identity")
    yield made
    made.stop()


@pytest.fixture
def shop(tmp_path: Path, running: Running, profile: Profile) -> Iterator[Shop]:
    del running  # it must serve before
    made = Shop(tmp_path, tmp_path / "identity", profile.name, profile.card)
    yield made
    made.close()


def _files(folder: Path, texts: dict[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for what, text in texts.items():
        for place, count in hits_in_files([folder], forms(text)).items():
            found[f"{what} in {place}"] += count
    return found


def _linked(running: Running) -> None:
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE
    while json.loads(running.command("status"))["counts"]["sale_link"] == 0:
        assert clock.monotonic() < end
        Cancel().wait(0.1)


def test_a_purchase_leaves_a_link_and_no_name(
    shop: Shop, running: Running, tmp_path: Path, mail: str
) -> None:
    """Everything under the test's folder is searched: stores, journals, logs, witness, keys, paper."""
    texts = {"name": shop.name, "card": shop.number, "mail": mail}
    shop.until(view="AttractView")
    shop.wait_for_lookup()
    shop.do("card", shop.number)
    shop.until(view="ScanView", member="found")
    assert any("utf-8" in place for place in hits_in_process(shop.process.pid, forms(shop.name)))
    assert not hits_in_process(shop.process.pid, forms(mail))  # nobody sent it
    shop.buy()
    _linked(running)
    assert shop.hits() == {}
    assert _files(tmp_path, texts) == {}
    told = json.loads(running.command("member", "show", "--card", shop.number))
    assert (told["name"], told["balance"]) == (shop.name, 1250)  # found where they must be
    (tmp_path / "note.txt").write_bytes(base64.b64encode(b"x" + shop.name.encode() + b"y"))
    assert list(_files(tmp_path, texts)) == ["name in note.txt: base64+1"]


def test_a_crash_writes_no_customer_down(shop: Shop, running: Running, tmp_path: Path) -> None:
    """Killed as by a bug while the member is greeted: no core image, nothing in any file."""
    shop.until(view="AttractView")
    shop.wait_for_lookup()
    shop.do("card", shop.number)
    shop.until(view="ScanView", member="found")
    for pid in (shop.process.pid, running.pid):
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]
    shop.process.send_signal(signal.SIGABRT)
    shop.process.wait(10)
    assert not list(Path.cwd().glob("core*"))
    assert _files(tmp_path, {"name": shop.name, "card": shop.number}) == {}
