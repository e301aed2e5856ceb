"""The exit gate's code: bounded, of no customer, and only a shop's kiosks can make one with a key."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.gate import GateConfig, is_pass, key_of, pass_of, signed
from kiosk.ids import Handle
from kiosk.vault import Vault

KEY = b"sixteen bytes ok"
PASS = pass_of("K1", 42, datetime(2026, 11, 21, 23, 59, tzinfo=UTC))


def test_the_pass_tells_kiosk_receipt_and_day() -> None:
    """And the vault's slots are never taken for one."""
    assert PASS == "EXIT1.K1.42.20261121"
    assert is_pass(PASS)
    assert not is_pass(Vault().hold(bytearray(b"x")))
    assert not is_pass(Handle(""))


def test_with_a_key_it_is_signed() -> None:
    """By HMAC-SHA256 over all of it: another receipt, day or key gives other letters."""
    told, _, letters = signed(PASS, KEY).rpartition(b".")
    assert told == PASS.encode()
    assert letters == b32encode(hmac.new(KEY, told, hashlib.sha256).digest()[:10])
    other = pass_of("K1", 43, datetime(2026, 11, 21, tzinfo=UTC))
    assert signed(other, KEY).rpartition(b".")[2] != letters
    assert signed(PASS, KEY[::-1]).rpartition(b".")[2] != letters
    assert signed(PASS, b"") == PASS.encode()
    longest = pass_of("K" * 12, 10**9, datetime(2026, 11, 21, tzinfo=UTC))
    assert len(signed(longest, KEY)) <= 60


def test_the_key_is_in_a_file_that_not_everybody_reads(tmp_path: Path) -> None:
    """Its end of line is none of it."""
    path = tmp_path / "gate.key"
    path.write_bytes(KEY + b"\n")
    path.chmod(0o640)
    assert key_of(GateConfig(path)) == KEY
    assert key_of(GateConfig()) == key_of(None) == b""


@pytest.mark.parametrize(
    ("data", "mode", "said"),
    [
        (KEY, 0o644, "everybody can read it"),
        (b"short", 0o600, "16 to 1024 bytes"),
        (b"x" * 1025, 0o600, "16 to 1024 bytes"),
        (None, 0, "No such file"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start(
    tmp_path: Path, data: bytes | None, mode: int, said: str
) -> None:
    """By the key of the configuration; never with what is in the file."""
    path = tmp_path / "gate.key"
    if data is not None:
        path.write_bytes(data)
        path.chmod(mode)
    with pytest.raises(ConfigError, match=said) as refused:
        key_of(GateConfig(path))
    assert str(refused.value).startswith("gate.key_file: ")
    assert data is None or data.decode() not in str(refused.value)
