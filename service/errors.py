"""What can go wrong at the service, by what the caller may do.

ServiceError
  SettingsError      stop at start; the message names the key or file and the remedy
  StoreAway          the database does not answer or cannot keep anything: 503, ask later
  Refusal(reason)    the request is not accepted: one outer answer for all reasons, the reason is logged
"""

from __future__ import annotations

from enum import StrEnum


class ServiceError(Exception):
    """The root of the family; messages are for operators and hold nobody's data."""


class SettingsError(ServiceError):
    """Settings, keys or certificates cannot be used."""


class StoreAway(ServiceError):
    """The store is gone or full. Nothing of what was asked is kept."""


class Reason(StrEnum):
    """Why a request was refused: for the log and the metrics, never for who asked."""

    SIZE = "size"
    MALFORMED = "malformed"
    KEY_UNKNOWN = "key_unknown"
    NOT_OPENED = "not_opened"
    NO_PEER = "no_peer"
    KIOSK_UNKNOWN = "kiosk_unknown"
    KIOSK_REVOKED = "kiosk_revoked"
    PEER_FOREIGN = "peer_foreign"
    """The line's certificate belongs to another kiosk than the one who signed."""
    FORGED = "forged"
    REPLAY = "replay"
    INVITE = "invite"
    TOO_OFTEN = "too_often"
    NO_PIECE = "no_piece"
    """A catalogue that is not kept here, or not so long."""
    TAKEN = "taken"
    """A receipt's name that belongs to another receipt."""


class Refusal(ServiceError):
    """Not accepted. `status` is the outer answer."""

    def __init__(self, reason: Reason, status: int = 400) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.status = status
