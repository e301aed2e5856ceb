"""`./run drivers decode ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import io
import sys

from drivers.tools.words import Tools

EXAMPLES = """examples:
  echo 06010a04000000001010490978 | ./run drivers decode zvt
  echo d10114550473686f702e6578616d706c652f6d3f69643d31 | ./run drivers decode ndef
  zbarcam --raw | ./run drivers decode token
"""

EX_IOERR = 74


def add(tools: Tools) -> None:
    """`decode zvt|ndef|token`."""
    decode = tools.add_parser(
        "decode",
        help="lines on standard input to JSON lines",
        description="Each line gives one JSON object: what it says, or `error` and `offset`."
        " zvt, ndef: hex. token: OK1: and Base45, Base45 alone, or hex. What a customer's card or"
        " code holds is shown with --show only.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    decode.add_argument("protocol", choices=["zvt", "ndef", "token"])
    decode.add_argument("--show", action="store_true", help="links, texts and pseudonyms, too")
    decode.add_argument(
        "--issuer",
        type=_issuer,
        metavar="HEX",
        help="Ed25519 public key of the service; a token's signature is checked with it",
    )
    decode.set_defaults(run=_decode)


def _issuer(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise argparse.ArgumentTypeError("an Ed25519 public key has 64 hex digits")
    return key


def _decode(options: argparse.Namespace) -> int:
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
