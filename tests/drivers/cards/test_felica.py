"""FeliCa: attribute block, blocks by number, and blocks that lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.cards import felica, hostile, ndef
from drivers.cards.tag import CardBroken
from drivers.cards.virtual import FelicaCard
from tests.drivers.cards.bench import IDM, LINK_MESSAGE, TOKEN_MESSAGE, message, talk


@pytest.mark.parametrize("data", [b"", b"x" * 16, LINK_MESSAGE, TOKEN_MESSAGE])
@pytest.mark.parametrize("at_once", [1, 4, 15])
def test_a_message_is_read(data: bytes, at_once: int) -> None:
    """As many blocks at once as the card and our frames allow."""
    assert message(felica.read(), FelicaCard(IDM, data, at_once).felica) == data


def test_a_block_beyond_255_has_a_longer_number() -> None:
    """JIS X 6319-4: three bytes, the number low byte first."""
    assert 2048 // felica.BLOCK < 256  # so it is only asked for of a card that is told to be larger
    dialogue = felica._blocks(bytearray(IDM), 256, 1)
    assert next(dialogue).data[-4:] == b"\x01\x00\x00\x01"


@pytest.mark.parametrize("card", [FelicaCard(IDM), FelicaCard(IDM, None)])
def test_a_card_that_knows_nothing_of_ndef(card: FelicaCard) -> None:
    """It does not answer to the system code 12FC, which is an answer too."""
    assert message(felica.read(), card.felica) is None
    assert next(felica.read()).quiet


def attributes(change: Callable[[bytearray], None], *, checked: bool = True) -> FelicaCard:
    """A card whose attribute block was changed, its checksum made right again or not."""
    card = FelicaCard(IDM, LINK_MESSAGE)
    block = bytearray(card.blocks[0])
    change(block)
    if checked:
        block[14:] = sum(block[:14]).to_bytes(2, "big")
    card.blocks[0] = bytes(block)
    return card


def put(place: int, value: int) -> Callable[[bytearray], None]:
    return lambda block: block.__setitem__(place, value)


@pytest.mark.parametrize(
    "card",
    [
        attributes(put(13, 1), checked=False),
        attributes(put(1, 0)),
        attributes(put(12, 9)),
        attributes(put(4, 1)),
        attributes(put(13, 0xFF)),
        hostile.LyingFelica(IDM),
    ],
)
def test_blocks_that_lie_are_broken(card: FelicaCard) -> None:
    """Checksum, blocks at once, length beyond the memory or beyond what there is."""
    with pytest.raises(CardBroken):
        talk(felica.read(), card.felica, frames=20)


def test_another_version_is_not_of_ndef_for_us() -> None:
    """Its major number says that it reads in another way."""
    assert message(felica.read(), attributes(put(0, 0x20)).felica) is None


@pytest.mark.parametrize(
    ("place", "value"), [(0, 0x09), (3, 0x77), (9, 0x01), (10, 0x70), (11, 2), (None, 0)]
)
def test_an_answer_that_answers_something_else_is_broken(place: int | None, value: int) -> None:
    """Response code, IDm, status, number of blocks, length."""
    card = FelicaCard(IDM, LINK_MESSAGE)

    def air(command: bytes) -> bytes:
        answer = bytearray(card.felica(command))
        if command[0] == 0x06:
            if place is None:
                del answer[-1]
            else:
                answer[place] = value
        return bytes(answer)

    with pytest.raises(CardBroken):
        talk(felica.read(), air)


def test_records_come_out_of_it() -> None:
    """The message is what was put in."""
    data = talk(felica.read(), FelicaCard(IDM, LINK_MESSAGE).felica)
    assert data is not None
    assert len(ndef.decode(data)) == 2


def test_a_frame_is_a_length_and_what_it_counts() -> None:
    """The length counts itself; whoever reads leaves no copy behind."""
    assert felica.framed(b"\x06\x01") == b"\x03\x06\x01"
    answer = bytearray(felica.framed(IDM))
    assert felica.unframed(answer) == IDM
    assert not any(answer)


@pytest.mark.parametrize("wrong", [b"", b"\x00", b"\x03\x01", b"\x02\x01\x02"])
def test_a_frame_of_a_wrong_length(wrong: bytes) -> None:
    """The card's fault, and wiped all the same."""
    answer = bytearray(wrong)
    with pytest.raises(CardBroken):
        felica.unframed(answer)
    assert not any(answer)
