"""`./run service init|serve|keys|audit|migrate|status`: making and running a service."""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from service.clock import SystemClock
from service.errors import SettingsError
from service.files import read_secret, write_secret
from service.keys import DAY, confirm_clock, extend, new_pepper, rotate
from service.server import Service, public_keys, serve
from service.settings import Settings, load, settings_of, write
from service.setup import initialise, make_server_certificate, offline_key, store_url
from service.stand import DEMO_HOST, make_demo_cards, make_stand
from service.store.schema import migrate
from service.telemetry import log_to_stderr
from service.tools.session import Session, run, show
from service.verify import verify
from service.wire.keyset import Use

RECEIPTS_EXAMPLES = """examples:
  ./run service receipts                     plain, on 127.0.0.1:8445: TLS is done in front of it
  ./run service --at public receipts         another folder: its service.toml names the same database
  curl -i http://127.0.0.1:8445/b/...        what a customer gets
  curl http://127.0.0.1:9445/metrics         how requests ended

Settings, a reverse proxy and what is promised to customers: docs/service.md, "Receipts by link".
"""
DOORS = ("kiosks", "enrolment", "operations", "receipts", "receipts_operations")
KEY_ACTS = ("status", "extend", "rotate", "pepper", "certificate", "confirm-clock")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    init = verbs.add_parser("init", help="a new service in --at")
    init.add_argument("--tenant", required=True, help="whose customers, like markt-am-weg")
    init.add_argument("--region", required=True, help="where personal data is stored, like DE")
    init.add_argument("--store", default="sqlite:store.db")
    init.add_argument("--host", default="localhost", help="the name kiosks reach it by")
    init.add_argument("--offline", type=Path, help="folder of the offline keys (AT-offline)")
    init.add_argument("--test-cards", action="store_true", help="take typed numbers for cards")
    init.set_defaults(run=_init)
    start = verbs.add_parser("serve", help="serve kiosks until told to stop")
    start.add_argument("--process", type=int, help=argparse.SUPPRESS)
    start.add_argument("--with-parent", action="store_true", help="end with standard input")
    start.set_defaults(run=_serve)
    public = verbs.add_parser(
        "receipts",
        help="show receipts to who has their link (a process of its own)",
        epilog=RECEIPTS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    public.add_argument("--with-parent", action="store_true", help="end with standard input")
    public.add_argument("--quiet", action="store_true", help="log warnings only")
    public.set_defaults(run=_receipts)
    demo = verbs.add_parser("demo", help="a service with one kiosk and one member, to play with")
    demo.add_argument("--identity", type=Path, required=True, help="the kiosk's identity folder")
    demo.add_argument("--with-parent", action="store_true", help="end with standard input")
    demo.set_defaults(run=_demo)
    keys = verbs.add_parser("keys", help="how long the keys last; make those of the next weeks")
    keys.add_argument("act", choices=KEY_ACTS)
    keys.add_argument("--offline", type=Path, help="where the offline keys are mounted")
    keys.set_defaults(run=_keys)
    audit = verbs.add_parser("audit", help="check the audit's chains, signatures and ends")
    audit.add_argument("act", choices=("verify",))
    audit.set_defaults(run=_audit)
    schema = verbs.add_parser("migrate", help="bring the store to this program's version, or back")
    schema.add_argument("--to", default="head", help="a version, or base for nothing")
    schema.set_defaults(run=_migrate)
    verbs.add_parser("status", help="numbers, gaps, alarms").set_defaults(run=_status)


def _init(options: argparse.Namespace) -> int:
    offline = options.offline or options.at.with_name(options.at.name + "-offline")
    settings = settings_of(
        options.at,
        {
            "tenant": options.tenant,
            "region": options.region,
            "store": options.store,
            "host": options.host,
            "test_cards": options.test_cards,
        },
    )
    initialise(settings, offline, SystemClock().now_ms())
    print(f"Made in {options.at}. Now take {offline} away: it holds the keys that make keys.")
    print(f"You need it again for `./run service keys extend` in at most {_days(settings)} days.")
    return 0


def _days(settings: Settings) -> int:
    from service.keys import Keys

    keys = public_keys(settings, Keys(settings.folder / "keys"))
    return int((keys.last_day(Use.LOOKUP) - SystemClock().now_ms()) // DAY)


# --- serving --------------------------------------------------------------------------------------


def _serve(options: argparse.Namespace) -> int:
    settings = load(options.at)
    log_to_stderr()
    _set_limits()
    if options.with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    if settings.processes > 1 and options.process is None:
        return _supervise(options.at, settings.processes)
    import uvloop

    uvloop.run(serve(settings, options.process or 0, _announce))
    return 0


def _receipts(options: argparse.Namespace) -> int:
    """The public process: it needs the settings and the store, and no key."""
    from service.receipts.serving import PublicReceipts, serve_receipts

    def announce(public: PublicReceipts) -> None:
        print(json.dumps({name: public.place(name) for name in public.sockets}), flush=True)

    settings = load(options.at)
    log_to_stderr(logging.WARNING if options.quiet else logging.INFO)
    _set_limits()
    if options.with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    import uvloop

    uvloop.run(serve_receipts(settings, announce))
    return 0


def _demo(options: argparse.Namespace) -> int:
    """A service that nobody has to set up: what it made is found again the next time."""
    import uvloop

    log_to_stderr(logging.WARNING)
    _set_limits()
    if options.with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    if (options.at / "service.toml").exists():
        older = load(options.at)
        if not older.test_cards:
            raise SettingsError("test_cards: is off, so this is a shop's service and no demo")
        migrate(store_url(older))
        if DEMO_HOST not in older.card_hosts:
            older = replace(older, card_hosts=(*older.card_hosts, DEMO_HOST))
        write(replace(older, receipts="127.0.0.1:0", receipts_operations="127.0.0.1:0"))
    else:
        doors = dict.fromkeys(DOORS, "127.0.0.1:0")
        told = {"tenant": "demo", "region": "DE", "store": "sqlite:store.db", "test_cards": True}
        told["card_hosts"] = [DEMO_HOST]
        make_stand(settings_of(options.at, {**told, **doors}), [options.identity])
    make_demo_cards(load(options.at))

    def announce(service: Service) -> None:
        path = options.identity / "identity.json"
        identity = json.loads(read_secret(path))
        identity["port"] = int(service.place("kiosks").rpartition(":")[2])
        write_secret(path, json.dumps(identity).encode())
        _announce(service)

    uvloop.run(serve(load(options.at), 0, announce))
    return 0


def _announce(service: Service) -> None:
    if service.process == 0:
        print(json.dumps({name: service.place(name) for name in service.sockets}), flush=True)


def _set_limits() -> None:
    """No core image, since it would hold customers; and as many lines as the machine allows."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _end_with_input() -> None:
    """Who started us holds our input open; when they die, we end, too."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _supervise(folder: Path, count: int) -> int:
    """One process a core; if one dies, all end: whoever started us starts us anew."""
    command = [sys.executable, "-m", "service", "--at", str(folder), "serve", "--with-parent"]
    children: list[subprocess.Popen[bytes]] = []
    asked = threading.Event()

    def pass_on(number: int, frame: FrameType | None) -> None:
        del frame
        if number != signal.SIGHUP:
            if asked.is_set():  # once: a second one would meet a process that has let go already
                return
            asked.set()
        for child in children:
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    for n in range(count):  # each holds our end of a pipe: when we die, however, they end, too
        started = [*command, "--process", str(n)]
        children.append(subprocess.Popen(started, stdin=subprocess.PIPE))  # noqa: S603 - ourselves
    pid, status = os.wait()
    pass_on(signal.SIGTERM, None)
    codes = [os.waitstatus_to_exitcode(status)]
    codes += [child.wait() for child in children if child.pid != pid]
    # Killed by a signal is no success: who supervises us must start us anew.
    return max(128 - code if code < 0 else code for code in codes)


# --- the rest -------------------------------------------------------------------------------------


def _keys(options: argparse.Namespace) -> int:
    settings, now = load(options.at), SystemClock().now_ms()
    folder = settings.folder / "keys"
    if options.act in ("extend", "rotate"):
        key = offline_key(options.offline or options.at.with_name(options.at.name + "-offline"))
        (extend if options.act == "extend" else rotate)(folder, key, settings.tenant, now)
    elif options.act == "pepper":
        new_pepper(folder)
    elif options.act == "confirm-clock":
        confirm_clock(folder, now, jump=True)
    elif options.act == "certificate":
        make_server_certificate(settings, now)
    from service.keys import Keys

    keys = public_keys(settings, Keys(folder))
    told = {"version": keys.version, "lookup_days": 0.0, "outbox_days": 0.0}
    for use in (Use.LOOKUP, Use.OUTBOX):
        told[f"{use.value}_days"] = round((keys.last_day(use) - now) / DAY, 1)
    lines = [
        (
            f"Key set {keys.version}: lookup keys for {told['lookup_days']} days, outbox keys for "
            f"{told['outbox_days']} days."
        )
    ]
    if options.act != "status":
        lines.append("A running service takes it in within a minute, or at once on SIGHUP.")
    show(told, as_json=options.json, lines=lines)
    return 0


def _audit(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        report = await verify(session.store, session.keys, session.settings.folder / "witness")
        told = {
            "entries": report.entries,
            "checkpoints": report.checkpoints,
            "chains": report.chains,
            "findings": report.findings,
        }
        whole = "all stand" if not report.findings else f"{len(report.findings)} findings"
        lines = [
            *report.findings,
            f"{report.entries} entries, {report.checkpoints} checkpoints: {whole}.",
        ]
        show(told, as_json=options.json, lines=lines)
        return 1 if report.findings else 0

    return run(options.at, act)


def _migrate(options: argparse.Namespace) -> int:
    migrate(store_url(load(options.at)), options.to)
    return 0


def _status(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        counts = await session.store.counts()
        gaps = await session.store.gaps()
        alarms = await session.store.alarms(20)
        lines = [f"{name:<10} {count}" for name, count in counts.items()]
        lines += [
            f"gap        kiosk {gap.kiosk.hex()}: sales after {gap.contiguous} up to {gap.highest} "
            "are incomplete"
            for gap in gaps
        ]
        lines += [
            f"alarm      {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} {kind} "
            f"{kiosk.hex()} {detail}".rstrip()
            for at, kind, kiosk, detail in alarms
        ]
        told = {
            "counts": counts,
            "gaps": [
                {"kiosk": gap.kiosk.hex(), "contiguous": gap.contiguous, "highest": gap.highest}
                for gap in gaps
            ],
            "alarms": [
                {"at": at, "kind": kind, "kiosk": kiosk.hex()} for at, kind, kiosk, _ in alarms
            ],
        }
        show(told, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)
