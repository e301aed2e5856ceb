"""The code that a shop's exit gate reads: kiosk, receipt and day, and nothing of a customer.

`EXIT1.K1.42.20261121`, with a key also `.` and sixteen letters of HMAC-SHA256 (base32) over all before
them. Without a key anybody can draw one: that is enough for a gate that only wants to slow people down.
"""

from __future__ import annotations

import base64
import hmac
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.ids import Handle

MARK = "EXIT1"
LEAST_BYTES, MOST_BYTES = 16, 1024
_MAC_BYTES = 10


@dataclass(frozen=True, slots=True)
class GateConfig:
    """There is a gate. `key_file`: what it shares with all kiosks of the shop, at least 16 bytes."""

    key_file: Path | None = None


def pass_of(kiosk: str, number: int, local: datetime) -> Handle:
    """Stands where a slot of the vault does, and is none: this one can be made anew at any time."""
    return Handle(f"{MARK}.{kiosk}.{number}.{local:%Y%m%d}")


def is_pass(slot: Handle) -> bool:
    """Whether the slot is one of these; the vault's have no dot."""
    return slot.startswith(f"{MARK}.")


def signed(slot: Handle, key: bytes) -> bytes:
    """What the gate reads; without a key the pass itself."""
    told = slot.encode("ascii")
    if not key:
        return told
    mac = hmac.digest(key, told, "sha256")[:_MAC_BYTES]
    return told + b"." + base64.b32encode(mac)


def key_of(gate: GateConfig | None) -> bytes:
    """Empty where there is none. Raises ConfigError."""
    if gate is None or gate.key_file is None:
        return b""
    path = gate.key_file
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            key = file.read(MOST_BYTES + 1).strip()
    except OSError as error:
        raise ConfigError(f"gate.key_file: {path}: {error.strerror}") from error
    if mode & 0o007:
        raise ConfigError(f"gate.key_file: {path}: everybody can read it; chmod o= {path}")
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ConfigError(f"gate.key_file: {path}: {LEAST_BYTES} to {MOST_BYTES} bytes are wanted")
    return key
