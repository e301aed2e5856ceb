"""Evidence by itself: what is malformed, forged or foreign is told apart, and nothing else escapes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.keys import Keys
from service.proofs import sun
from service.proofs.table import SKEW_MS, Checker
from service.proofs.verdict import Proof, Rejected, Verdict, Why
from service.settings import Settings
from service.wire import base45, token
from service.wire.messages import EVIDENCE_BYTES, Evidence, EvidenceKind
from service.wire.token import Claims
from tests.card_stand import HOST, OTHER_UID, UID, SunCard, card_token, code, code_of, shown
from tests.card_stand import Proof as Held
from tests.service_stand import NOW

SECONDS = NOW // 1000
NAME = b"p" * 16
CODE = Claims(NAME, SECONDS, SECONDS + 3600, 1, once=True)
CARD = Claims(NAME, SECONDS, SECONDS + 86_400, 1, token.binding(NAME, UID))
FOREIGN = Ed25519PrivateKey.from_private_bytes(b"f" * 32)


class Counter:
    """A service's checker, and its keys."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.keys = Keys(folder / "keys")
        self.settings = replace(
            Settings(folder, "markt", "DE", "sqlite:store.db", card_hosts=(HOST,)), **settings
        )
        self.checker = Checker(self.settings, self.keys)
        self.key = self.keys.issuers[1]

    def check(self, held: Held, at: int = NOW) -> Verdict:
        kind, data = shown(held, b"s" * 16)
        return self.checker.check(Evidence(kind, data), at)

    def why(self, held: Held, at: int = NOW) -> Why:
        found = self.check(held, at)
        assert isinstance(found, Rejected), found
        return found.why

    def sun(self, *, lrp: bool = False) -> SunCard:
        keys = sun.card_keys(self.keys.masters[1], self.settings.card_system)
        return SunCard(UID, keys.shared, keys.own(UID), lrp)


@pytest.fixture
def counter(folder: Path) -> Counter:
    """A service that takes cards."""
    return Counter(folder)


def tag(claims: Claims, key: Ed25519PrivateKey, uid: bytes = UID) -> Held:
    """A tag with a token of anybody's making."""
    return EvidenceKind.NDEF_TOKEN, bytes((len(uid),)) + uid + token.sign(claims, key)


# --- cards that count -----------------------------------------------------------------------------


@pytest.mark.parametrize("lrp", [False, True])
@pytest.mark.parametrize("file", [b"", b"CEE9A53E3E463EF1F459635736738962"])
@pytest.mark.parametrize("names", [("picc_data", "enc", "cmac"), ("e", "d", "c")])
def test_a_card_proves_its_uid_and_counter(
    counter: Counter, lrp: bool, file: bytes, names: tuple[str, str, str]
) -> None:
    card = replace(counter.sun(lrp=lrp), file=file, names=names, counter=0x1234)
    assert counter.check(card.tap()) == Proof(EvidenceKind.SUN, 2, UID, b"s" * 16, 0x1235)


@pytest.mark.parametrize("lrp", [False, True])
def test_every_changed_character_of_a_link_is_refused(counter: Counter, lrp: bool) -> None:
    kind, uri = counter.sun(lrp=lrp).tap()
    for at in range(uri.index(b"?"), len(uri), 3 if lrp else 1):
        other = b"0" if uri[at : at + 1] != b"0" else b"1"
        broken = uri[:at] + other + uri[at + 1 :]
        assert counter.why((kind, broken)) in (Why.FORGED, Why.MALFORMED)


@pytest.mark.parametrize("lrp", [False, True])
def test_a_card_of_another_key_is_forged(counter: Counter, lrp: bool) -> None:
    card = counter.sun(lrp=lrp)
    assert counter.why(replace(card, file_key=bytes(16)).tap()) is Why.FORGED
    assert counter.why(replace(card, meta_key=bytes(16)).tap()) is Why.FORGED
    assert counter.why(replace(card, uid=OTHER_UID).tap()) is Why.FORGED  # another card's key


def test_a_tag_that_mirrors_no_counter_is_forged(counter: Counter) -> None:
    """A right MAC over PICC data of another form: what card does that is none of ours."""
    card = counter.sun()
    _, uri = card.tap()
    picc = sun.read(uri).picc
    keys = sun.card_keys(counter.keys.masters[1], counter.settings.card_system)
    plain = keys.open(picc)

    class Lying(sun.CardKeys):
        def open(self, picc: bytes) -> bytes:
            return b"\x87" + plain[1:]

    assert sun.verify(sun.read(uri), (keys,))
    assert sun.verify(sun.read(uri), (Lying(card.meta_key, keys.own),)) is None


@pytest.mark.parametrize(
    "uri",
    [
        b"http://karte.example/c?{}",
        b"https://karte.example@evil.example/c?{}",
        b"https://karte.example:443/c?{}",
        b"https://KARTE.example/c?{}",
        b"https://karte.example/c?x=1&{}",
        b"https://karte.example/c?{}&x=1",
        b"https://karte.example/c?{}#x",
        b"https://karte.example/c?{}\n",
        b"https://karte.example/\xc3\xa4?{}",
        b"https://karte.example/c?",
        b" https://karte.example/c?{}",
    ],
)
def test_links_of_another_form_are_malformed(counter: Counter, uri: bytes) -> None:
    kind, right = counter.sun().tap()
    assert counter.why((kind, uri.replace(b"{}", right.partition(b"?")[2]))) is Why.MALFORMED


def test_parts_that_are_missing_doubled_mixed_or_small_are_malformed(counter: Counter) -> None:
    kind, right = counter.sun().tap()
    head, _, query = right.partition(b"?")
    picc, mac = query.split(b"&")
    for wrong in (
        picc,
        mac,
        mac + b"&" + picc,
        picc + b"&" + picc + b"&" + mac,
        picc + b"&" + mac.replace(b"cmac", b"c"),
        query.lower(),
        picc + b"&enc=00&" + mac,
        picc + b"&enc=" + b"0" * 288 + b"&" + mac,
        picc[:-2] + b"&" + mac,
        query[:-1],
    ):
        assert counter.why((kind, head + b"?" + wrong)) is Why.MALFORMED


def test_a_link_to_another_host_proves_nothing(counter: Counter) -> None:
    card = replace(counter.sun(), host="karte.example.evil.example")
    assert counter.why(card.tap()) is Why.FOREIGN_HOST
    assert Counter(counter.settings.folder, card_hosts=()).why(counter.sun().tap()) is (
        Why.FOREIGN_HOST
    )


def test_where_the_mac_begins_is_as_cards_are_made(counter: Counter) -> None:
    """A MAC over less than a shop's cards have does not pass for one of them."""
    card = counter.sun()
    for mac_from, holds in (("data", True), ("nothing", True), ("picc", False)):
        other = Counter(counter.settings.folder, card_mac_from=mac_from)
        assert isinstance(other.check(card.tap()), Proof) is holds
    filed = replace(card, file=b"CEE9A53E3E463EF1F459635736738962")
    assert Counter(counter.settings.folder, card_mac_from="nothing").why(filed.tap()) is Why.FORGED


def test_cards_of_an_older_master_key_go_on(counter: Counter) -> None:
    card = counter.sun()
    counter.keys.masters[2] = b"n" * 16
    assert isinstance(counter.check(card.tap()), Proof)
    del counter.keys.masters[1]
    assert counter.why(card.tap()) is Why.FORGED
    counter.keys.masters.clear()
    assert counter.why(card.tap()) is Why.FORGED


def test_another_system_has_other_keys(counter: Counter) -> None:
    assert Counter(counter.settings.folder, card_system="other").why(counter.sun().tap()) is (
        Why.FORGED
    )


# --- tokens ---------------------------------------------------------------------------------------


def test_a_code_proves_its_pseudonym(counter: Counter) -> None:
    found = counter.check(code_of(CODE, counter.key))
    expires = CODE.expires * 1000
    assert found == Proof(EvidenceKind.COSE_TOKEN, 1, NAME, b"s" * 16, 0, NOW, expires)


def test_a_tag_proves_its_pseudonym_on_its_own_card_only(counter: Counter) -> None:
    found = counter.check(tag(CARD, counter.key))
    expires = CARD.expires * 1000
    assert found == Proof(EvidenceKind.NDEF_TOKEN, 1, NAME, b"s" * 16, None, NOW, expires)
    assert counter.why(tag(CARD, counter.key, OTHER_UID)) is Why.OTHER_CARD
    assert counter.why(tag(CARD, counter.key, b"\x08abc")) is Why.CHANGING_NUMBER
    assert counter.why(tag(CARD, counter.key, b"")) is Why.MALFORMED


@pytest.mark.parametrize(
    ("claims", "at", "why"),
    [
        (CODE, CODE.expires * 1000, Why.EXPIRED),
        (CODE, CODE.expires * 1000 - 1, None),
        (CODE, NOW - SKEW_MS - 1, Why.NOT_YET),
        (CODE, NOW - SKEW_MS, None),
        (replace(CODE, expires=SECONDS + 86_401), NOW, Why.WRONG_USE),
        (replace(CODE, once=False), NOW, Why.WRONG_USE),
        (CARD, NOW, Why.WRONG_USE),
        (replace(CODE, tier=256), NOW, Why.MALFORMED),
    ],
)
def test_a_code_is_taken_for_what_it_says(
    counter: Counter, claims: Claims, at: int, why: Why | None
) -> None:
    found = counter.check(code_of(claims, counter.key), at)
    assert (found.why if isinstance(found, Rejected) else None) is why


def test_a_code_on_a_tag_is_no_card(counter: Counter) -> None:
    assert counter.why(tag(CODE, counter.key)) is Why.WRONG_USE
    assert counter.why(tag(replace(CARD, once=True), counter.key)) is Why.WRONG_USE
    long = replace(CARD, expires=SECONDS + 367 * 86_400)
    assert counter.why(tag(long, counter.key)) is Why.WRONG_USE


def test_who_signed_it(counter: Counter) -> None:
    assert counter.why(code_of(CODE, FOREIGN)) is Why.FOREIGN_ISSUER
    ours = token.kid_of(counter.key.public_key())
    theirs = token.sign(CODE, FOREIGN)
    claimed = theirs.replace(token.kid_of(FOREIGN.public_key()), ours)
    assert counter.why(code(base45.encode(claimed))) is Why.FORGED
    counter.keys.issuers = {2: FOREIGN, 1: counter.key}
    assert isinstance(counter.check(code_of(CODE, FOREIGN)), Proof)


def test_every_flipped_bit_of_a_token_is_refused(counter: Counter) -> None:
    signed = token.sign(CODE, counter.key)
    for at in range(len(signed)):
        broken = bytearray(signed)
        broken[at] ^= 1 << at % 8
        why = counter.why(code(base45.encode(bytes(broken))))
        assert why in (Why.FORGED, Why.MALFORMED, Why.FOREIGN_ISSUER)
    for cut in range(len(signed)):
        assert counter.why(code(base45.encode(signed[:cut]))) in (Why.MALFORMED, Why.FORGED)


def test_there_is_one_encoding_of_a_token(counter: Counter) -> None:
    """The same token by other bytes: an indefinite map, a longer length, no tag, another order."""
    signed = token.sign(CODE, counter.key)
    whole = cbor2.loads(signed)
    protected, unprotected, claims, signature = whole.value
    assert (whole.tag, unprotected) == (18, {})  # as an independent decoder sees it
    assert cbor2.loads(protected) == {1: -8, 4: token.kid_of(counter.key.public_key())}
    assert cbor2.dumps(whole) == signed
    others = (
        signed[1:],
        cbor2.dumps(cbor2.CBORTag(98, whole.value)),
        cbor2.dumps(cbor2.CBORTag(18, [protected, {5: 1}, claims, signature])),
        cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, claims, signature, 0])),
        signed.replace(b"\xa0\x58", b"\xa0\x59\x00"),
        signed + b"\0",
        b"\xd8\x12" + signed[1:],
    )
    for other in others:
        assert counter.why(code(base45.encode(other))) is Why.MALFORMED


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {4: 1},
        [1, 2],
        {4: True, 6: SECONDS, 7: NAME, -1: 0, -3: True},
        {4: -1, 6: SECONDS, 7: NAME, -1: 0, -3: True},
        {4: SECONDS, 6: SECONDS, 7: NAME[:15], -1: 0, -3: True},
        {4: SECONDS, 6: SECONDS, 7: "p" * 16, -1: 0, -3: True},
        {4: SECONDS, 6: SECONDS, 7: NAME, -1: 0, -3: True, -9: 1},
        {4: SECONDS, 6: SECONDS, 7: NAME, -1: 0, -3: 1},
        {6: SECONDS, 4: SECONDS + 9, 7: NAME, -1: 0, -3: True},
        {4: SECONDS, 6: SECONDS, 7: NAME, -1: 1.0, -3: True},
    ],
)
def test_signed_claims_of_another_profile_are_malformed(counter: Counter, claims: object) -> None:
    """Only we can sign such: the next program's tokens, shown to this one."""
    assert counter.why(_signed(counter, cbor2.dumps(claims))) is Why.MALFORMED
    assert isinstance(counter.check(_signed(counter, token.pack(CODE))), Proof)


def _signed(counter: Counter, payload: bytes) -> Held:
    """Whatever it says, by an independent encoder."""
    protected = cbor2.dumps({1: -8, 4: token.kid_of(counter.key.public_key())})
    signature = counter.key.sign(token.to_sign(protected, payload))
    whole = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    return code(base45.encode(whole))


# --- numbers, and anything ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "number", "why"),
    [
        (EvidenceKind.CARD_UID, "04A1B2C3D4E5F6", None),
        (EvidenceKind.CARD_UID, "04A1B2C3", None),
        (EvidenceKind.CARD_UID, "04A1B2C3D4E5F6A7B8C9", None),
        (EvidenceKind.CARD_UID, "08A1B2C3", Why.CHANGING_NUMBER),
        (EvidenceKind.CARD_UID, "04A1B2", Why.MALFORMED),
        (EvidenceKind.FELICA_IDM, "0114B2C3D4E5F6A7", None),
        (EvidenceKind.FELICA_IDM, "01FEB2C3D4E5F6A7", Why.CHANGING_NUMBER),
        (EvidenceKind.FELICA_IDM, "04A1B2C3D4E5F6", Why.MALFORMED),
        (EvidenceKind.NUMBER, "34373131", Why.MALFORMED),
    ],
)
def test_numbers(counter: Counter, kind: EvidenceKind, number: str, why: Why | None) -> None:
    data = bytes.fromhex(number)
    found = counter.checker.check(Evidence(kind, data), NOW)
    assert found == (Rejected(why) if why else Proof(kind, 0, data))


@pytest.mark.parametrize("seed", range(4))
def test_hostile_bytes_are_refused_and_raise_nothing(counter: Counter, seed: int) -> None:
    chance = random.Random(seed)
    right = [counter.sun().tap(), code_of(CODE, counter.key), tag(CARD, counter.key)]
    kinds = [kind for kind, _ in right]
    for _ in range(400):
        kind, data = chance.choice(right)
        broken = bytearray(b"s" * 16 + data)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        for bytes_ in (bytes(broken), chance.randbytes(chance.randrange(1, EVIDENCE_BYTES))):
            found = counter.checker.check(Evidence(chance.choice([kind, *kinds]), bytes_), NOW)
            if isinstance(found, Proof):  # only the showing was changed
                assert bytes_[16:] == data


def test_one_evidence_passes_for_no_other_kind(counter: Counter) -> None:
    for held in (counter.sun().tap(), code_of(CODE, counter.key), tag(CARD, counter.key)):
        for kind in EvidenceKind:
            if kind is not held[0]:
                assert isinstance(counter.check((kind, held[1])), Rejected)


def test_a_token_is_small_enough_for_a_code() -> None:
    """Version 7 of level M holds 178 characters (ISO 18004 table 7), with our prefix."""
    signed = token.sign(CODE, FOREIGN)
    assert (len(signed), len(token.PREFIX + base45.encode(signed))) == (116, 178)
    assert len(token.sign(replace(CARD, tier=255), FOREIGN)) < token.TOKEN_MOST
    assert card_token(UID, b"\xd2\x10\x80application/cose" + bytes(128))[1][:8] == b"\x07" + UID
