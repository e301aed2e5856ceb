"""Values that are published, or made by the drivers' own code for simulated cards: each with its origin."""

from __future__ import annotations

import pytest

from service.proofs import sun
from service.proofs.aes import cmac
from service.proofs.diversify import Master
from service.proofs.lrp import Lrp
from tests import an12304

ZERO = sun.CardKeys(bytes(16), lambda uid: bytes(16))
URI = "https://choose.url.com/ntag424?"


@pytest.mark.parametrize(
    ("query", "uid", "counter"),
    [
        pytest.param(
            "e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086",
            "04DE5F1EACC040",
            61,
            id="AN12196 §3.4: PICC data, MAC over nothing",
        ),
        pytest.param(
            "picc_data=FD91EC264309878BE6345CBE53BADF40&enc=CEE9A53E3E463EF1F459635736738962"
            "&cmac=ECC1E7F6C6C73BF6",
            "04958CAA5C5E80",
            8,
            id="AN12196 §3.4: with file data",
        ),
        pytest.param(
            "picc_data=8899AABBCCDDEEFF7790310886B315F7E660721773389006"
            "&enc=010C277A90EA226F71FAA295AD068BAE&cmac=8D89B6157E6D9B2E",
            "04BEEF10205E80",
            0x010203,
            id="made by the simulated card's own LRP: with file data",
        ),
        pytest.param(
            "picc_data=001122334455667743BBDE5FCD42BFFC6E47F2B92FA9A2E4&cmac=57AEDBD1B707705E",
            "04D2C0FFEE4280",
            7,
            id="made by the simulated card's own LRP",
        ),
    ],
)
def test_links_of_cards(query: str, uid: str, counter: int) -> None:
    tap = sun.verify(sun.read((URI + query).encode()), (ZERO,))
    assert tap == sun.Tap(bytes.fromhex(uid), counter)


def test_session_key_of_an12196() -> None:
    """AN12196 §3.3: session MAC key."""
    vector = bytes.fromhex("3CC300010080")
    tapped = bytes.fromhex("04C767F2066180" + "010000")
    key = cmac(bytes.fromhex("5ACE7E50AB65D5D51FD5BF5A16B8205B"), vector + tapped)
    assert key.hex().upper() == "3A3E8110E05311F7A3FCF0D969BF2B48"


def test_a_diversified_key_of_an10922() -> None:
    """AN10922 §2.2.1."""
    master = Master(bytes.fromhex("00112233445566778899AABBCCDDEEFF"))
    found = master.derive(bytes.fromhex("04782E21801D80" + "3042F5") + b"NXP Abu")
    assert found.hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


@pytest.mark.parametrize("size", range(1, 32))
def test_diversification_is_the_cmac_of_two_blocks(size: int) -> None:
    """AN10922 §2.2 beside SP 800-38B: for 16 bytes and more both pad alike."""
    key, text = bytes(range(16)), bytes(range(size))
    made = Master(key).derive(text)
    assert len(made) == 16
    if size >= 16:
        assert made == cmac(key, b"\x01" + text)


@pytest.mark.parametrize("size", [0, 32])
def test_an_input_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 31"):
        Master(bytes(16)).derive(bytes(size))


@pytest.mark.parametrize(("key", "text", "number", "final", "result"), an12304.EVALUATIONS)
def test_evaluations_of_an12304(key: str, text: str, number: int, final: bool, result: str) -> None:
    """AN12304 §3.2."""
    found = Lrp(bytes.fromhex(key), number).evaluate(bytes.fromhex(text), final=final)
    assert found.hex().upper() == result


@pytest.mark.parametrize(("key", "message", "mac"), an12304.MACS)
def test_macs_of_an12304(key: str, message: str, mac: str) -> None:
    """AN12304 §3.4."""
    assert Lrp(bytes.fromhex(key)).cmac(bytes.fromhex(message)).hex().upper() == mac


def test_encrypted_file_data_with_lrp() -> None:
    """AN12304 §2.3: the session key opens what the card mirrored (made by the simulated card's own LRP)."""
    seen = bytes.fromhex("04BEEF10205E80030201")
    session = Lrp(bytes(16)).cmac(bytes.fromhex("00010080") + seen + b"\x1e\xe1")
    sealed = bytes.fromhex("010C277A90EA226F71FAA295AD068BAE")
    assert Lrp(session, 1).decrypt(bytes.fromhex("030201000000"), sealed) == b"Sechzehn Zeichen"
