"""What is sent when a customer withdraws: what they showed, and a hash of what they read."""

from __future__ import annotations

import hashlib

from kiosk.screens.consent import VERSION, withdrawal_text
from kiosk.vault import Shown
from kiosk.words import Language, words_of
from service.wire.consent import CONSENT_BYTES, Act, Decision, put_decision


def body_of(shown: Shown, language: Language) -> bytearray:
    """The body of the request; the caller wipes it. Raises Malformed."""
    text = withdrawal_text(words_of(language))
    digest = hashlib.sha256(text.encode()).digest()
    body = bytearray(CONSENT_BYTES)
    decision = Decision(Act.WITHDRAW, VERSION, language.value, digest)
    put_decision(memoryview(body), shown.kind, shown.data, decision)
    return body
