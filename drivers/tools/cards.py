"""`drivers terminal read-card`, `display` and `display-image`: what a customer meets."""

from __future__ import annotations

import argparse
from pathlib import Path

from drivers.tools.care import brief
from drivers.tools.ending import ending
from drivers.tools.till import REFUSED, Facts, refusal, tell, till
from drivers.zvt.client import Client
from drivers.zvt.results import CardSeen, Done, Refused
from kiosk.errors import ConfigError

KINDS = {0: "ISO 7816-4", 1: "MIFARE", 2: "FeliCa"}
PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 1_000_000
"""Of a picture: more than any terminal's display needs."""


def read_card(options: argparse.Namespace) -> int:
    """Which kind of card is held. Its numbers stand for a person: two bytes are told, or all."""
    with till(options) as client, ending(None) as cancel:
        found = client.read_card(options.seconds, cancel=cancel)
    if isinstance(found, Refused):
        tell(options, refusal(found))
        return REFUSED
    tell(options, {"outcome": "done", **_card(found, show=options.show)})
    return 0


def _card(found: CardSeen, *, show: bool) -> Facts:
    kind = None if found.kind is None else KINDS.get(found.kind, f"{found.kind:02X}")
    facts: Facts = {"kind": kind, "uid": _private(found.uid, show=show)}
    if found.token:
        facts["token"] = _private(found.token, show=show)
    if show and found.ats:
        facts["ats"] = found.ats.hex()
    return facts | {"card_types": list(found.card_types)}


def _private(data: bytes, *, show: bool) -> str | None:
    if not data:
        return None
    return data.hex() if show else f"...{data[-2:].hex()}"


@brief
def display(client: Client, options: argparse.Namespace) -> Done | Refused:
    """Up to eight lines, for some seconds."""
    return client.display(*options.text, seconds=options.seconds)


@brief
def _image(client: Client, options: argparse.Namespace) -> Done | Refused:
    return client.display_image(options.png, seconds=options.seconds)


def display_image(options: argparse.Namespace) -> int:
    """A picture, which is read before anything is sent. Raises ConfigError."""
    options.png = _png(options.file)
    return _image(options)


def _png(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{path}: more than {MOST_BYTES} bytes; make the picture smaller")
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; name a PNG file that can be read") from error
    if not data.startswith(PNG):
        raise ConfigError(f"{path}: no PNG; convert the picture first")
    return data
