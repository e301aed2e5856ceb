"""The error family: what the caller may do.

KioskError
  ConfigError                     stop at start, name the key
  DeviceError(device)             never crosses a thread: the worker turns it into a DeviceFault
    Unavailable                   absent, busy, no permission: nothing was sent; back off
    Silent                        line lost after sending: the outcome is UNKNOWN; ask, never repeat
    ProtocolError                 close and reopen, outcome unknown
      LocalProtocolError          our bug
      RemoteProtocolError         the peer's
  JournalError                    stop selling
    DiskFull                      give the reserve back and finish what is under way
  LookupFailed                    go on anonymous; an exception of kiosk.lookup, never beyond it
    Unreachable                   nobody answered in time: try again later
    Refused                       the service answers, but not this: see `status`
    Forged                        somebody else answered: raise an alarm
"""

from __future__ import annotations


class KioskError(Exception):
    """The root of the family; the message is for staff and technicians."""


class ConfigError(KioskError):
    """The configuration cannot be used; the message names the key."""


class JournalError(KioskError):
    """What happened cannot be kept: stop selling."""


class DiskFull(JournalError):
    """There is no space for another record; giving back the reserve may help."""


class DeviceError(KioskError):
    """A device failed."""


class Unavailable(DeviceError):
    """Absent, busy, or not permitted. Nothing was sent, so the outcome is known."""


class Silent(DeviceError):
    """No answer after sending. The outcome is unknown: ask, never repeat."""


class ProtocolError(DeviceError):
    """Bytes or order that the protocol does not allow; the outcome is unknown."""


class LocalProtocolError(ProtocolError):
    """We broke the protocol: a bug of ours."""


class RemoteProtocolError(ProtocolError):
    """The device broke the protocol."""


class LookupFailed(KioskError):
    """The central service told nothing that can be used; selling goes on."""


class Unreachable(LookupFailed):
    """No line to the service, or no answer in time. `retry`: seconds it asked to wait, 0 if none."""

    def __init__(self, message: str, retry: float = 0.0) -> None:
        super().__init__(message)
        self.retry = retry


class Refused(LookupFailed):
    """The service does not take this question. `status`: of HTTP, 0 where it did not come to that."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Forged(LookupFailed):
    """What came was not made by the service for this question."""
