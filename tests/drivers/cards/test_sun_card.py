"""The simulated NTAG 424 against the public values of NXP AN12196."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from drivers.cards import ndef, type4
from drivers.cards.sun_card import SunCard, cmac, picc_data, session_mac
from tests.drivers.cards.bench import talk

ZERO = bytes(16)
UID = bytes.fromhex("04DE5F1EACC040")
URL = "https://cards.example/t?p={picc}&c={mac}"


def opened(sealed: bytes) -> bytes:
    return Cipher(algorithms.AES(ZERO), modes.CBC(ZERO)).decryptor().update(sealed)


def test_the_uid_and_counter_of_the_note() -> None:
    """PICCENCData under the zero key: what the note's own value opens to seals to it again."""
    sealed = bytes.fromhex("EF963FF7828658A599F3041510671E88")
    plain = opened(sealed)
    assert plain[:11] == b"\xc7" + UID + (61).to_bytes(3, "little")
    assert picc_data(ZERO, UID, 61, plain[11:]) == sealed


@pytest.mark.parametrize(
    ("uid", "counter", "text", "mac"),
    [
        ("04DE5F1EACC040", 61, b"", "94EED9EE65337086"),
        ("04958CAA5C5E80", 8, b"CEE9A53E3E463EF1F459635736738962&cmac=", "ECC1E7F6C6C73BF6"),
        ("041E3C8A2D6B80", 6, b"", "4B00064004B0B3D3"),
    ],
)
def test_the_macs_of_the_note(uid: str, counter: int, text: bytes, mac: str) -> None:
    """Over nothing, and over the text before the MAC; the last one of a card that hides nothing."""
    assert session_mac(ZERO, bytes.fromhex(uid), counter, text) == bytes.fromhex(mac)


def test_the_session_key_of_the_note() -> None:
    """CMAC over SV2."""
    key = cmac(ZERO, bytes.fromhex("3CC300010080") + UID + b"\x3d\x00\x00")
    assert key == bytes.fromhex("3FB5F6E3A807A03D5E3570ACE393776F")


def link(card: SunCard) -> str:
    message = talk(type4.read(), card.apdu)
    assert message is not None
    value = ndef.uri(ndef.decode(message)[0])
    assert value is not None
    return value


def test_the_counter_rises_once_a_showing() -> None:
    """However many commands read the file; and again when the card comes back."""
    card = SunCard(UID, URL, picc_key=ZERO, mac_key=ZERO, counter=60)
    first = link(card)
    assert opened(bytes.fromhex(first[26:58]))[:11] == b"\xc7" + UID + b"\x3d\x00\x00"
    assert first.endswith("&c=94EED9EE65337086")
    assert card.read_binary(0, 50)[:-2] == card.read_binary(0, 50)[:-2]
    assert card.counter == 61
    card.power()
    assert link(card) != first
    assert card.counter == 62


def test_the_mac_may_be_over_the_text_before_it() -> None:
    """From where the card was told to begin."""
    card = SunCard(UID, URL, picc_key=ZERO, mac_key=ZERO, over=URL.index("p=") + 2)
    made = link(card)
    text = made[made.index("p=") + 2 : made.index("&c=") + 3].encode()
    assert made.endswith(session_mac(ZERO, UID, 1, text).hex().upper())
