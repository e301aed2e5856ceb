"""`./run drivers trace ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from drivers.tools.words import Tools, verbs
from kiosk.errors import ConfigError, Unavailable

EXAMPLES = """examples:
  ./run drivers terminal status --at tcp://127.0.0.1:20007 --trace wire.jsonl
  ./run drivers trace show wire.jsonl
  ./run drivers trace pcap wire.jsonl --out wire.pcap
  tshark -r wire.pcap -d tcp.port==20007,zvt
"""


def add(tools: Tools) -> None:
    """`trace show|pcap`."""
    trace = verbs(tools, "trace", "what --trace kept of a terminal's line", EXAMPLES)
    show = trace.add_parser(
        "show",
        help="a line for every message",
        description="Time, direction, message and what it says, as it was kept: card numbers but"
        " their last four digits, tracks, card identities and passwords are masked.",
    )
    show.add_argument("file", type=Path, metavar="FILE")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    show.set_defaults(run=_show)
    pcap = trace.add_parser(
        "pcap",
        help="a capture file for Wireshark",
        description="Each message as a TCP segment to or from port 20007. The addresses 192.0.2.1"
        " (till) and 192.0.2.2 (terminal) are made up. A file that is there is replaced.",
    )
    pcap.add_argument("file", type=Path, metavar="FILE")
    pcap.add_argument("--out", type=Path, required=True, metavar="FILE", help="the capture")
    pcap.set_defaults(run=_pcap)


def _show(options: argparse.Namespace) -> int:
    import json

    from drivers.tools.trace_file import as_json, rows_of, shown

    for row in rows_of(options.file):
        print(json.dumps(as_json(row), ensure_ascii=False) if options.json else shown(row))
    return 0


def _pcap(options: argparse.Namespace) -> int:
    from drivers.tools.pcap import capture
    from drivers.tools.trace_file import rows_of

    data = b"".join(capture(rows_of(options.file)))  # before a file is touched
    try:
        if options.out.exists() and options.out.samefile(options.file):
            raise ConfigError(f"{options.out}: the capture would replace the trace it is made of")
        fd = os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(data)
    except OSError as error:
        raise Unavailable(f"{options.out}: {error.strerror}") from error
    return 0
