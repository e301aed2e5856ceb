"""Reprs get into logs and reports: what is a card's, a person's or a secret is in none."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from drivers.zvt.codec import decode
from drivers.zvt.fields import Container, Tag
from drivers.zvt.link import Settings
from drivers.zvt.message import REGISTRY, Message
from drivers.zvt.messages import Positive, Unknown
from drivers.zvt.redaction import hides
from drivers.zvt.results import CardSeen, Done

DIGITS, NUMBER = "4929123456784712", 918273
RAW = b"4929123456784712"
PRIVATE = {"card_number", "extra", "tail", "data", "keys", "tlv"}
"""Beside passwords, and the bitmaps of which nothing may be kept."""


def is_private(cls: type[Message], name: str) -> bool:
    """Whether a field may hold what is nobody else's business."""
    bitmaps = {field: bmp for bmp, (field, _) in cls.table.bitmaps.items()}
    return name in PRIVATE or "password" in name or (name in bitmaps and hides(bitmaps[name]))


def needle(name: str) -> Any:
    """A value that must not be seen."""
    tags = Container.of(Tag(0x4C, RAW), Tag(0x60, (Tag(0x1F14, RAW),)))
    known = {"extra": ((0x22, RAW),), "tlv": tags}
    if "password" in name:
        return NUMBER
    if name in ("tail", "data", "keys", "track1", "mac", "authorisation"):
        return RAW
    return known.get(name, DIGITS)


@pytest.mark.parametrize("cls", [*REGISTRY.values(), Unknown], ids=lambda cls: cls.__name__)
def test_no_message_shows_what_is_private(cls: type[Message]) -> None:
    """Every field of every message that may hold it, and containers at any depth."""
    table = getattr(cls, "table", None)
    names = [each.name for each in fields(cls)]
    private = PRIVATE if table is None else {each for each in names if is_private(cls, each)}
    values: dict[str, Any] = dict.fromkeys(
        (name for name, _, _ in (table.leads if table else ())), 0
    )
    values |= {name: needle(name) for name in names if name in private}
    shown = repr(cls(**values))
    assert cls.__name__ in shown
    assert DIGITS not in shown
    assert str(NUMBER) not in shown


def test_what_a_terminal_sent_is_not_shown_either() -> None:
    """Decoded: known bitmaps that the table does not name, and what stands behind unknown ones."""
    track = bytes.fromhex("2700 22F0F8") + bytes.fromhex(DIGITS) + bytes.fromhex("23F0F8")
    message = decode(0x040F, track + bytes.fromhex(DIGITS) + b"\xff" + RAW, strict=False)
    shown = repr(message)
    assert "result=0" in shown
    assert DIGITS not in shown
    assert bytes.fromhex(DIGITS) == b"I)\x124Vx" + b"G\x12"
    assert "4Vx" not in shown


@pytest.mark.parametrize(
    "value",
    [
        CardSeen(RAW, RAW, 1, RAW),
        Done(keys=RAW),
        Settings(password=NUMBER),
        Positive(keys=RAW),
    ],
)
def test_no_result_shows_what_is_private(value: object) -> None:
    """Identities, tokens, keys that were pressed, passwords."""
    assert DIGITS not in repr(value)
    assert str(NUMBER) not in repr(value)


def test_what_is_public_is_shown() -> None:
    """A repr is there to tell something."""
    assert "amount=1010" in repr(REGISTRY[0x0601](amount=1010))  # type: ignore[call-arg]
    assert repr(Tag(0x24, (Tag(0x07, b"Hallo"),))) == "Tag(24, (Tag(07, 5 bytes),))"
