"""Proofs of cards and codes at the service: how many one core verifies in a second."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.rows import Row, seconds_each
from service.keys import Keys
from service.proofs import sun
from service.proofs.table import Checker
from service.proofs.verdict import Proof
from service.settings import Settings
from service.wire.messages import Evidence
from service.wire.token import Claims
from tests.card_stand import HOST, SunCard, code_of, shown
from tests.card_stand import Proof as Held

CARDS = 64
"""Different ones in turn, so that nothing of one is at hand for the next."""
NOW = 1_795_000_000_000


class Stage:
    """A checker, and proofs of many cards that it takes."""

    def __init__(self) -> None:
        master, issuer = secrets.token_bytes(16), Ed25519PrivateKey.generate()
        keys = cast("Keys", SimpleNamespace(masters={1: master}, issuers={1: issuer}))
        settings = Settings(Path(), "bench", "DE", "sqlite:store.db", card_hosts=(HOST,))
        self.checker = Checker(settings, keys)
        made = sun.card_keys(master, settings.card_system)
        uids = [b"\x04" + secrets.token_bytes(6) for _ in range(CARDS)]
        self.aes = [SunCard(uid, made.shared, made.own(uid)).tap() for uid in uids]
        self.lrp = [SunCard(uid, made.shared, made.own(uid), lrp=True).tap() for uid in uids]
        now = NOW // 1000
        self.codes = [
            code_of(Claims(secrets.token_bytes(16), now, now + 60, once=True), issuer) for _ in uids
        ]

    def turns(self, proofs: list[Held]) -> Callable[[], None]:
        """Checks one of them at each call, in turn. Raises AssertionError for one that does not hold."""
        showings = cycle([Evidence(*shown(proof)) for proof in proofs])

        def one() -> None:
            if not isinstance(self.checker.check(next(showings), NOW), Proof):
                raise AssertionError("a proof that does not hold")

        return one


def cards_service() -> list[Row]:
    """From the evidence as a kiosk forwards it to a proof; the store is not in it."""
    stage = Stage()
    return [
        _row("SUN by AES verified", stage.turns(stage.aes), 20_000),
        _row("SUN by LRP verified", stage.turns(stage.lrp), 1_000),
        _row("code (COSE, Ed25519) verified", stage.turns(stage.codes), 3_000),
    ]


def _row(name: str, one: Callable[[], None], aim: float) -> Row:
    each = seconds_each(one, round(aim / 4))
    return Row("cards", name, 1 / each, "/s", aim, "higher")
