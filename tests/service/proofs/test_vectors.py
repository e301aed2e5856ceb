"""Values that are published, or made by the drivers' own code for simulated cards: each with its origin."""

from __future__ import annotations

import pytest

from service.proofs import sun
from service.proofs.aes import cmac
from service.proofs.diversify import Master
from service.proofs.lrp import Lrp

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


@pytest.mark.parametrize(
    ("key", "text", "final", "update", "result"),
    [
        ("567826B8DA8E768432A9548DBE4AA3A0", "1359", 1, 2, "1BA2C0C578996BC497DD181C6885A9DD"),
        ("88B95581002057A93E421EFE4076338B", "77299D", 1, 2, "E9C04556A214AC3297B83E4BDF46F142"),
        ("CAF3750AFF93F9A0C8861BCCCCDF1A9D", "9273B7", 0, 3, "468C2BFCF993E7F112E150C17298A968"),
        (
            "B65557CE0E9B4C5886F232200113562B",
            "BB4FCF27C94076F756AB030D",
            0,
            1,
            "6FDFA8D2A6AA8476BF94E71F25637F96",
        ),
        (
            "1EDB9D253DF18D72BEEAE960B6FDF325",
            "FD7BBC6CE819F04AF0C3944C9E",
            0,
            3,
            "B73B50D4BA439DF9D4AFB79FF10F1446",
        ),
        (
            "9AFF3EF56FFEC3153B1CADB48B445409",
            "4B073B247CD48F7E0A",
            0,
            3,
            "909415E5C8BE77563050F2227E17C0E4",
        ),
    ],
)
def test_evaluations_of_an12304(key: str, text: str, final: int, update: int, result: str) -> None:
    """AN12304 §3.2."""
    found = Lrp(bytes.fromhex(key), update).evaluate(bytes.fromhex(text), final=bool(final))
    assert found.hex().upper() == result


@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        ("63A0169B4D9FE42C72B2784C806EAC21", "", "0E07C601970814A4176FDA633C6FC3DE"),
        ("8195088CE6C393708EBBE6C7914ECB0B", "BBD5B85772C7", "AD8595E0B49C5C0DB18E77355F5AAFF6"),
        (
            "E2F84A0B0AF40EFEB3EEA215A436605C",
            "8BF1DDA9FE445560A4F4EB9CE0",
            "D04382DF71BC293FEC4BB10BDB13805F",
        ),
    ],
)
def test_macs_of_an12304(key: str, message: str, mac: str) -> None:
    """AN12304 §3.4."""
    assert Lrp(bytes.fromhex(key)).cmac(bytes.fromhex(message)).hex().upper() == mac


def test_encrypted_file_data_with_lrp() -> None:
    """AN12304 §2.3: the session key opens what the card mirrored (made by the simulated card's own LRP)."""
    seen = bytes.fromhex("04BEEF10205E80030201")
    session = Lrp(bytes(16)).cmac(bytes.fromhex("00010080") + seen + b"\x1e\xe1")
    sealed = bytes.fromhex("010C277A90EA226F71FAA295AD068BAE")
    assert Lrp(session, 1).decrypt(bytes.fromhex("030201000000"), sealed) == b"Sechzehn Zeichen"
