"""A journal that an earlier program wrote still replays: its digests are true to this one, too."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.checkout.decide import decide
from kiosk.checkout.states import State
from kiosk.journal import digest_of, read_event

WRITTEN = Path(__file__).with_name("journal_of_2026_11.json")
"""Sales with a central service, a decline, a stop, and two payments in doubt, as of November 2026."""


def test_what_an_earlier_program_decided_is_decided_again() -> None:
    """Fields that were added since are left out of both digests while they are as ever."""
    kept = json.loads(WRITTEN.read_text())
    state = State(kept["kiosk"], kept["epoch"])
    for number, (event, digest) in enumerate(kept["records"], 1):
        state = decide(state, read_event(json.dumps(event))).state
        assert digest_of(state) == digest, f"record {number}: {event['']}"
    assert number == 47
    assert state.receipts == 2
