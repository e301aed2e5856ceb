"""`./run service kiosk ...`: invite, approve, list, and the one command for a lost device."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from service.audit import Act
from service.enrol import NotNow, Office
from service.server import open_office
from service.tools.session import Session, complain, run, show


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    kiosk = verbs.add_parser("kiosk", help="let kiosks in, and keep them out")
    acts = kiosk.add_subparsers(metavar="ACT", required=True)
    invite = acts.add_parser("invite", help="a one-time code for a new kiosk")
    invite.add_argument("name", help="what people call it, like Kasse-3")
    invite.add_argument("--place", help="host:port kiosks reach the enrolment door at")
    invite.set_defaults(run=_invite)
    acts.add_parser("list", help="all kiosks, and who waits").set_defaults(run=_list)
    approve = acts.add_parser("approve", help="let in the kiosk that shows this fingerprint")
    approve.add_argument("fingerprint", help="as on the kiosk's screen")
    approve.set_defaults(run=_approve)
    for word, told in (("revoke", "serve it no more"), ("lost", "a device was stolen or lost")):
        gone = acts.add_parser(word, help=told)
        gone.add_argument("name", help="its name or id")
        gone.set_defaults(run=_lost if word == "lost" else _revoke)


def _office(session: Session) -> Office:
    return open_office(session.settings, session.keys, session.store, session.clock)


def _invite(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        place = options.place or session.settings.enrolment
        host, _, port = place.rpartition(":")
        if host in ("0.0.0.0", "::", "[::]"):  # noqa: S104 - refused, not bound
            place = f"{session.settings.host}:{port}"
        code = await _office(session).invite(options.name, place)
        await session.audit(Act.KIOSK_INVITED)
        show(
            {"code": str(code)},
            as_json=options.json,
            lines=[f"At the kiosk, within ten minutes:  ./run kiosk enrol {code}"],
        )
        return 0

    return run(options.at, act)


def _approve(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        try:
            kiosk = await _office(session).approve(options.fingerprint)
        except NotNow as error:
            return complain(str(error))
        await session.audit(Act.KIOSK_APPROVED, kiosk.id)
        show(
            {"kiosk": kiosk.id.hex(), "name": kiosk.name},
            as_json=options.json,
            lines=[f"{kiosk.name} is let in as {kiosk.id.hex()}."],
        )
        return 0

    return run(options.at, act)


def _list(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        waiting = await _office(session).waiting()
        kiosks = await session.store.kiosks()
        lines = [f"waits     {each.fingerprint}  {each.name}" for each in waiting]
        lines += [
            f"{each.standing.value:<9} {each.id.hex()}  {each.name}  certificate of "
            f"{datetime.fromtimestamp(each.renewed / 1000, UTC):%Y-%m-%d}"
            for each in kiosks
        ]
        told = {
            "waiting": [{"name": w.name, "fingerprint": w.fingerprint} for w in waiting],
            "kiosks": [
                {"kiosk": k.id.hex(), "name": k.name, "standing": k.standing.value} for k in kiosks
            ],
        }
        show(told, as_json=options.json, lines=lines or ["There are no kiosks yet."])
        return 0

    return run(options.at, act)


async def _gone(session: Session, name: str) -> list[str]:
    revoked = await _office(session).revoke(name)
    for each in revoked:
        await session.audit(Act.KIOSK_REVOKED, each.id)
    return [each.id.hex() for each in revoked]


def _revoke(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        try:
            gone = await _gone(session, options.name)
        except NotNow as error:
            return complain(str(error))
        show({"revoked": gone}, as_json=options.json, lines=[f"Served no more: {', '.join(gone)}"])
        return 0

    return run(options.at, act)


def _lost(options: argparse.Namespace) -> int:
    """Revoke, raise the alarm, and say what the device knew: nothing about customers."""

    async def act(session: Session) -> int:
        try:
            gone = await _gone(session, options.name)
        except NotNow as error:
            return complain(str(error))
        now = session.clock.now_ms()
        for each in gone:
            await session.store.alarm(now, "lost_device", bytes.fromhex(each), "")
        lines = [
            f"Served no more: {', '.join(gone)}. An alarm is kept.",
            "It held keys of its own, now worthless, and sales not yet delivered, sealed to the",
            "service. It never stored a customer. Enrol its replacement with `kiosk invite`.",
        ]
        show({"lost": gone}, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)
