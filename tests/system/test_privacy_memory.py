"""A member buys. Afterwards neither the kiosk's memory nor its files hold a trace of who it was."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.lab.client import LabClient
from kiosk.beside import Lab
from kiosk.catalogue_import import import_catalogue
from kiosk.clock import SystemClock
from kiosk.demo import ARTICLES
from kiosk.ports import Cancel
from service.stand import DEMO_HOST
from tests.centre import Centre, member
from tests.needles import forms, hits_in_files, hits_in_process

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
MILK = "4012345000016"
ONLINE = re.compile(rb'"DeviceOnline"[^}]*"lookup"')
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TOML = """
[kiosk]
id = "K1"
journal = "journal.db"
catalogue = "catalogue.db"
[shop]
name = "Markt"
address = []
tax_number = "1"
[terminal]
driver = "zvt"
address = "{terminal}"
[printer]
driver = "escpos"
address = "{printer}"
[scanner]
driver = "serial"
address = "{scanner}"
[service]
identity = "{identity}"
outbox = "outbox.db"
"""
READER = """
[reader]
driver = "{driver}"
address = "{address}"
card_hosts = ["{host}"]
"""


def planted() -> str:
    """A name that stands nowhere else."""
    return "Zoë " + "".join(secrets.choice(LETTERS) for _ in range(14))


class Shop:
    """A kiosk in its own process, devices in another, the central service wherever it is."""

    def __init__(
        self,
        folder: Path,
        identity: Path,
        name: str,
        number: str,
        *flags: str,
        reader: str = "",
        address: str = "",
        cards: Path | None = None,
    ) -> None:
        """`reader`: its driver, `address` the lab's where it is empty; `cards`: what the lab holds."""
        self.name, self.number = name, number
        self.state = folder / "kiosk"
        self.state.mkdir()
        self.lab = Lab(folder / "lab", speed=1000, shelf=ARTICLES, cards=cards)
        self.bench = LabClient(self.lab.addresses["lab"])
        import_catalogue(ARTICLES, self.state / "catalogue.db", datetime(2026, 11, 21, tzinfo=UTC))
        config = self.state / "kiosk.toml"
        text = TOML.format(**self.lab.addresses, identity=identity)
        if reader:
            address = address or self.lab.addresses["reader"]
            text += READER.format(driver=reader, address=address, host=DEMO_HOST)
        config.write_text(text)
        self.log = (self.state / "kiosk.log").open("wb")
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.private_kiosk", str(config), *flags],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=ROOT,
            env=environment,
        )  # fmt: skip

    def _ask(self, words: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, (self.state / "kiosk.log").read_text()[-3000:]
        return json.loads(line)

    def until(self, **wanted: object) -> None:
        """Wait for a screen."""
        clock, seen = SystemClock(), {}
        end = clock.monotonic() + PATIENCE
        while clock.monotonic() < end:
            seen = self._ask("view")
            if all(seen[key] == value for key, value in wanted.items()):
                return
            Cancel().wait(0.02)
        raise AssertionError(f"{wanted} did not come; shown is {seen}")

    def touch(self, name: str) -> None:
        """As soon as the button can be touched."""
        clock = SystemClock()
        end = clock.monotonic() + PATIENCE
        while not self._ask(f"touch {name}"):
            assert clock.monotonic() < end, name
            Cancel().wait(0.02)

    def do(self, *words: str) -> None:
        """At the bench, as soon as it can be done."""
        clock = SystemClock()
        end = clock.monotonic() + PATIENCE
        while said := self.bench.do(*words):
            assert clock.monotonic() < end, said
            Cancel().wait(0.02)

    def wait_for_lookup(self) -> None:
        """The kiosk has found the service; a card shown before would wait for points in vain."""
        clock = SystemClock()
        end = clock.monotonic() + PATIENCE
        while not any(map(ONLINE.search, self._journal())):
            assert clock.monotonic() < end
            Cancel().wait(0.02)

    def _journal(self) -> list[bytes]:
        return [path.read_bytes() for path in self.state.glob("journal.db*")]

    def hits(self) -> Counter[str]:
        """Everything of the member that is found, in memory and in every file of the kiosk."""
        found: Counter[str] = Counter()
        for what, text in (("name", self.name), ("number", self.number)):
            needles = forms(text)
            for place, count in hits_in_process(self.process.pid, needles).items():
                found[f"{what} in {place}"] += count
            for place, count in hits_in_files([self.state], needles).items():
                found[f"{what} in {place}"] += count
        return found

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()
        self.bench.close()
        self.lab.stop()

    def buy(self) -> None:
        """One article, paid by card, until the kiosk waits for the next customer."""
        self.do("scan", MILK)
        self.until(lines=1)
        self.touch("pay")
        self.do("approve")
        self.until(view="ThanksView")
        self.touch("done")
        self.until(view="AttractView")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def shop(tmp_path: Path, centre: Centre, request: pytest.FixtureRequest) -> Iterator[Shop]:
    name, number = planted(), secrets.token_hex(10)
    centre.members[number.encode()] = member(name, 1250)
    made = Shop(tmp_path, centre.identity, name, number, *getattr(request, "param", ()))
    yield made
    made.close()


def test_nothing_of_a_member_is_left_after_the_purchase(shop: Shop, centre: Centre) -> None:
    """Greeted, the search finds name and number; after goodbye it finds nothing, anywhere."""
    shop.until(view="AttractView")
    shop.wait_for_lookup()
    shop.do("card", shop.number)
    shop.until(view="ScanView", member="found")
    Cancel().wait(0.5)  # the name is drawn
    greeted = shop.hits()
    assert any(place.startswith("name") and "utf-8" in place for place in greeted), greeted
    assert any(place.startswith("number") and "utf-8" in place for place in greeted), greeted
    assert not any("utf-16" in place for place in greeted), greeted
    assert not any(".db" in place for place in greeted), greeted

    shop.buy()
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE
    while not centre.sales and clock.monotonic() < end:
        Cancel().wait(0.02)
    booked = centre.sales[1]
    assert centre.link_of(booked).evidence.data == shop.number.encode()
    assert shop.hits() == {}


@pytest.mark.parametrize("shop", [("--leak",)], indirect=True)
def test_a_kiosk_that_writes_down_a_name_is_caught(shop: Shop) -> None:
    """The same search on a kiosk with one mistake in it, after the customer has gone."""
    shop.until(view="AttractView")
    shop.wait_for_lookup()
    shop.do("card", shop.number)
    shop.until(view="ScanView", member="asking")
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE
    while not hits_in_files([shop.state], forms(shop.name)):  # memory is searched standing still,
        assert clock.monotonic() < end  # and an answer that is awaited meanwhile comes too late
        Cancel().wait(0.05)
    shop.touch("not-me")
    shop.until(member="")
    found = shop.hits()
    assert any(place.startswith("name") and "journal" in place for place in found), found
    assert any(place.startswith("name") and "journal" not in place for place in found), found
