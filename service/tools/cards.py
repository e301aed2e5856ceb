"""`./run service card ...`: issue cards and codes, list them, revoke one."""

from __future__ import annotations

import argparse
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.audit import Act
from service.files import write_secret
from service.issuing import CannotIssue, Issued, Issuer, Personalisation, issuer_of
from service.records import Damaged, MemberRow
from service.store.port import CardRow
from service.tools.members import found_member, subject_of
from service.tools.session import Session, complain, run, show
from service.wire.messages import EvidenceKind

WORDS = {
    EvidenceKind.COSE_TOKEN: "code",
    EvidenceKind.NDEF_TOKEN: "token",
    EvidenceKind.SUN: "sun",
    EvidenceKind.CARD_UID: "uid",
    EvidenceKind.FELICA_IDM: "idm",
}
EXAMPLES = """examples:
  ./run service card issue --card - --type code --out code.png     a code for one purchase, as a QR
  ./run service card issue --member ID --type token --uid 04A1B2C3D4E5F6 --out card.ndef
  ./run service card issue --member ID --type sun --uid 04A1B2C3D4E5F6
  ./run service card issue --member ID --type sun --uid 04A1B2C3D4E5F6 --lrp
  ./run service card issue --member ID --type uid --uid 04A1B2C3D4E5F6 --days 730
  ./run service card list --member ID
  ./run service card revoke CARD
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    plain = argparse.RawDescriptionHelpFormatter
    card = verbs.add_parser(
        "card", help="cards and codes of members", epilog=EXAMPLES, formatter_class=plain
    )
    acts = card.add_subparsers(metavar="ACT", required=True)
    new = acts.add_parser(
        "issue", help="a card or code for a member", epilog=EXAMPLES, formatter_class=plain
    )
    who = new.add_mutually_exclusive_group(required=True)
    who.add_argument("--member", dest="id", help="the member's id")
    who.add_argument("--card", help="their number; - reads it from standard input")
    new.add_argument(
        "--type",
        required=True,
        choices=sorted(WORDS.values()),
        help="code: a text for one purchase. token: signed, on an NFC tag. sun: an NTAG 424 DNA. "
        "uid, idm: the number a card has anyway, which anybody can copy",
    )
    new.add_argument("--uid", default="", help="the card's number, hexadecimal")
    new.add_argument(
        "--days", type=int, default=0, help="how long it counts; a code: 1 day at most"
    )
    new.add_argument("--tier", type=int, default=0, help="what a kiosk may grant offline, 0 to 255")
    new.add_argument("--out", type=Path, help="code: a PNG with the QR; token: the NDEF message")
    new.add_argument(
        "--lrp", action="store_true", help="sun: for a chip that is switched over from AES to LRP"
    )
    new.add_argument(
        "--show-key", action="store_true", help="sun: print the keys the card must be given"
    )
    new.set_defaults(run=_issue)
    every = acts.add_parser("list", help="what was issued; numbers of cards are not kept readable")
    every.add_argument("--member", default="", help="of this member only")
    every.set_defaults(run=_list)
    gone = acts.add_parser("revoke", help="refuse a card from now on, for ever")
    gone.add_argument("id", metavar="CARD", help="its id, as issue and list say it")
    gone.set_defaults(run=_revoke)


# --- issuing --------------------------------------------------------------------------------------

Making = Callable[[Issuer, argparse.Namespace, bytes, bytes], Awaitable[Issued | Personalisation]]


async def _code(
    issuer: Issuer, options: argparse.Namespace, member: bytes, number: bytes
) -> Issued:
    if number:
        raise CannotIssue("uid: a code lies on no card")
    return await issuer.code(member, hours=options.days * 24, tier=options.tier)


async def _token(
    issuer: Issuer, options: argparse.Namespace, member: bytes, number: bytes
) -> Issued:
    return await issuer.card_token(member, number, days=options.days, tier=options.tier)


async def _sun(
    issuer: Issuer, options: argparse.Namespace, member: bytes, number: bytes
) -> Personalisation:
    return await issuer.sun(member, number, days=options.days, lrp=options.lrp)


async def _uid(issuer: Issuer, options: argparse.Namespace, member: bytes, number: bytes) -> Issued:
    return await issuer.number(member, EvidenceKind.CARD_UID, number, days=options.days)


async def _idm(issuer: Issuer, options: argparse.Namespace, member: bytes, number: bytes) -> Issued:
    return await issuer.number(member, EvidenceKind.FELICA_IDM, number, days=options.days)


TYPES: dict[str, Making] = {"code": _code, "token": _token, "sun": _sun, "uid": _uid, "idm": _idm}


def _issue(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        member = await found_member(session, options)
        if member is None:
            return complain("no such member")
        if options.out and options.type not in ("code", "token"):
            return complain("out: only codes and tokens are written to a file")
        if options.lrp and options.type != "sun":
            return complain("lrp: only an NTAG 424 DNA speaks it, which is --type sun")
        try:  # the subject first: of a damaged member no card must be left behind
            subject = subject_of(session, member)
            made = await _made(session, options, member)
        except Damaged:
            return complain("the member's record is damaged")
        except CannotIssue as error:
            return complain(str(error))
        await session.audit(Act.CARD_ISSUED, subject=subject)
        told, lines = _told(made, options)
        fault = ""
        if options.out and isinstance(made, Issued):
            try:
                write_secret(options.out, made.ndef or qr_png(made.text))
                lines.append(f"Written to {options.out}, for you only to read.")
            except OSError as error:
                fault = f"out: {options.out}: {error.strerror}; it is issued, and told above only"
        show(told, as_json=options.json, lines=lines)
        return complain(fault) if fault else 0

    return run(options.at, act)


async def _made(
    session: Session, options: argparse.Namespace, member: MemberRow
) -> Issued | Personalisation:
    try:
        number = bytes.fromhex(options.uid)
    except ValueError:
        raise CannotIssue("uid: hexadecimal digits are wanted") from None
    issuer = await issuer_of(session.settings, session.keys, session.store, session.clock.now_ms())
    return await TYPES[options.type](issuer, options, member.id, number)


def _told(
    made: Issued | Personalisation, options: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    told = _row(made.row)
    lines = [f"Issued as {told['card']}, until {told['expires'] or 'it is revoked'}."]
    if isinstance(made, Issued):
        told |= {"code": made.text} if made.text else {"ndef": made.ndef.hex()} if made.ndef else {}
        lines += [made.text or made.ndef.hex()] if made.text or made.ndef else []
        return told, lines
    told |= {
        "uri": made.uri,
        "picc_offset": made.picc_offset,
        "mac_input_offset": made.mac_input_offset,
        "mac_offset": made.mac_offset,
    }
    if made.lrp:
        told |= {"lrp": True}
        lines.append(
            "Switch it over to LRP first: for good, and what it mirrored before is switched off then."
        )
    lines.append(f"Write this link into its NDEF file:  {made.uri}")
    lines.append(
        f"Mirror UID and counter, encrypted, at {made.picc_offset}; MAC input from "
        f"{made.mac_input_offset}; MAC at {made.mac_offset}."
    )
    keys = {"meta_key": made.meta_key.hex(), "file_key": made.file_key.hex()}
    if options.show_key:
        told |= keys
        lines += [f"SDMMetaReadKey {keys['meta_key']}", f"SDMFileReadKey {keys['file_key']}"]
    else:
        lines.append(
            "Its keys stay here. The same command with --show-key prints them, for the program that "
            "personalises the card: on a machine you trust, with nobody looking."
        )
    return told, lines


def qr_png(text: str) -> bytes:
    """A QR code, level M, as a PNG: eight pixels a module, with its quiet zone."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(text)
    found = io.BytesIO()
    code.make_image().save(found)
    return found.getvalue()


# --- listing and revoking -------------------------------------------------------------------------


def _row(row: CardRow) -> dict[str, Any]:
    return {
        "card": row.id.hex(),
        "type": WORDS[row.kind],
        "member": row.member.hex(),
        "standing": row.standing.value,
        "issued": _day(row.issued),
        "expires": _day(row.expires) if row.expires else "",
        "shown": row.counter + 1 if row.kind is EvidenceKind.COSE_TOKEN else row.counter,
    }


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="minutes")


def _list(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        rows = [_row(row) for row in await session.store.cards()]
        rows = [row for row in rows if options.member in ("", row["member"])]
        lines = [
            f"{row['standing']:<8} {row['card']}  {row['type']:<5}  of {row['member']}  "
            f"until {row['expires'] or 'revoked'}"
            for row in rows
        ]
        show({"cards": rows}, as_json=options.json, lines=lines or ["There are no cards yet."])
        return 0

    return run(options.at, act)


def _revoke(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        try:
            card = bytes.fromhex(options.id)
        except ValueError:
            return complain("card: its id is hexadecimal, as `card list` says it")
        if not await session.store.revoke_card(card, session.clock.now_ms()):
            return complain("no such card")
        await session.audit(Act.CARD_REVOKED)
        lines = ["Refused from the next lookup on, for ever."]
        show({"revoked": options.id}, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)
