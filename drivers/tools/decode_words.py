"""`./run drivers decode ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from drivers.tools.words import Tools

EXAMPLES = """examples:
  echo 06010a04000000001010490978 | ./run drivers decode zvt
  echo d10114550473686f702e6578616d706c652f6d3f69643d31 | ./run drivers decode ndef
  zbarcam --raw | ./run drivers decode token
  ./run drivers decode escpos receipt.bin --text
  ./run drivers decode escpos receipt.bin --png receipt.png --profile tm-t88vi
  nc -l 9100 | ./run drivers decode escpos - --json
"""

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT, EX_IOERR = 64, 65, 66, 73, 74


def add(tools: Tools) -> None:
    """`decode zvt|ndef|token|escpos`."""
    decode = tools.add_parser(
        "decode",
        help="lines on standard input to JSON lines; printer bytes to text and pictures",
        description="zvt, ndef, token: each line on standard input gives one JSON object: what it"
        " says, or `error` and `offset`. zvt, ndef: hex. token: OK1: and Base45, Base45 alone, or"
        " hex. What a customer's card or code holds is shown with --show only. escpos: the bytes"
        " of FILE as commands with their offsets, unknown ones named (then the exit code is 65);"
        " with --text as what stands on paper, with --png as a picture at printer dots.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    decode.add_argument("protocol", choices=["zvt", "ndef", "token", "escpos"])
    decode.add_argument("file", nargs="?", metavar="FILE", help="escpos: printer bytes, or -")
    decode.add_argument("--text", action="store_true", help="escpos: what can be read on paper")
    decode.add_argument("--json", action="store_true", help="escpos: a JSON object a command")
    decode.add_argument(
        "--png", type=Path, metavar="OUT", help="escpos: a picture; further pieces to OUT-2, OUT-3"
    )
    decode.add_argument(
        "--profile",
        default="standard",
        choices=_Printers(),
        metavar="NAME",
        help="escpos: whose paper: %(choices)s (default standard)",
    )
    decode.add_argument("--show", action="store_true", help="links, texts and pseudonyms, too")
    decode.add_argument(
        "--issuer",
        type=_issuer,
        metavar="HEX",
        help="Ed25519 public key of the service; a token's signature is checked with it",
    )
    decode.set_defaults(run=_decode)


class _Printers:
    """The kinds of printers, imported when somebody asks."""

    def __iter__(self) -> Iterator[str]:
        from drivers.printer.profiles import PROFILES

        return iter(PROFILES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def _issuer(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise argparse.ArgumentTypeError("an Ed25519 public key has 64 hex digits")
    return key


def _printer_bytes(name: str) -> bytes:
    """Of a file or of standard input. Raises OSError."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _decode_escpos(options: argparse.Namespace) -> int:
    from drivers.printer.profiles import profile_of
    from drivers.tools import decode_escpos

    if not options.file:
        print("drivers: decode escpos needs a FILE, or - for standard input", file=sys.stderr)
        return EX_USAGE
    try:
        data = _printer_bytes(options.file)
    except OSError as error:
        print(f"drivers: {options.file}: {error.strerror}", file=sys.stderr)
        return EX_NOINPUT
    profile = profile_of(options.profile)
    lines = list(decode_escpos.lines(data))
    if options.text:
        print(decode_escpos.text(data, profile), end="")
    elif options.json or not options.png:
        for line in lines:
            print(line.as_json if options.json else line.text)
    strange = [line for line in lines if not line.known]
    for line in strange if options.text or options.png else ():
        print(f"drivers: unknown at {line.offset}: {line.data.hex(' ')}", file=sys.stderr)
    try:
        for path in decode_escpos.pictures(data, profile, options.png) if options.png else ():
            print(path, file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"drivers: {options.png}: {error}", file=sys.stderr)
        return EX_CANTCREAT
    return EX_DATAERR if strange else 0


def _decode(options: argparse.Namespace) -> int:
    if options.protocol == "escpos":
        return _decode_escpos(options)
    if options.file or options.png or options.text or options.json:
        print("drivers: FILE, --text, --json and --png belong to escpos", file=sys.stderr)
        return EX_USAGE
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from drivers.tools.decode import decode_hex, decode_lines, decode_ndef
    from drivers.tools.decode_token import decode_token

    if sys.stdin is None:
        print("drivers: decode reads standard input, which is closed", file=sys.stderr)
        return EX_IOERR
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no text is no hex either
    issuer = Ed25519PublicKey.from_public_bytes(options.issuer) if options.issuer else None
    decoders = {
        "zvt": decode_hex,
        "ndef": lambda line: decode_ndef(line, show=options.show),
        "token": lambda line: decode_token(line, issuer, show=options.show),
    }
    for line in decode_lines(sys.stdin, decoders[options.protocol]):
        print(line, flush=True)
    return 0
