"""What comes of checking a proof: what it proves, or why it proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.wire.messages import EvidenceKind


class Why(StrEnum):
    """Why a proof is refused: for the log and the metrics, never for who asked."""

    MALFORMED = "malformed"
    CHANGING_NUMBER = "changing_number"
    """A UID that the card rolls anew each time it is asked, as phones do."""
    FOREIGN_HOST = "foreign_host"
    FOREIGN_ISSUER = "foreign_issuer"
    """Signed under a key that is not ours."""
    FORGED = "forged"
    """Made without the key it claims."""
    WRONG_USE = "wrong_use"
    """A card's token shown as a code, or the other way round."""
    OTHER_CARD = "other_card"
    """A token that was copied to another card than the one it was issued for."""
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    UNKNOWN_CARD = "unknown_card"
    REVOKED = "revoked"
    REPLAYED = "replayed"
    """Used before, in another showing."""
    ROLLED_BACK = "rolled_back"
    """A counter that is not above the highest that was seen, and of no showing we know."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that holds as far as it can tell by itself.

    `reference`: what the card is known by, to be blinded. `showing`: 16 random bytes of the kiosk,
    empty for a plain number. `serial`: the card's counter, 0 for a code that counts once, None where
    a proof may be shown again. `issued`, `expires`: Unix milliseconds, 0 where nothing says so.
    """

    kind: EvidenceKind
    level: int
    reference: bytes
    showing: bytes = b""
    serial: int | None = None
    issued: int = 0
    expires: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """It proves nothing."""

    why: Why


Verdict = Proof | Rejected
