"""`drivers terminal register`, `status`, `diagnose` and so on: what moves no money."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from drivers.tools.asking import memory_of
from drivers.tools.till import (
    EX_TEMPFAIL,
    EX_UNAVAILABLE,
    REFUSED,
    Facts,
    refusal,
    slips_of,
    tell,
    till,
)
from drivers.tools.waiting import wait_until_ready
from drivers.zvt import charsets
from drivers.zvt.client import Client
from drivers.zvt.link import Registered
from drivers.zvt.message import REGISTRY
from drivers.zvt.results import Done, Refused
from kiosk.checkout.events import Transaction
from kiosk.ports import Unavailable

WANTS = {
    0x01: "initialisation: drivers terminal initialise",
    0x02: "diagnosis: drivers terminal diagnose",
    0x04: "an OPT action: call the terminal's service",
}
"""Bits of the status byte that ask for something (2.1)."""
VENDING = 0x10
KINDS = {"line": 1, "extended": 2, "configuration": 3, "emv": 4}
"""Tag 1B: how thorough a diagnosis is."""
_NAMES = {number: name for name, number in charsets.NAMES.items()}


def register(options: argparse.Namespace) -> int:
    """Register, and tell what was agreed on."""
    with till(options) as client:
        client.link.open()
        tell(options, {"outcome": "done", **_agreed(client.link.registered)})
    return 0


def _agreed(found: Registered) -> Facts:
    return {
        "terminal_id": found.terminal_id,
        "charset": _NAMES.get(found.charset, f"{found.charset:02X}"),
        "containers": found.containers,
        "message_ids": found.numbered,
        "status_byte": f"{found.status:02X}",
        "wants": [what for bit, what in WANTS.items() if found.status & bit],
        "vending": bool(found.status & VENDING),
        "commands": [_named(control) for control in sorted(found.commands)],
    }


def _named(control: int) -> str:
    kind = REGISTRY.get(control)
    return f"{control:04X} {kind.__name__}" if kind else f"{control:04X}"


def status(options: argparse.Namespace) -> int:
    """Its last transaction and its condition; 69 where it is not ready."""
    with till(options) as client:
        condition = client.status()
        facts: Facts = {"state": "not_ready" if condition.code else "ready"}
        try:
            memory = memory_of(client)
        except Unavailable as error:
            facts |= {"state": "not_ready", "detail": str(error)}
        else:
            facts |= {"terminal_id": memory.terminal_id, **_last(memory.last)}
    facts |= {"code": f"{condition.code:02X}", "condition": condition.english}
    facts |= {"remedy": condition.next.value, "version": condition.version}
    tell(options, facts)
    return 0 if facts["state"] == "ready" else EX_UNAVAILABLE


def _last(last: Transaction | None) -> Facts:
    if last is None:
        return {}
    return {
        "trace": last.trace,
        "receipt": last.receipt,
        "amount": last.amount.minor,
        "result": last.result,
        "at": last.at.isoformat() if last.at else None,
    }


def brief(act: Callable[[Client, argparse.Namespace], Done | Refused]) -> Callable[..., int]:
    """A verb that is done or refused, and has nothing else to tell but slips and a clock."""

    def run(options: argparse.Namespace) -> int:
        with till(options) as client:
            done = act(client, options)
        return _told(options, done)

    return run


def _told(options: argparse.Namespace, done: Done | Refused) -> int:
    if isinstance(done, Refused):
        tell(options, refusal(done))
        return REFUSED
    clock = {"host_clock": done.clock.isoformat()} if done.clock else {}
    tell(options, {"outcome": "done", **clock, **slips_of(done.slips)})
    return 0


@brief
def abort(client: Client, _: argparse.Namespace) -> Done | Refused:
    """Give a card back, or take a text away."""
    return client.abort()


@brief
def diagnose(client: Client, options: argparse.Namespace) -> Done | Refused:
    """Call the host."""
    return client.diagnose(KINDS[options.kind] if options.kind else None)


@brief
def initialise(client: Client, _: argparse.Namespace) -> Done | Refused:
    """Send an initialisation to the host."""
    return client.initialise()


@brief
def set_clock(client: Client, options: argparse.Namespace) -> Done | Refused:
    """This machine's time, or the one given."""
    at: datetime | None = options.when
    return client.set_clock(at or client.link.clock.now())


@brief
def self_test(client: Client, _: argparse.Namespace) -> Done | Refused:
    """Let it test itself."""
    return client.self_test()


@brief
def log_off(client: Client, _: argparse.Namespace) -> Done | Refused:
    """The till leaves."""
    return client.log_off()


def update(options: argparse.Namespace) -> int:
    """Fetch new software, then wait until it is ready again."""
    with till(options) as client:
        done = client.update()
        if isinstance(done, Refused):
            return _told(options, done)
        client.link.close()
        facts: Facts = {"outcome": "done", **slips_of(done.slips)}
        facts |= wait_until_ready(client, options.wait)
    tell(options, facts)
    return 0 if facts["ready"] else EX_TEMPFAIL
