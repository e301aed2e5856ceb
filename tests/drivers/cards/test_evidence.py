"""What a card proves: token, link, number, in this order, and nothing of a card that lies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.cards import ndef
from drivers.cards.evidence import PROOF_MOST, Evidence, identify
from drivers.cards.ndef import Record
from drivers.cards.tag import CardBroken, CardError, ChangingNumber, Target, Technology
from drivers.cards.virtual import FelicaCard, NtagCard, Type4Card, VirtualCard
from kiosk.vault import EvidenceKind
from tests.drivers.cards.bench import HOSTS, IDM, LINK, SHOWING, TOKEN, UID, talk

HEAD = SHOWING + b"\x07" + UID
COSE = ndef.mime_record("application/cose", TOKEN)
OURS = ndef.uri_record(LINK)


def speaker(card: VirtualCard) -> Callable[[bytes], bytes]:
    return {
        Technology.TYPE_2: card.type2,
        Technology.TYPE_4: card.apdu,
        Technology.FELICA: card.felica,
        Technology.OTHER: card.apdu,
    }[card.technology]


def proved(card: VirtualCard, uid: bytes | None = None) -> Evidence:
    target = Target(card.technology, bytearray(card.uid if uid is None else uid))
    return talk(identify(target, hosts=HOSTS, showing=SHOWING), speaker(card))


def of(*records: Record, chunk: int = 0) -> Evidence:
    return proved(Type4Card(UID, ndef.encode(records, chunk=chunk)))


@pytest.mark.parametrize(
    "records",
    [
        (COSE,),
        (OURS, COSE),
        (ndef.text_record("x"), ndef.mime_record("Application/COSE", TOKEN), OURS),
    ],
)
def test_a_token_goes_before_all_else(records: tuple[Record, ...]) -> None:
    """Wherever it stands, however its type is written."""
    assert of(*records) == Evidence(EvidenceKind.NDEF_TOKEN, bytearray(HEAD + TOKEN))


def test_a_token_in_chunks_is_whole() -> None:
    """As any other."""
    assert of(COSE, chunk=30).data == HEAD + TOKEN


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        "https://cards.example",
        "https://cards.example?n=1",
        "https://cards.example#n",
        "https://CARDS.Example/",
        "HTTPS://cards.example/@:",
    ],
)
def test_a_link_of_ours_is_taken_as_it_was_read(link: str) -> None:
    """Byte by byte: the service checks what stands there, not what we made of it."""
    assert of(ndef.uri_record(link)) == Evidence(
        EvidenceKind.SUN, bytearray(SHOWING + link.encode())
    )


@pytest.mark.parametrize(
    "link",
    [
        "http://cards.example/",
        "https://cards.example.evil/",
        "https://evil/cards.example",
        "https://cards.example@evil/",
        "https://user@cards.example/",
        "https://cards.example:443/",
        "https://cards.example:/",
        "https://cards.example./",
        "https://www.cards.example/",
        "https://cards.example\\@evil/",
        "https:///cards.example/",
        "https:cards.example/",
        "https://",
        "https://cards.example/a b",
        "https://cards.example/\u00fc",
        "https://c\u0430rds.example/",
        "https://cards%2Eexample/",
        "https://cards.example/\x00",
        "https://[cards.example]/",
        "ftp://cards.example/",
    ],
)
def test_any_other_link_is_none(link: str) -> None:
    """The host is compared whole; nothing stands beside it, and nothing looks like it."""
    assert of(ndef.uri_record(link)) == Evidence(EvidenceKind.CARD_UID, bytearray(UID))


def test_a_host_of_the_configuration_is_a_plain_name() -> None:
    """One that could only be matched by a trick is matched by nothing."""
    target = Target(Technology.TYPE_4, bytearray(UID))
    card = Type4Card(UID, ndef.encode([ndef.uri_record("https://user@cards.example/")]))
    dialogue = identify(target, hosts=frozenset({"user@cards.example"}), showing=SHOWING)
    assert talk(dialogue, card.apdu).kind is EvidenceKind.CARD_UID


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xd1",
        b"\xd1\x01\x01U\x99",
        ndef.encode([Record(ndef.WELL_KNOWN, b"U", memoryview(b""))]),
    ],
)
def test_what_is_no_message_of_ours_leaves_the_number(message: bytes) -> None:
    """Nothing, nonsense, and a link without its code."""
    assert proved(NtagCard(UID, message)) == Evidence(EvidenceKind.CARD_UID, bytearray(UID))


@pytest.mark.parametrize("size", [4, 7, 10])
def test_a_number_of_each_length(size: int) -> None:
    """Of a card that nothing else is asked of, too."""
    uid = b"\x04" + bytes(range(1, size))
    assert proved(VirtualCard(uid)) == Evidence(EvidenceKind.CARD_UID, bytearray(uid))
    assert proved(FelicaCard(IDM)) == Evidence(EvidenceKind.FELICA_IDM, bytearray(IDM))


@pytest.mark.parametrize(
    ("card", "error"),
    [
        (VirtualCard(b"\x08abc"), ChangingNumber),
        (Type4Card(b"\x08abc", ndef.encode([COSE])), ChangingNumber),
        (FelicaCard(b"\x01\xfe" + IDM[2:]), ChangingNumber),
        (VirtualCard(b"12345"), CardBroken),
        (VirtualCard(b""), CardBroken),
        (Type4Card(b"12345", ndef.encode([COSE])), CardBroken),
    ],
)
def test_a_number_that_nobody_is_known_by(card: VirtualCard, error: type[CardError]) -> None:
    """Made up each time, or of no length that there is."""
    with pytest.raises(error):
        proved(card)


def test_a_live_link_needs_no_number() -> None:
    """A card that hides its number says in the link who it is."""
    assert proved(Type4Card(b"\x08abc", ndef.encode([OURS]))).kind is EvidenceKind.SUN


@pytest.mark.parametrize("over", [0, 1])
def test_a_proof_has_a_size(over: int) -> None:
    """What would not fit into a sealed question is refused, and not taken as less."""
    token = ndef.mime_record("application/cose", bytes(PROOF_MOST - 8 + over))
    link = ndef.uri_record(LINK + "x" * (PROOF_MOST - len(LINK) + over))
    for record in (token, link):
        if over:
            with pytest.raises(CardBroken):
                of(record)
        else:
            assert len(of(record).data) == 16 + PROOF_MOST


def test_nothing_of_it_is_printed() -> None:
    """Neither a target nor what it proves."""
    evidence = of(COSE)
    assert "data" not in repr(evidence)
    assert "uid" not in repr(Target(Technology.OTHER, bytearray(UID)))


def test_the_message_is_wiped() -> None:
    """Whatever came of it."""
    seen: list[bytearray] = []
    dialogue = identify(Target(Technology.TYPE_2, bytearray(UID)), hosts=HOSTS, showing=SHOWING)
    card = NtagCard(UID, ndef.encode([OURS]))
    original = ndef.decode

    def spy(data: bytearray) -> tuple[Record, ...]:
        seen.append(data)
        return original(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndef, "decode", spy)
        talk(dialogue, card.type2)
    assert len(seen) == 1
    assert not any(seen[0])
