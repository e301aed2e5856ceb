"""`./run service member ...`: add one with a recorded consent, show, and change consents."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from service.audit import Act
from service.consents import named
from service.members import BadProfile, Profile, decision, new_member, shown
from service.records import KIOSK_GROUPS, Damaged, Group, MemberRow, blind
from service.tools.session import Session, complain, run, show
from service.wire.messages import EvidenceKind

GROUPS = {str(group.name).lower(): group for group in KIOSK_GROUPS}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    member = verbs.add_parser("member", help="members, one at a time")
    acts = member.add_subparsers(metavar="ACT", required=True)
    new = acts.add_parser("add", help="a member with a recorded consent")
    new.add_argument("--card", required=True, help="the number; - reads it from standard input")
    new.add_argument("--name", default="", help="how they want to be greeted")
    new.add_argument("--balance", type=int, default=0, help="points")
    new.add_argument("--tier", default="")
    new.add_argument("--price-group", default="")
    new.add_argument("--language", default="de", choices=("de", "en"))
    new.add_argument("--offer", action="append", default=[], help="text of an offer; repeatable")
    new.add_argument("--mail", default="", help="kept apart; no kiosk ever gets it")
    new.add_argument("--canary", action="store_true", help="nobody: any lookup raises an alarm")
    new.add_argument(
        "--consent", default="", help=f"what they consented to: {','.join(GROUPS)}, or all"
    )
    new.set_defaults(run=_add)
    look = acts.add_parser("show", help="what is known, as far as they consented")
    change = acts.add_parser("consent", help="record a decision")
    change.add_argument("group", choices=GROUPS)
    given = change.add_mutually_exclusive_group(required=True)
    given.add_argument("--given", action="store_true", dest="given")
    given.add_argument("--withdrawn", action="store_false", dest="given")
    change.add_argument("--language", default="de", choices=("de", "en"))
    change.set_defaults(run=_consent)
    look.set_defaults(run=_show)
    for verb in (look, change):
        who = verb.add_mutually_exclusive_group(required=True)
        who.add_argument("--id", help="the member's id")
        who.add_argument("--card", help="the number; - reads it from standard input")


def _card(text: str) -> str:
    return sys.stdin.readline().strip() if text == "-" else text


def _groups(text: str) -> list[Group]:
    names = list(GROUPS) if text == "all" else [each for each in text.split(",") if each]
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        raise BadProfile(f"consent: {unknown[0]!r} is none of {', '.join(GROUPS)}")
    return [GROUPS[name] for name in names]


async def found_member(session: Session, options: argparse.Namespace) -> MemberRow | None:
    """By `--id` or `--card`. Raises StoreAway."""
    if options.id:
        try:
            return await session.store.member(bytes.fromhex(options.id))
        except ValueError:
            return None
    return (await session.store.find(b"", _indexes(session, _card(options.card))))[1]


def _indexes(session: Session, card: str) -> tuple[bytes, ...]:
    """By every pepper: a member may still be indexed by an older one."""
    raw = card.encode("ascii", "replace")
    return tuple(
        blind(pepper, EvidenceKind.NUMBER, raw) for pepper in session.keys.peppers.values()
    )


def _add(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        now = session.clock.now_ms()
        profile = Profile(
            _card(options.card),
            options.name,
            options.balance,
            options.tier,
            options.price_group,
            options.language,
            tuple(options.offer),
            options.canary,
            options.mail,
        )
        try:
            groups = _groups(options.consent)
            member = new_member(profile, session.keys, now, Group(sum(groups)))
            events = tuple(
                decision(
                    member.row.id,
                    group,
                    given=True,
                    language=options.language,
                    channel="operator",
                    now=now,
                )
                for group in groups
            )
        except BadProfile as error:
            return complain(str(error))
        indexes = _indexes(session, profile.card)
        taken = (await session.store.find(b"", indexes))[1]
        if taken or not await session.store.add_member(member, events):
            return complain("this card belongs to a member already")
        await session.audit(Act.MEMBER_ADDED, subject=subject_of(session, member.row))
        told = {"member": member.row.id.hex()}
        show(told, as_json=options.json, lines=[f"Added as {member.row.id.hex()}."])
        return 0

    return run(options.at, act)


def subject_of(session: Session, row: MemberRow) -> bytes:
    """How the audit names them. Raises Damaged."""
    return named(row, session.keys)


def _show(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        row = await found_member(session, options)
        if row is None:
            return complain("no such member")
        try:
            values = shown(row, session.keys)
            await session.audit(Act.MEMBER_SHOWN, subject=subject_of(session, row))
        except Damaged:
            return complain("the member's record does not open: the keys are of another service")
        lines = [f"{key:<12} {value}" for key, value in values.items()]
        values["decisions"] = []
        for event in await session.store.consents(row.id):
            word = "given" if event.given else "withdrawn"
            when = datetime.fromtimestamp(event.at / 1000, UTC).isoformat(timespec="seconds")
            group = str(event.group.name).lower()
            values["decisions"].append({"group": group, "given": event.given, "at": when})
            lines.append(f"{when}  {group} {word} by {event.channel}, text {event.text_version}")
        show(values, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)


def _consent(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        row = await found_member(session, options)
        if row is None:
            return complain("no such member")
        event = decision(
            row.id,
            GROUPS[options.group],
            given=options.given,
            language=options.language,
            channel="operator",
            now=session.clock.now_ms(),
        )
        await session.store.consent(event)
        await session.audit(Act.CONSENT_CHANGED, subject=subject_of(session, row))
        word = "given" if options.given else "withdrawn"
        show(
            {"member": row.id.hex(), "group": options.group, "given": options.given},
            as_json=options.json,
            lines=[f"{options.group}: {word}. In force from the next lookup on."],
        )
        return 0

    return run(options.at, act)
