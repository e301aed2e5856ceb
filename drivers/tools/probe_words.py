"""`./run drivers terminal probe`: its words, and what they do."""

from __future__ import annotations

import argparse
import json
import re

from drivers.tools.words import Tools
from kiosk.errors import ConfigError

PORTS = (20007, 20008, 22000, 5001, 1000)
"""Where terminals listen: the standard's, its service port, Feig's, and two seen in estates."""
PORTS_MOST = 8
EX_UNAVAILABLE = 69
EXAMPLES = """examples:
  ./run drivers terminal probe 127.0.0.1
  ./run drivers terminal probe terminal.example --ports 20007,22000 --json
"""


def add(verbs: Tools) -> None:
    """`terminal probe HOST`."""
    probe = verbs.add_parser(
        "probe",
        help="on which port of a host a terminal answers, and what else does",
        description="Tries the usual ports of this one host, and asks an open one for its status"
        " (05 01, which needs no password and takes no money). Exit code: 0 a ZVT terminal was"
        " found, 69 none.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    probe.add_argument("host", type=_host, metavar="HOST", help="a name or an address, no URL")
    probe.add_argument(
        "--ports",
        type=_ports,
        default=PORTS,
        metavar="PORT,...",
        help=f"at most {PORTS_MOST} (default {','.join(map(str, PORTS))})",
    )
    probe.add_argument("--json", action="store_true", help="one JSON object")
    probe.set_defaults(run=_probe)


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_.:%-]{1,253}", text) or text.startswith("-"):
        raise argparse.ArgumentTypeError(f'"{text}" is no host; write a name or an address')
    return text


def _ports(text: str) -> tuple[int, ...]:
    words = text.split(",")
    ports = tuple(dict.fromkeys(int(word) for word in words if re.fullmatch("[0-9]{1,5}", word)))
    if not re.fullmatch("[0-9,]+", text) or not all(0 < port < 65_536 for port in ports):
        ports = ()
    if not 0 < len(ports) <= PORTS_MOST:
        raise argparse.ArgumentTypeError(
            f'"{text}": write 1 to {PORTS_MOST} ports like 20007,22000'
        )
    return ports


def _probe(options: argparse.Namespace) -> int:
    from drivers.tools.probe import Finding, probe
    from drivers.tools.probe_remedies import REMEDIES

    try:
        answers = probe(options.host, options.ports)
    except UnicodeError as error:  # what the resolver makes of an odd name
        raise ConfigError(f'"{options.host}" is no host name') from error
    found = any(answer.finding is Finding.ZVT for answer in answers)
    if options.json:
        rows = [answer.as_json() | {"remedy": REMEDIES[answer.finding]} for answer in answers]
        print(json.dumps({"host": options.host, "found": found, "ports": rows}))
        return 0 if found else EX_UNAVAILABLE
    for answer in answers:
        print(f"{answer.port:5}  {answer.says}")
        print(f"{'':5}  -> {REMEDIES[answer.finding]}")
    return 0 if found else EX_UNAVAILABLE
