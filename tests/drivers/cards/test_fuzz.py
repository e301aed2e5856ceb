"""Cards that babble, thousands of them: errors of ours or a number, in their frames, without growth."""

from __future__ import annotations

import gc
import random
import tracemalloc
from pathlib import Path

import pytest

from drivers.cards.chip import Chip
from drivers.cards.dialogue import run
from drivers.cards.evidence import identify
from drivers.cards.hostile import Babbler
from drivers.cards.isodep import Pcd
from drivers.cards.pn532_frames import TO_CHIP, frame
from drivers.cards.tag import FRAMES_MOST, CardError, CardGone, Target, Technology
from kiosk.vault import EvidenceKind
from tests.drivers.cards.bench import HOSTS, SHOWING, talk
from tests.drivers.cards.conformance import CLOCK, READERS

TALKING = (Technology.TYPE_2, Technology.TYPE_4, Technology.FELICA)


def identified(card: Babbler) -> int:
    """How many commands one card took; AssertionError for what is neither error nor evidence."""
    commands = 0

    def air(command: bytes) -> bytes:
        nonlocal commands
        commands += 1
        match card.technology:
            case Technology.TYPE_4:
                return card.apdu(command)
            case Technology.TYPE_2:
                return card.type2(command)
            case _:
                return card.felica(command)

    target = Target(card.technology, bytearray(card.uid))
    try:
        evidence = talk(identify(target, hosts=HOSTS, showing=SHOWING), air)
        assert isinstance(evidence.kind, EvidenceKind)
    except CardError:
        pass
    return commands


@pytest.mark.parametrize("technology", TALKING)
def test_babbling_cards_end(technology: Technology) -> None:
    """Five thousand of each kind, talked to without a reader."""
    chance = random.Random(f"babble {technology}")
    worst = max(identified(Babbler(technology, chance)) for _ in range(5000))
    assert 1 < worst <= FRAMES_MOST


def test_babbling_blocks_end() -> None:
    """ISO-DEP under them: lost, bent and made-up blocks."""
    chance = random.Random("blocks")
    for _ in range(3000):
        card, pcd = Babbler(Technology.TYPE_4, chance), Pcd()
        try:
            talk(pcd.activate(), card.frame)
            for apdu in (
                b"\x00\xa4\x04\x00\x07\xd2\x76\x00\x00\x85\x01\x01\x00",
                b"\x00\xb0\x00\x00\xff",
            ):
                talk(pcd.transceive(apdu, 0.25), card.frame)
        except CardError:
            pass


def test_nothing_grows() -> None:
    """The thousandth card costs no more memory than the first; what the tracer keeps is left out."""
    chance = random.Random("growth")

    def cards(count: int) -> int:
        for turn in range(count):
            identified(Babbler(TALKING[turn % 3], chance))
        gc.collect()
        shot = tracemalloc.take_snapshot().filter_traces(
            [tracemalloc.Filter(True, "*/drivers/cards/*")]
        )
        return sum(each.size for each in shot.statistics("filename"))

    tracemalloc.start()
    try:
        before = cards(300)
        assert cards(900) - before < 10_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", list(READERS))
def test_babbling_cards_before_a_reader(name: str, tmp_path: Path) -> None:
    """The whole way: only errors of the card's family, and the reader goes on."""
    chance = random.Random("reader")
    with READERS[name](tmp_path) as stand:
        for turn in range(int(12 / stand.patience)):
            stand.hold(Babbler(TALKING[turn % 3], chance))
            try:
                target = stand.field.poll(stand.patience / 2)
                if target is not None:
                    run(
                        stand.field,
                        identify(target, hosts=HOSTS, showing=SHOWING),
                        CLOCK,
                        seconds=0.3,
                    )
            except CardError:
                pass
            stand.remove()
            stand.field.release()


def test_a_chip_survives_any_host() -> None:
    """Commands with any contents: frames come back, and nothing is raised."""
    chance = random.Random("host")
    chip = Chip()
    for _ in range(5000):
        code = chance.choice(
            (0x00, 0x02, 0x06, 0x08, 0x12, 0x32, 0x40, 0x42, 0x4A, 0x52, chance.randrange(256))
        )
        chip.feed(frame(bytes((TO_CHIP, code)) + chance.randbytes(chance.randrange(9))))
    assert chip.feed(frame(bytes((TO_CHIP, 0x02)))).endswith(b"\xe8\x00")


def test_gone_is_an_error_of_the_card() -> None:
    """What the loops above let pass is the family, not one of it."""
    assert issubclass(CardGone, CardError)
