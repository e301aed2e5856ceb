"""What every kind of reader must do, on all of conformance.READERS."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from drivers.cards import hostile
from drivers.cards.dialogue import run
from drivers.cards.evidence import Evidence, identify
from drivers.cards.sun_card import SunCard
from drivers.cards.tag import (
    READ_SECONDS,
    CardError,
    CardGone,
    ChangingNumber,
    SeveralCards,
    Target,
    Technology,
)
from drivers.cards.virtual import FelicaCard, NtagCard, RandomUidCard, Type4Card, VirtualCard
from kiosk.errors import DeviceError
from kiosk.vault import EvidenceKind
from tests.drivers.cards.bench import (
    HOSTS,
    IDM,
    LINK,
    LINK_MESSAGE,
    SHOWING,
    TOKEN,
    TOKEN_MESSAGE,
    UID,
)
from tests.drivers.cards.conformance import CLOCK, READERS, SEVERAL, Stand

POLL = 0.05
MESSAGES = {"link": LINK_MESSAGE, "token": TOKEN_MESSAGE}
CARDS: dict[str, Callable[[bytes], VirtualCard]] = {
    "ntag215": lambda message: NtagCard(UID, message, 215),
    "ntag216": lambda message: NtagCard(UID, message, 216),
    "type4": lambda message: Type4Card(UID, message),
    "type4, mapping 3": lambda message: Type4Card(UID, message, mapping=3),
    "type4, few bytes at once": lambda message: Type4Card(UID, message, most=15),
    "type4, strict": lambda message: Type4Card(UID, message, strict=True),
    "felica": lambda message: FelicaCard(IDM, message),
    "felica, one block at once": lambda message: FelicaCard(IDM, message, 1),
}


@pytest.fixture(params=list(READERS))
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """An opened reader with nothing before it."""
    with READERS[request.param](tmp_path) as made:
        yield made


def identified(stand: Stand) -> Evidence:
    """What the card that is there proves."""
    target = found(stand)
    dialogue = identify(target, hosts=HOSTS, showing=SHOWING)
    return stand.field.carry_out(lambda field: run(field, dialogue, CLOCK), READ_SECONDS)


def found(stand: Stand) -> Target:
    """The card that is there, in the time such a reader needs."""
    end = time.monotonic() + stand.patience
    while True:
        try:
            target = stand.field.poll(POLL)
        except CardGone:  # the one before it, which such a reader had not missed yet
            continue
        if target or time.monotonic() > end:
            assert target is not None
            return target


def test_an_empty_field_is_told_in_time(stand: Stand) -> None:
    """None within the time given, and nothing is there."""
    begun = time.monotonic()
    assert stand.field.poll(0.05) is None
    assert time.monotonic() - begun < 0.5
    assert not stand.field.present(0.05)
    assert stand.field.name


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("what", MESSAGES)
def test_a_message_is_read_from_every_kind_of_card(stand: Stand, name: str, what: str) -> None:
    """Link and token come out as the service wants them."""
    card = CARDS[name](MESSAGES[what])
    stand.hold(card)
    evidence = identified(stand)
    if card.technology is Technology.FELICA and not stand.felica:
        assert evidence == Evidence(EvidenceKind.FELICA_IDM, bytearray(card.uid))
    elif what == "link":
        assert evidence == Evidence(EvidenceKind.SUN, bytearray(SHOWING + LINK.encode()))
    else:
        number = bytes((len(card.uid),)) + card.uid
        assert evidence == Evidence(EvidenceKind.NDEF_TOKEN, bytearray(SHOWING + number + TOKEN))


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        (VirtualCard(UID[:4]), EvidenceKind.CARD_UID),
        (NtagCard(UID), EvidenceKind.CARD_UID),
        (Type4Card(UID), EvidenceKind.CARD_UID),
        (hostile.application_only(UID), EvidenceKind.CARD_UID),
        (NtagCard(UID, b"\xd1\x01\x03T\x02e"), EvidenceKind.CARD_UID),
        (FelicaCard(IDM), EvidenceKind.FELICA_IDM),
        (FelicaCard(IDM, b""), EvidenceKind.FELICA_IDM),
    ],
)
def test_a_card_without_a_message_of_ours_tells_its_number(
    stand: Stand, card: VirtualCard, kind: EvidenceKind
) -> None:
    """Nothing there, or nothing that makes sense."""
    stand.hold(card)
    assert identified(stand) == Evidence(kind, bytearray(card.uid))


def test_a_tag_that_refuses_to_be_read_tells_its_number(stand: Stand) -> None:
    """It says so in four bits (NAK), which is an answer and no silence."""

    class Locked(NtagCard):
        def type2(self, command: bytes) -> bytes:
            return super().type2(command if command[1:] == b"\x03" else b"\xff")

    stand.hold(Locked(UID, TOKEN_MESSAGE, 215))
    assert identified(stand).kind is EvidenceKind.CARD_UID


def test_a_live_link_is_another_one_at_each_showing(stand: Stand) -> None:
    """The counter stands in it, under the key; it rises once a showing."""
    url = "https://cards.example/t?p={picc}&c={mac}"
    card = SunCard(UID, url, picc_key=bytes(16), mac_key=bytes(16))
    counters = []
    for _ in range(2):
        stand.hold(card)
        link = bytes(identified(stand).data[16:]).decode()
        sealed = bytes.fromhex(link.partition("p=")[2][:32])
        plain = Cipher(algorithms.AES(bytes(16)), modes.CBC(bytes(16))).decryptor().update(sealed)
        assert plain[:8] == b"\xc7" + UID
        counters.append(int.from_bytes(plain[8:11], "little"))
        stand.remove()
        assert not stays(stand)
        stand.field.release()
    assert 0 < counters[0] < counters[1]


def test_a_phone_that_changes_its_number_is_nobody(stand: Stand) -> None:
    """Also with a token on it, which would be anybody's."""
    stand.hold(RandomUidCard(random.Random(1), TOKEN_MESSAGE))
    with pytest.raises(ChangingNumber):
        identified(stand)


@pytest.mark.parametrize("stand", SEVERAL, indirect=True)
def test_several_cards_are_none(stand: Stand) -> None:
    """And one that is left is read."""
    stand.hold(NtagCard(UID))
    stand.hold(Type4Card(UID[:-1] + b"\x00"))
    with pytest.raises(SeveralCards):
        found(stand)
    stand.remove()
    stand.hold(NtagCard(UID))
    assert identified(stand).kind is EvidenceKind.CARD_UID


@pytest.mark.parametrize("name", ["ntag215", "type4", "felica"])
def test_a_card_that_is_pulled_away_tells_nothing(stand: Stand, name: str) -> None:
    """At whatever command: it is gone, or was read to the end, but never told its number."""
    outcomes = set[EvidenceKind | None]()
    whole = EvidenceKind.NDEF_TOKEN
    if name == "felica" and not stand.felica:
        whole = EvidenceKind.FELICA_IDM
    for commands in range(1, 40, 3 if stand.patience < 1 else 12):
        stand.hold(CARDS[name](TOKEN_MESSAGE), pulled_after=commands)
        try:
            outcomes.add(identified(stand).kind)
        except CardGone:
            outcomes.add(None)
        except AssertionError:
            pass  # gone before it was found
        stand.remove()
        stand.field.release()
    assert whole in outcomes
    assert outcomes <= {None, whole}


@pytest.mark.parametrize("name", ["ntag215", "type4", "felica"])
def test_a_card_is_there_until_it_is_gone(stand: Stand, name: str) -> None:
    """Before and after it was read, and it may be selected again."""
    card = CARDS[name](LINK_MESSAGE)
    stand.hold(card)
    assert identified(stand).kind in (EvidenceKind.SUN, EvidenceKind.FELICA_IDM)
    for _ in range(3):
        assert stand.field.present(0.05)
    stand.field.release()
    assert found(stand).uid == card.uid
    stand.remove()
    assert not stays(stand)
    stand.field.release()
    assert stand.field.poll(0.01) is None


def stays(stand: Stand) -> bool:
    """Whether the card is still seen when such a reader must have noticed."""
    end = time.monotonic() + stand.patience
    while time.monotonic() < end:
        if not stand.field.present(0.05):
            return False
    return True


HOSTILE: dict[str, Callable[[], VirtualCard]] = {
    "empty reads": lambda: hostile.EmptyReads(UID, TOKEN_MESSAGE),
    "waits": lambda: hostile.WaitsForEver(UID),
    "acknowledges": lambda: hostile.AcknowledgesForEver(UID),
    "chains": lambda: hostile.ChainsForEver(UID),
    "lying file": lambda: hostile.LyingLength(UID),
    "lying tag": lambda: hostile.LyingTag(UID),
    "lying blocks": lambda: hostile.LyingFelica(IDM),
    "mute at once": lambda: hostile.MuteCard(Type4Card(UID, TOKEN_MESSAGE), 1),
    "mute later": lambda: hostile.MuteCard(Type4Card(UID, TOKEN_MESSAGE), 4),
    "no ATS": lambda: hostile.bad_ats(UID, b""),
    "ATS 00": lambda: hostile.bad_ats(UID, b"\x00"),
    "ATS 01": lambda: hostile.bad_ats(UID, b"\x01"),
    "ATS 0200": lambda: hostile.bad_ats(UID, b"\x02\x00"),
    "ATS 0270": lambda: hostile.bad_ats(UID, b"\x02\x70"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_card_holds_nobody_up(stand: Stand, name: str) -> None:
    """Over in its time with an error of ours or a number; the next card is read."""
    stand.hold(HOSTILE[name]())
    begun = time.monotonic()
    try:
        evidence = identified(stand)
        assert evidence.kind in (EvidenceKind.CARD_UID, EvidenceKind.FELICA_IDM)
    except CardError:
        pass
    assert time.monotonic() - begun < READ_SECONDS + 0.5 + stand.patience
    stand.remove()
    stand.field.release()
    stand.hold(CARDS["type4"](LINK_MESSAGE))
    assert identified(stand).kind is EvidenceKind.SUN


def test_it_opens_again_after_a_crash(stand: Stand) -> None:
    """Nobody closed it, and a card was being read."""
    stand.hold(CARDS["type4"](LINK_MESSAGE))
    assert found(stand).technology is Technology.TYPE_4
    stand.reopen()
    assert identified(stand).kind is EvidenceKind.SUN


def test_a_reader_that_is_pulled_out_is_lost(stand: Stand) -> None:
    """With an error of the device family, and closing is still fine, twice."""
    assert stand.field.poll(0) is None
    stand.unplug()
    with pytest.raises(DeviceError):
        found(stand)
    stand.field.close()
    stand.field.close()
