"""The demo member's cards in somebody's hand, and what each would leave behind in a memory or a file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.cards import ndef
from drivers.cards.sun_card import SunCard
from drivers.cards.virtual import NDEF_AID, NDEF_FILE, NtagCard, VirtualCard
from drivers.lab.purse import Purse
from service import stand
from service.members import Profile
from service.settings import Settings
from tests.needles import base64_of
from tests.service_process import Running
from tests.service_stand import TENANT

PIECE, EVERY = 6, 11
"""A piece of so many bytes from every so many: whatever holds 16 bytes on end, as one page of a tag or
one block does, holds a whole piece. Six random bytes stand nowhere by chance."""
LETTERS, EVERY_LETTER = 12, 5
"""The same of a link, whose letters are hexadecimal: six of them do stand in some library."""
LINKS = 3
"""So many links of a card are looked for: a reading that broke off has counted, too."""


def plant_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards with numbers that stand nowhere else, not even in the program."""
    for name in tuple(stand.DEMO_UIDS):
        monkeypatch.setitem(stand.DEMO_UIDS, name, "04" + secrets.token_hex(6).upper())


def prepare(
    folder: Path, profile: Profile, kiosks: tuple[str, ...] = ("identity",)
) -> tuple[Settings, Path]:
    """A service with this member that does not run yet, and the file that tells the member's cards.
    `kiosks`: folders of identities."""
    made = Settings(
        folder / "service",
        TENANT,
        "DE",
        "sqlite:store.db",
        card_hosts=(stand.DEMO_HOST,),
        test_cards=True,
        lookups_per_minute=1e6,
        lookup_burst=1_000_000,
    )
    stand.make_stand(made, [folder / name for name in kiosks], [profile])
    return made, stand.make_demo_cards(made, profile)


def serve(folder: Path, settings: Settings) -> Running:
    """It runs, and the kiosk's identity leads there."""
    running = Running(settings)
    running.identity(folder / "identity")
    return running


@dataclass(frozen=True)
class Plastic:
    """The cards that `cards` tells."""

    folder: Path
    cards: Path

    def card(self, name: str) -> VirtualCard:
        """`loyalty`, `sun` or another one of the purse; its counter begins anew."""
        self.folder.mkdir(exist_ok=True)
        return Purse(self.folder, self.cards).take_out(name).cards[0]

    def traces(self, name: str) -> dict[str, dict[str, bytes]]:
        """Needles by what they tell of this card: its number, and its proof."""
        card = self.card(name)
        found = {"uid": _number_forms(card.uid)}
        if isinstance(card, NtagCard):
            told = bytes.fromhex(json.loads(self.cards.read_text())["token"]["ndef"])
            found["token"] = dict(_pieces("token", bytes(ndef.decode(told)[0].payload)))
        if isinstance(card, SunCard):
            found["link"] = {}
            for link in _links(card):
                proof = link[link.index("?") :].encode()
                found["link"] |= dict(_pieces(f"link {card.counter}", proof, LETTERS, EVERY_LETTER))
        return found


def _links(card: SunCard) -> Iterator[str]:
    """The next links; another card of the same keys makes the same ones."""
    for _ in range(LINKS):
        card.power()
        card.select(0x04, NDEF_AID)
        card.select(0x00, NDEF_FILE.to_bytes(2, "big"))
        data = card.read_binary(0, 0xF0)
        yield ndef.uri(ndef.decode(data[2 : 2 + int.from_bytes(data[:2], "big")])[0]) or ""


def _number_forms(uid: bytes) -> dict[str, bytes]:
    text = uid.hex().upper()
    found = {"bytes": uid, "backwards": uid[::-1]}
    for name, each in (("HEX", text), ("hex", text.lower()), ("blanks", uid.hex(" ").upper())):
        found |= {name: each.encode(), f"{name} utf-16le": each.encode("utf-16-le")}
    return found | {f"base64+{skipped}": base64_of(uid, skipped) for skipped in range(3)}


def _pieces(
    what: str, data: bytes, piece: int = PIECE, every: int = EVERY
) -> Iterator[tuple[str, bytes]]:
    """Every few bytes a few bytes, but for the head, which all proofs share."""
    for at in range(every, len(data) - piece, every):
        yield f"{what} at {at}", data[at : at + piece]
