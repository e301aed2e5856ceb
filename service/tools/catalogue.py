"""`./run service catalogue ...`: prices for all kiosks, signed by the key that is never online."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.importing import add_words, imported, say
from service.audit import Act
from service.catalogues import Catalogues, Listed
from service.clock import SystemClock
from service.errors import SettingsError
from service.files import read_secret
from service.keys import DAY, read_pinned
from service.settings import CATALOGUE_DAYS_MOST, load
from service.setup import offline_key
from service.tools.session import Session, complain, run, show
from service.wire.catalogue import Statement

EXAMPLES = """examples:
  ./run service catalogue publish articles.csv
  ./run service catalogue publish export.json --map gtin=EAN,price=VK --default vat=7 --report all.json
  ./run service catalogue publish articles.csv --offline /media/keys --days 14 --most-left-out 1.5
  ./run service catalogue list
  ./run service catalogue rollback             all kiosks go back to the version before
  ./run service catalogue rollback --to 17
  ./run service catalogue withdraw             kiosks that have not fetched the newest do not get it

The file is read as ./run kiosk import-catalogue reads it (docs/goods.md). Kiosks fetch what was made of
it within half an hour and sell from it as soon as nobody is at them (docs/service.md).
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    catalogue = verbs.add_parser(
        "catalogue",
        help="publish articles and prices to all kiosks, and take them back",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = catalogue.add_subparsers(metavar="ACT", required=True)
    publish = acts.add_parser(
        "publish",
        help="make a snapshot of a file, sign it, and offer it to kiosks",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_words(publish)
    publish.add_argument(
        "--most-left-out", type=float, metavar="PERCENT",
        help="refuse a file of which more rows are left out (catalogue_left_out of service.toml)",
    )  # fmt: skip
    publish.set_defaults(run=_publish)
    back = acts.add_parser("rollback", help="a new statement that brings an earlier file back")
    back.add_argument("--to", type=int, metavar="VERSION", help="the one before, if none is named")
    back.set_defaults(run=_rollback)
    for verb in (publish, back):
        verb.add_argument("--offline", type=Path, help="where the offline keys are mounted")
        verb.add_argument(
            "--days", type=int, help="how long kiosks may take it (catalogue_days of service.toml)"
        )
    acts.add_parser("list", help="all versions that are kept").set_defaults(run=_list)
    acts.add_parser("withdraw", help="offer the newest version no more").set_defaults(run=_withdraw)


def _publish(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        offline = _offline(options, session)
        catalogues = Catalogues(session.settings.folder)
        draft = catalogues.draft()
        try:
            report = imported(options, draft)
            if not options.json:
                say(report, options.file)
            if not report.articles:
                return complain(f"{options.file}: has no article; nothing was published")
            most = options.most_left_out
            most = session.settings.catalogue_left_out if most is None else most
            share = 100 * report.left_out / (report.articles + report.left_out)
            if share > most:
                return complain(
                    f"{options.file}: {share:.2f} % of the rows are left out, more than {most:g} %; "
                    "nothing was published"
                )
            sha256, size = catalogues.take(draft)
        finally:
            draft.unlink(missing_ok=True)
        statement = _dated(options, session, Statement(
            session.settings.tenant, catalogues.next_version, _kind(), size, sha256, 0, 0,
            report.articles, report.left_out,
        ))  # fmt: skip
        catalogues.publish(statement, offline)
        await session.audit(Act.CATALOGUE_PUBLISHED)
        return _said(options, statement)

    return _guarded(options, act)


def _rollback(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        offline = _offline(options, session)
        catalogues = Catalogues(session.settings.folder)
        listed = catalogues.listed(offline.public_key())
        earlier = _earlier(listed, options.to)
        if earlier is None or not catalogues.holds(earlier):
            wanted = "there is no earlier version" if options.to is None else "it is not kept here"
            return complain(f"{wanted} to go back to; see ./run service catalogue list")
        version = catalogues.next_version
        statement = _dated(options, session, replace(earlier, version=version))
        catalogues.publish(statement, offline)
        await session.audit(Act.CATALOGUE_PUBLISHED)
        return _said(options, statement)

    return _guarded(options, act)


def _earlier(listed: list[Listed], version: int | None) -> Statement | None:
    """The statement of this version; where none is named, the one before the newest file first came.

    So going back twice goes back two steps, and never to what was withdrawn.
    """
    told = [each.statement for each in listed if each.statement]
    if version is not None:
        return next((each for each in told if each.version == version), None)
    first = min((each.version for each in told if each.sha256 == told[0].sha256), default=0)
    standing = (each.statement for each in listed if each.statement and not each.withdrawn)
    return next((each for each in standing if each.version < first), None)


def _list(options: argparse.Namespace) -> int:
    settings = load(options.at)
    pinned = Ed25519PublicKey.from_public_bytes(
        read_secret(settings.folder / "keys" / "pinned.key")
    )
    now = SystemClock().now_ms()
    found = Catalogues(settings.folder).listed(pinned)
    offered = next((each.version for each in found if not each.withdrawn), 0)
    lines, told = [], []
    for each in found:
        standing = _standing(each, offered, now)
        told.append(
            {"version": each.version, "standing": standing}
            | (asdict(each.statement) if each.statement else {})
        )
        about = _about(each.statement) if each.statement else "its signature is not ours"
        lines.append(f"{each.version:>6}  {standing:<9}  {about}")
    show({"catalogues": told}, as_json=options.json, lines=lines or ["Nothing was published yet."])
    return 0


def _standing(each: Listed, offered: int, now: int) -> str:
    if each.withdrawn:
        return "withdrawn"
    if each.statement is None:
        return "damaged"
    if each.version != offered:
        return "replaced"
    return "offered" if now < each.statement.until else "expired"


def _withdraw(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        gone = Catalogues(session.settings.folder).withdraw()
        if gone is None:
            return complain("nothing is offered")
        await session.audit(Act.CATALOGUE_WITHDRAWN)
        lines = [
            f"Version {gone} is offered no more. Kiosks that have it go on with it;",
            "./run service catalogue rollback takes them back, too.",
        ]
        show({"withdrawn": gone}, as_json=options.json, lines=lines)
        return 0

    return _guarded(options, act)


def _offline(options: argparse.Namespace, session: Session) -> Ed25519PrivateKey:
    """The key kiosks have pinned, from where it is kept. Raises SettingsError."""
    offline = offline_key(options.offline or options.at.with_name(options.at.name + "-offline"))
    read_pinned(session.settings.folder / "keys", offline)
    return offline


def _dated(options: argparse.Namespace, session: Session, statement: Statement) -> Statement:
    """Raises SettingsError for a time nobody can mean."""
    days = session.settings.catalogue_days if options.days is None else options.days
    if not 1 <= days <= CATALOGUE_DAYS_MOST:
        raise SettingsError(f"--days: 1 to {CATALOGUE_DAYS_MOST} is wanted, not {days}")
    now = session.clock.now_ms()
    return replace(statement, created=now, until=now + days * DAY)


def _kind() -> int:
    from kiosk.catalog import FORMAT

    return FORMAT


def _said(options: argparse.Namespace, statement: Statement) -> int:
    lines = [f"Version {statement.version} is offered to kiosks: {_about(statement)}."]
    show(asdict(statement), as_json=options.json, lines=lines)
    return 0


def _about(told: Statement) -> str:
    until = datetime.fromtimestamp(told.until / 1000, UTC)
    return (
        f"{told.articles:,} articles, {told.left_out:,} rows left out, {told.size / 1e6:,.1f} MB, "
        f"to be taken until {until:%Y-%m-%d %H:%M} UTC, SHA-256 {told.sha256[:12]}"
    )


def _guarded(options: argparse.Namespace, act: Callable[[Session], Awaitable[int]]) -> int:
    """What is wrong with a file or a disk is one line and 65."""
    try:
        return run(options.at, act)
    except (ValueError, OSError) as error:
        return complain(str(error))
