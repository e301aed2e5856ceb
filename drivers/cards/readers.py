"""Card readers by driver name, ready to be watched (`drivers.registry`)."""

from __future__ import annotations

from collections.abc import Callable

from drivers.cards.field import Field
from drivers.cards.reader import CardReader, OpenField
from kiosk.clock import Clock
from kiosk.ports import DeviceError
from kiosk.vault import Vault


def pcsc(address: str, *, clock: Clock, vault: Vault, hosts: frozenset[str]) -> CardReader:
    """A reader behind the PC/SC daemon. Raises ConfigError."""
    return CardReader(pcsc_field(address), clock=clock, vault=vault, hosts=hosts)


def pn532(address: str, *, clock: Clock, vault: Vault, hosts: frozenset[str]) -> CardReader:
    """A PN532 on a serial line. Raises ConfigError."""
    return CardReader(pn532_field(address, clock), clock=clock, vault=vault, hosts=hosts)


def nfcpy(address: str, *, clock: Clock, vault: Vault, hosts: frozenset[str]) -> CardReader:
    """A reader that nfcpy drives. Raises ConfigError."""
    return CardReader(nfcpy_field(address, clock), clock=clock, vault=vault, hosts=hosts)


def pcsc_field(address: str) -> OpenField:
    """How to open it. Raises ConfigError."""
    from drivers.cards.guarded import Guarded
    from drivers.cards.pcsc import PcscCalls, check_address

    check_address(address)
    # One for all times it is opened: it knows what hangs.
    guarded = Guarded(lambda: PcscCalls(address))

    def opened(stop: Callable[[], bool]) -> Field:
        guarded.stop = stop
        guarded.open()
        return guarded

    return opened


def pn532_field(address: str, clock: Clock) -> OpenField:
    """How to open it. Raises ConfigError."""
    from drivers.cards.pn532 import Pn532Field
    from drivers.line import check_address

    check_address(address)
    return lambda stop: Pn532Field(address, clock=clock, stop=stop)


def nfcpy_field(address: str, clock: Clock) -> OpenField:
    """How to open it. Raises ConfigError."""
    from drivers.cards.contactless import NfcpyField, check_address

    check_address(address)
    return lambda stop: NfcpyField(address, clock=clock, stop=stop)


FIND_SECONDS = 1.0


def plugged_in() -> tuple[str, ...]:
    """Names of real PC/SC readers; none where there is no daemon, or it does not answer soon."""
    from drivers.cards import pcsc as daemon
    from drivers.cards.guarded import within

    try:
        return within(daemon.readers, FIND_SECONDS) or ()
    except DeviceError:
        return ()


FIELDS: dict[str, Callable[[str, Clock], OpenField]] = {
    "pcsc": lambda address, clock: pcsc_field(address),  # noqa: ARG005 - it keeps no time
    "pn532": pn532_field,
    "nfcpy": nfcpy_field,
}
"""By driver name."""
