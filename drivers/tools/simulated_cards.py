"""Cards of nobody in particular, to try a reader with."""

from __future__ import annotations

import random
from collections.abc import Callable

from drivers.cards import hostile
from drivers.cards.ndef import encode, uri_record
from drivers.cards.sun_card import MAC, PICC, SunCard
from drivers.cards.virtual import FelicaCard, NtagCard, RandomUidCard, Type4Card, VirtualCard

HOST = "cards.example"
"""Of the link of the cards `sun` and `lrp`."""
_NUMBER = bytes.fromhex("04A0B1C2D3E4F5")
_STRANGE = bytes.fromhex("04E1D2C3B4A596")
_SUN, _LRP = bytes.fromhex("0411223344AABB"), bytes.fromhex("0411223344AACC")
_IDM = bytes.fromhex("0104A1B2C3D4E5F6")


def _number() -> VirtualCard:
    return NtagCard(_NUMBER)


def _foreign() -> VirtualCard:
    return NtagCard(_STRANGE, encode([uri_record("https://shop.example/member?id=12345")]))


def _sun(uid: bytes, *, lrp: bool) -> VirtualCard:
    """Its keys are zeros: no service takes it."""
    link = f"https://{HOST}/c?e={PICC}&c={MAC}"
    return SunCard(uid, link, picc_key=bytes(16), mac_key=bytes(16), lrp=lrp)


def _phone() -> VirtualCard:
    return RandomUidCard(random.Random())


def _hostile() -> VirtualCard:
    return hostile.WaitsForEver(_STRANGE)


CARDS: dict[str, Callable[[], tuple[VirtualCard, ...]]] = {
    "number": lambda: (_number(),),
    "foreign": lambda: (_foreign(),),
    "sun": lambda: (_sun(_SUN, lrp=False),),
    "lrp": lambda: (_sun(_LRP, lrp=True),),
    "type4": lambda: (Type4Card(_STRANGE),),
    "felica": lambda: (FelicaCard(_IDM),),
    "phone": lambda: (_phone(),),
    "several": lambda: (_number(), _foreign()),
    "hostile": lambda: (_hostile(),),
}
"""By name: what is held before the reader. Made anew each time they are held."""
