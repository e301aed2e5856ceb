"""The simulated NTAG 424 against the public values of NXP AN12196, and with LRP against the service."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from drivers.cards import ndef, type4
from drivers.cards.sun_card import (
    SunCard,
    cmac,
    picc_data,
    session_mac,
)
from service.proofs import sun
from tests.drivers.cards.bench import talk

ZERO = bytes(16)
UID = bytes.fromhex("04DE5F1EACC040")
URL = "https://cards.example/t?p={picc}&c={mac}"
SERVICE_URL = "https://cards.example/c?picc_data={picc}&cmac={mac}"
META, OWN = bytes(range(16)), bytes(range(16, 32))


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
    ],
)
def test_the_macs_of_the_note(uid: str, counter: int, text: bytes, mac: str) -> None:
    """Over nothing, and over the text before the MAC."""
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


# --- LRP ------------------------------------------------------------------------------------------


def lrp_card(counter: int = 0, over: int | None = None) -> SunCard:
    """As the service personalises it."""
    return SunCard(
        UID, SERVICE_URL, picc_key=META, mac_key=OWN, counter=counter, over=over, lrp=True
    )


def verified(shown: str, mac_from: str = "data") -> sun.Tap | None:
    """As the service does, which alone knows whose key it is."""
    keys = sun.CardKeys(META, lambda uid: OWN if uid == UID else ZERO)
    return sun.verify(sun.read(shown.encode(), mac_from), (keys,))


def test_the_service_takes_what_a_card_with_lrp_shows() -> None:
    """One more at each showing, and nothing in the link is as it was."""
    card = lrp_card(counter=0xFFFE)
    first = link(card)
    assert (len(first), verified(first)) == (len(SERVICE_URL) - 11 + 64, sun.Tap(UID, 0xFFFF))
    assert link(card) != first
    assert card.counter == 0x10000
    card.power()
    second = link(card)
    assert verified(second) == sun.Tap(UID, 0x10001)
    digits = slice(SERVICE_URL.index("{"), SERVICE_URL.index("{") + 48)
    assert first[digits][:16] != second[digits][:16]


def test_with_lrp_the_mac_may_be_over_the_text_before_it() -> None:
    """From the PICC data on; a service that takes it over nothing refuses the link, and so vice versa."""
    shown = link(lrp_card(over=SERVICE_URL.index("{picc}")))
    assert verified(shown, "picc") == sun.Tap(UID, 1)
    assert verified(shown) is None
    assert verified(link(lrp_card()), "picc") is None


def test_no_digit_of_a_link_with_lrp_can_be_another() -> None:
    """Neither of the PICC data nor of the MAC."""
    shown = link(lrp_card())
    picc, mac = shown.index("picc_data=") + 10, shown.index("cmac=") + 5
    for place in (*range(picc, picc + 48), *range(mac, mac + 16)):
        other = "0" if shown[place] != "0" else "1"
        assert verified(shown[:place] + other + shown[place + 1 :]) is None
