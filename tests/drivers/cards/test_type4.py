"""Type 4 tags: both mappings, the commands on their way, and files that lie."""

from __future__ import annotations

import pytest

from drivers.cards import hostile, type4
from drivers.cards.tag import CardBroken
from drivers.cards.virtual import CC_FILE, NDEF_FILE, Type4Card
from tests.drivers.cards.bench import LINK_MESSAGE, TOKEN_MESSAGE, UID, message, talk


@pytest.mark.parametrize("mapping", [2, 3])
@pytest.mark.parametrize("most", [15, 59, 256])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("data", [b"", LINK_MESSAGE, TOKEN_MESSAGE])
def test_every_kind_of_file_is_read(mapping: int, most: int, strict: bool, data: bytes) -> None:
    """Whatever the card lets be read at once, and whether or not it minds being asked for more."""
    card = Type4Card(UID, data, mapping=mapping, most=most, strict=strict)
    assert message(type4.read(), card.apdu) == data


def test_a_short_message_costs_five_commands() -> None:
    """SELECT, SELECT and READ of the container, SELECT and READ of the message."""
    heard = []
    card = Type4Card(UID, LINK_MESSAGE)

    def air(command: bytes) -> bytes:
        heard.append(command.hex())
        return card.apdu(command)

    talk(type4.read(), air)
    assert heard == [
        "00a4040007d276000085010100",
        "00a4000c02e103",
        "00b000000f",
        "00a4000c02e104",
        "00b0000080",
    ]


def test_a_card_that_names_the_length_it_wants() -> None:
    """6Cxx (ISO/IEC 7816-4): asked again for so much."""
    card = Type4Card(UID, LINK_MESSAGE)

    def air(command: bytes) -> bytes:
        if command[1] == 0xB0 and command[4] == 0x80:
            return bytes((0x6C, len(LINK_MESSAGE) + 2))
        return card.apdu(command)

    assert message(type4.read(), air) == LINK_MESSAGE


def test_the_end_of_a_file_is_no_error() -> None:
    """6282 with what there was."""
    card = Type4Card(UID, LINK_MESSAGE)

    def air(command: bytes) -> bytes:
        answer = card.apdu(command)
        return answer[:-2] + b"\x62\x82" if command[1] == 0xB0 else answer

    assert message(type4.read(), air) == LINK_MESSAGE


@pytest.mark.parametrize("missing", [None, CC_FILE, NDEF_FILE])
def test_a_card_that_is_not_of_ndef(missing: int | None) -> None:
    """No application, or no file in it."""
    card = Type4Card(UID)
    if missing:
        del card.files[missing]
        assert message(type4.read(), card.apdu) is None
    assert message(type4.read(), lambda _: b"\x6a\x82") is None


@pytest.mark.parametrize(
    ("cc", "broken"),
    [
        ("000F40010000FF0406E10404000000", False),
        ("000F20010000FF0406E10404008000", False),
        ("000E20010000FF0406E10404000000", True),
        ("000F20000E00FF0406E10404000000", True),
        ("000F20010000FF0506E10404000000", True),
        ("000F20010000FF0405E10404000000", True),
        ("001120010000FF0608E10400000400", True),
        ("001130010000FF0608E10400000400", True),
        ("000F2001", True),
    ],
)
def test_a_container_that_makes_no_sense(cc: str, broken: bool) -> None:
    """Versions and access we do not know are no NDEF; lengths and tags that lie are broken."""
    card = Type4Card(UID, LINK_MESSAGE)
    card.files[CC_FILE] = bytes.fromhex(cc)
    if broken:
        with pytest.raises(CardBroken):
            talk(type4.read(), card.apdu)
    else:
        assert message(type4.read(), card.apdu) is None


@pytest.mark.parametrize(
    "card",
    [
        hostile.EmptyReads(UID, TOKEN_MESSAGE),
        hostile.LyingLength(UID),
        Type4Card(UID, TOKEN_MESSAGE, size=100),
        Type4Card(UID, bytes(3000), size=0x7FFF),
    ],
)
def test_a_file_that_lies_is_broken(card: Type4Card) -> None:
    """It reads nothing, or tells of more than it holds, or than is read: within few commands."""
    with pytest.raises(CardBroken):
        talk(type4.read(), card.apdu, frames=12)


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_its_status_is_broken(answer: bytes) -> None:
    """Even the first."""
    with pytest.raises(CardBroken):
        talk(type4.read(), lambda _: answer)
