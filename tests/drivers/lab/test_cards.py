"""Cards at the bench: a purse, a hand, and what a reader's driver finds."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.cards.dialogue import run
from drivers.cards.evidence import Evidence, identify
from drivers.cards.ndef import encode, mime_record
from drivers.cards.pn532 import Pn532Field
from drivers.cards.sun_card import SunCard
from drivers.cards.tag import CardError, CardGone, ChangingNumber, SeveralCards
from drivers.lab.bench import SimulatedBench
from drivers.lab.purse import Purse
from drivers.scanner.device import SerialScanner
from kiosk.checkout.member_events import CustomerShown
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from kiosk.vault import EvidenceKind, Vault
from service.proofs import sun

CLOCK = SystemClock()
HOST = "karte.example"
ZEROS = "0" * 32
CODES = ["OK1:" + "6BFOXN" * 20, "OK1:" + "%69 VDL2" * 15]
TOLD: dict[str, Any] = {
    "uid": {"uid": "04A1B2C3D4E5F6"},
    "token": {
        "uid": "04B1C2D3E4F506",
        "ndef": encode([mime_record("application/cose", b"\xd2\x84token")]).hex(),
    },
    "sun": {
        "uid": "04C1D2E3F40516",
        "key": "11" * 16,
        "meta_key": "22" * 16,
        "uri": f"https://{HOST}/c?picc_data={ZEROS}&cmac={ZEROS[:16]}",
        "picc_offset": 33,
        "mac_input_offset": 71,
        "mac_offset": 71,
    },
    "lrp": {
        "uid": "04D1E2F3041526",
        "key": "33" * 16,
        "meta_key": "44" * 16,
        "uri": f"https://{HOST}/c?picc_data={ZEROS}{ZEROS[:16]}&cmac={ZEROS[:16]}",
        "picc_offset": 33,
        "mac_input_offset": 87,
        "mac_offset": 87,
        "lrp": True,
    },
    "codes": CODES,
}
"""As the demo's service writes it (`service.stand`); these keys and tokens are nobody's."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SimulatedBench]:
    """All simulators, with the member's cards."""
    told = tmp_path / "cards.json"
    told.write_text(json.dumps(TOLD))
    found = SimulatedBench(tmp_path, (), speed_mm_s=0, cards=told)
    found.start()
    yield found
    found.stop()


def proved(bench: SimulatedBench) -> Evidence:
    """What the card that is held proves to our PN532 driver."""
    field = Pn532Field(bench.reader.address, clock=CLOCK)
    try:
        target = None
        for _ in range(20):
            target = target or field.poll(0.05)
        assert target is not None
        return run(field, identify(target, hosts=frozenset({HOST}), showing=bytes(16)), CLOCK)
    finally:
        field.close()


@pytest.mark.parametrize(
    ("name", "kind", "holds"),
    [
        ("loyalty", EvidenceKind.NDEF_TOKEN, b"\xd2\x84token"),
        ("sun", EvidenceKind.SUN, b"https://karte.example/c?picc_data="),
        ("lrp", EvidenceKind.SUN, b"https://karte.example/c?picc_data="),
        ("number", EvidenceKind.CARD_UID, bytes.fromhex("04A1B2C3D4E5F6")),
        ("foreign", EvidenceKind.CARD_UID, bytes.fromhex("04E1D2C3B4A596")),
        ("felica", EvidenceKind.FELICA_IDM, bytes.fromhex("0104A1B2C3D4E5F6")),
    ],
)
def test_a_card_of_the_purse_is_read(
    bench: SimulatedBench, name: str, kind: EvidenceKind, holds: bytes
) -> None:
    """Through the chip's frames; shown as held until it is taken away."""
    bench.do("hold", name)
    assert bench.state(0, 0).card_held == name
    evidence = proved(bench)
    assert evidence.kind is kind
    assert holds in evidence.data
    bench.do("take")
    assert bench.state(0, 0).card_held == ""
    assert bench.reader.view().cards == 0


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("phone", ChangingNumber),
        ("several", SeveralCards),
        ("torn", CardGone),
        ("hostile", CardError),
    ],
)
def test_what_goes_wrong_with_a_card(
    bench: SimulatedBench, name: str, error: type[CardError]
) -> None:
    """Each has its own error, which the customer is told in words."""
    bench.do("hold", name)
    with pytest.raises(error):
        proved(bench)


def test_a_tap_ends_by_itself(bench: SimulatedBench) -> None:
    """A moment later nothing is there."""
    bench.do("tap", "number")
    assert bench.reader.view().cards == 1
    wait = threading.Event()
    for _ in range(200):
        if not bench.reader.view().cards:
            break
        wait.wait(0.02)
    assert bench.reader.view().cards == 0


@pytest.mark.parametrize(("name", "other"), [("sun", "lrp"), ("lrp", "sun")])
def test_a_card_that_counts_goes_on_counting(
    bench: SimulatedBench, tmp_path: Path, name: str, other: str
) -> None:
    """Also at a bench that is started anew: a counter that falls is refused. Each counts for itself."""
    (tmp_path / f"{other}-counter").write_text("7")
    links = []
    for _ in range(2):
        bench.do("hold", name)
        links.append(bytes(proved(bench).data))
        bench.do("take")
    assert links[0] != links[1]
    assert (tmp_path / f"{name}-counter").read_text() == "2"
    purse = Purse(tmp_path, tmp_path / "cards.json")
    for each, counter in ((name, 2), (other, 7)):
        (card,) = purse.take_out(each).cards
        assert isinstance(card, SunCard)
        assert card.counter == counter


@pytest.mark.parametrize("name", ["sun", "lrp"])
def test_the_purses_links_are_taken(bench: SimulatedBench, name: str) -> None:
    """By the service's own verifier, with the keys that its file tells."""
    bench.do("hold", name)
    told = TOLD[name]
    own = bytes.fromhex(told["key"])
    keys = sun.CardKeys(bytes.fromhex(told["meta_key"]), lambda _: own)
    mirror = sun.read(bytes(proved(bench).data[16:]))
    assert len(mirror.picc) == (24 if name == "lrp" else 16)
    assert sun.verify(mirror, (keys,)) == sun.Tap(bytes.fromhex(told["uid"]), 1)


def test_each_code_is_shown_once(bench: SimulatedBench) -> None:
    """The scanner reads them, and none stands in the bench's log."""
    vault = Vault()
    driver = SerialScanner(bench.scanner.address, clock=CLOCK, vault=vault)
    watching = driver.watch(Cancel())
    next(watching)
    seen = []
    for _ in range(2):
        assert bench.do("code") == ""
        event = next(watching)
        assert isinstance(event, CustomerShown)
        shown = vault.shown(event.handle)
        assert shown is not None
        seen.append(bytes(shown.data[16:]).decode())
    driver.close()
    assert seen == [code.removeprefix("OK1:") for code in CODES]
    assert not any("6BFOXN" in line for line in bench.state(0, 0).log)


def test_what_the_purse_does_not_hold(bench: SimulatedBench, tmp_path: Path) -> None:
    """Said in words, also where there is no demo."""
    with pytest.raises(ValueError, match="there are loyalty"):
        bench.do("tap", "gold")
    alone = Purse(tmp_path, None)
    with pytest.raises(ValueError, match="come with the demo"):
        alone.take_out("loyalty")
    assert alone.take_out("foreign").cards
    with pytest.raises(ValueError, match="cannot be read"):
        Purse(tmp_path, tmp_path / "nothing").code()
