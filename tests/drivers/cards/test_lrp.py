"""LRP of the simulated card: against the public values of NXP AN12304, and against the service's own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.cards import lrp
from service.proofs.lrp import Lrp
from tests import an12304

KEY = bytes.fromhex("567826B8DA8E768432A9548DBE4AA3A0")
blocks = st.binary(min_size=16, max_size=16)


def test_plaintexts_of_an12304() -> None:
    """AN12304 §3.1: the first and the last of a key's sixteen."""
    found = lrp.plaintexts(KEY)
    assert len(found) == 16
    assert found[0].hex().upper() == "AC20D39F5341FE98DFCA21DA86BA7914"
    assert found[15].hex().upper() == "71B444AF257A93215311D758DD333247"


@pytest.mark.parametrize(
    ("number", "key"),
    [(0, "163D14ED24ED935373568EC521E96CF4"), (2, "FE30AB50467E61783BFE6B5E0560160E")],
)
def test_updated_keys_of_an12304(number: int, key: str) -> None:
    """AN12304 §3.1."""
    assert lrp.updated_key(KEY, number).hex().upper() == key


@pytest.mark.parametrize(("key", "text", "number", "final", "result"), an12304.EVALUATIONS)
def test_evaluations_of_an12304(key: str, text: str, number: int, final: bool, result: str) -> None:
    """AN12304 §3.2."""
    found = lrp.evaluate(bytes.fromhex(key), bytes.fromhex(text), number, final=final)
    assert found.hex().upper() == result


def test_encryption_of_an12304() -> None:
    """AN12304 §3.3: two blocks, the second one padded by whoever encrypts."""
    key, counter = bytes.fromhex("E0C4935FF0C254CD2CEF8FDDC32460CF"), bytes.fromhex("C3315DBF")
    plain = bytes.fromhex("012D7F1653CAF6503C6AB0C1010E8CB0") + b"\x80" + bytes(15)
    sealed = "FCBBACAA4F29182464F99DE41085266F480E863E487BAAF687B43ED1ECE0D623"
    assert lrp.encrypt(key, counter, plain).hex().upper() == sealed


@pytest.mark.parametrize(("key", "message", "mac"), an12304.MACS)
def test_macs_of_an12304(key: str, message: str, mac: str) -> None:
    """AN12304 §3.4: of nothing, of less than a block, and of a whole one."""
    assert lrp.cmac(bytes.fromhex(key), bytes.fromhex(message)).hex().upper() == mac


@given(blocks, st.binary(max_size=20), st.integers(0, 3), st.booleans())
def test_both_evaluate_alike(key: bytes, text: bytes, number: int, final: bool) -> None:
    mine = lrp.evaluate(key, text, number, final=final)
    assert mine == Lrp(key, number).evaluate(text, final=final)


@given(blocks, st.binary(max_size=70))
@example(KEY, bytes(16))
@example(KEY, bytes(32))
def test_both_mac_alike(key: bytes, message: bytes) -> None:
    assert lrp.cmac(key, message) == Lrp(key).cmac(message)


@given(
    blocks,
    st.binary(min_size=1, max_size=16),
    st.lists(blocks, max_size=4).map(b"".join),
    st.integers(0, 2),
)
@example(KEY, b"\xff\xff", bytes(48), 1)
def test_the_service_opens_what_the_card_encrypts(
    key: bytes, counter: bytes, plain: bytes, number: int
) -> None:
    """Also where the counter begins anew."""
    sealed = lrp.encrypt(key, counter, plain, number)
    assert Lrp(key, number).decrypt(counter, sealed) == plain


def test_half_a_block_is_not_encrypted() -> None:
    with pytest.raises(ValueError, match="whole blocks"):
        lrp.encrypt(KEY, bytes(8), bytes(17))
