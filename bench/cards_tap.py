"""From a card that is held to its holder's greeting: a real kiosk, a real service, a simulated chip."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.rows import Row, percentile
from bench.service_stage import make_settings
from kiosk.beside import Lab
from kiosk.demo import ARTICLES
from service.stand import DEMO_HOST, make_demo_cards, make_stand
from tests.service_process import Running

TAPS = 100
AIM_MS = 60
HELD_MS = 150
"""For the reader's own looks into the field: a pause of 120 ms, and two questions to the chip."""
PAINTED_MS = 100
"""A frame takes up to 17 ms, and the strip that greets comes in with a movement."""


def tap() -> list[Row]:
    """The reader's own looking for cards apart from all that follows."""
    with tempfile.TemporaryDirectory(prefix="bench-cards-") as name:
        folder = Path(name)
        settings = replace(make_settings(folder / "service"), card_hosts=(DEMO_HOST,))
        make_stand(settings, [folder / "identity"])
        cards = make_demo_cards(settings)
        central = Running(settings)
        central.identity(folder / "identity")
        lab = Lab(folder / "lab", 0, ARTICLES, cards)
        try:
            told = child("bench.cards_kiosk", name, json.dumps(lab.addresses), str(TAPS))
        finally:
            lab.stop()
            central.stop()
    return [
        _row("card held -> found by the reader", told["held"], 0.5, HELD_MS),
        _row("card held -> found by the reader", told["held"], 0.99, HELD_MS),
        _row("found -> greeting published", told["published"], 0.5, AIM_MS),
        _row("found -> greeting published", told["published"], 0.99, AIM_MS),
        _row("found -> greeting painted", told["painted"], 0.99, PAINTED_MS),
    ]


def _row(name: str, values: list[float], share: float, aim: float) -> Row:
    return Row(
        "cards", f"{name}, p{share * 100:.0f}", percentile(values, share), "ms", aim, "lower"
    )


def child(module: str, *words: str, **environment: str) -> dict[str, Any]:
    """What a measured process of ours prints last."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
