"""The statements both stores share. Written with `?`; `numbered` turns them into PostgreSQL's `$1`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from service.audit import Checkpoint, Entry
from service.records import Group, MemberRow
from service.store.port import (
    Booked,
    Booking,
    ConsentEvent,
    InviteRow,
    KioskRow,
    NewMember,
    Standing,
    Waiting,
)
from service.wire.messages import Status
from service.wire.sales import fingerprint_of
from service.wire.slip import SlipWhy

GROUPS = (
    Group.DISPLAY,
    Group.POINTS,
    Group.PRICES,
    Group.LANGUAGE,
    Group.OFFERS,
    Group.CONTACT,
    Group.CREDENTIALS,
)
_GROUP_COLUMNS = ", ".join(f"group_{group:02x}" for group in GROUPS)
_MEMBER_GROUPS = ", ".join(f"m.group_{group:02x}" for group in GROUPS)
_KIOSK_COLUMNS = "id, name, signing, tls, standing, enrolled, renewed"
_KIOSK_OF = ", ".join(f"k.{name}" for name in _KIOSK_COLUMNS.split(", "))
_KIOSK_WIDTH = 7

KIOSK = f"SELECT {_KIOSK_COLUMNS} FROM kiosk WHERE id = ?"
KIOSKS = f"SELECT {_KIOSK_COLUMNS} FROM kiosk ORDER BY enrolled, id"
PUT_KIOSK = f"""INSERT INTO kiosk ({_KIOSK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, signing = excluded.signing,
    tls = excluded.tls, renewed = excluded.renewed,
    standing = CASE WHEN kiosk.standing = 'revoked' THEN kiosk.standing ELSE excluded.standing END"""
# Whoever is revoked stays so, whatever somebody who read the row before writes back.

MEMBER_COLUMNS = f"m.id, k.wrapped, k.kek, m.consents, m.canary, {_MEMBER_GROUPS}"
MEMBER = f"""SELECT {MEMBER_COLUMNS}
    FROM member m JOIN member_key k ON k.member = m.id WHERE m.id = ?"""
MEMBER_BY_INDEX = f"""SELECT {MEMBER_COLUMNS}, c.blind
    FROM credential c JOIN member m ON m.id = c.member JOIN member_key k ON k.member = m.id
    WHERE c.blind >= ? ORDER BY c.blind LIMIT 1"""
"""The member at an index, or who comes behind: so looking for nobody takes as long as for a member."""
FIND_MANY = f"""SELECT {_KIOSK_OF}, m.*
    FROM unnest($1::bytea[], $2::bytea[]) WITH ORDINALITY AS o(kiosk, blind, number)
    LEFT JOIN kiosk k ON k.id = o.kiosk
    LEFT JOIN LATERAL ({MEMBER_BY_INDEX.replace("?", "o.blind")}) m ON true
    ORDER BY o.number"""
"""Both sides of each lookup: a row of KIOSK and one of MEMBER_BY_INDEX, empty where there is none."""
ADD_MEMBER = f"""INSERT INTO member (id, consents, canary, created, {_GROUP_COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
ADD_KEY = "INSERT INTO member_key (member, wrapped, kek) VALUES (?, ?, ?)"
ADD_CREDENTIAL = "INSERT INTO credential (blind, pepper, member) VALUES (?, ?, ?)"
SET_CONSENTS = "UPDATE member SET consents = ? WHERE id = ?"
ADD_CONSENT = """INSERT INTO consent
    (member, seq, grp, given, text, text_version, language, channel, at, kiosk, method)
    VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM consent WHERE member = ?),
    ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
CONSENTS = """SELECT member, grp, given, text, text_version, language, channel, at, kiosk, method
    FROM consent WHERE member = ? ORDER BY seq"""

_INVITE_COLUMNS = "secret, name, expires, standing, csr, signing, fingerprint, kiosk, certificate"
INVITE = f"SELECT {_INVITE_COLUMNS} FROM invite WHERE secret = ?"
INVITES = f"SELECT {_INVITE_COLUMNS} FROM invite ORDER BY expires"
PUT_INVITE = f"""INSERT INTO invite ({_INVITE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (secret) DO UPDATE SET standing = excluded.standing, csr = excluded.csr,
    signing = excluded.signing, fingerprint = excluded.fingerprint, kiosk = excluded.kiosk,
    certificate = excluded.certificate"""

USED = "SELECT 1 FROM audit WHERE kiosk = ? AND nonce = ?"
ADD_ENTRY = "INSERT INTO audit (chain, seq, kiosk, nonce, entry, hash) VALUES (?, ?, ?, ?, ?, ?)"
HEAD = "SELECT seq, hash FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1"
CHAINS = "SELECT chain, MAX(seq) FROM audit GROUP BY chain"
ENTRY_HASH = "SELECT hash FROM audit WHERE chain = ? AND seq = ?"
ENTRIES = """SELECT seq, kiosk, nonce, entry, hash FROM audit
    WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?"""
CHECKPOINTS = "SELECT seq, at, heads, previous, signature FROM checkpoint ORDER BY seq"
LAST_CHECKPOINT = f"{CHECKPOINTS} DESC LIMIT 1"
PUT_CHECKPOINT = """INSERT INTO checkpoint (seq, at, heads, previous, signature)
    VALUES (?, ?, ?, ?, ?)"""

# The branch that meets the same sale again writes, too: a retry while a synchronous standby stalls
# must wait for it as the first try did, or it would be acknowledged and could still be lost.
BOOK = """INSERT INTO sale (kiosk, id, outbox, sequence, at, total, currency, lines, receipt, digest,
    fingerprint, received, deliveries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT (kiosk, id) DO UPDATE SET deliveries = sale.deliveries + 1,
    outbox = excluded.outbox, sequence = excluded.sequence
    WHERE sale.fingerprint = excluded.fingerprint
    RETURNING deliveries"""
LINK_SALE = """INSERT INTO sale_link (member, kiosk, sale, level) VALUES (?, ?, ?, ?)
    ON CONFLICT (member, kiosk, sale) DO NOTHING"""
OUTBOX = "SELECT contiguous, highest FROM outbox WHERE kiosk = ? AND outbox = ?"
PUT_OUTBOX = """INSERT INTO outbox (kiosk, outbox, contiguous, highest) VALUES (?, ?, ?, ?)
    ON CONFLICT (kiosk, outbox) DO UPDATE SET
    contiguous = CASE WHEN excluded.contiguous > outbox.contiguous
        THEN excluded.contiguous ELSE outbox.contiguous END,
    highest = CASE WHEN excluded.highest > outbox.highest
        THEN excluded.highest ELSE outbox.highest END"""
NEXT_SALES = """SELECT sequence FROM sale WHERE kiosk = ? AND outbox = ? AND sequence > ?
    ORDER BY sequence LIMIT 1000"""
GAPS = "SELECT kiosk, outbox, contiguous, highest FROM outbox WHERE highest > contiguous"

ALARM = "INSERT INTO alarm (id, at, kind, kiosk, detail) VALUES (?, ?, ?, ?, ?)"
ALARMS = "SELECT at, kind, kiosk, detail FROM alarm ORDER BY at DESC LIMIT ?"
COUNTED = ("member", "card", "kiosk", "sale", "sale_link", "slip", "receipt", "audit")
VERSION = "SELECT version_num FROM alembic_version"


@lru_cache(maxsize=256)
def numbered(statement: str) -> str:
    """With `$1`, `$2`, ... for each `?`."""
    count = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(count)}", statement)


def found_of(row: Sequence[Any], index: bytes | None) -> tuple[KioskRow | None, MemberRow | None]:
    """A row of FIND_MANY."""
    kiosk = kiosk_of(row) if row[0] is not None else None
    member = row[_KIOSK_WIDTH:]
    return kiosk, member_at(member, index) if member[0] is not None else None


def member_at(row: Sequence[Any] | None, index: bytes | None) -> MemberRow | None:
    """A row of MEMBER_BY_INDEX: the member, unless it is only who comes behind."""
    if row is None:
        return None
    found = member_of(row[:-1])  # taken apart for nobody, too: that is part of the time
    return found if row[-1] == index else None


@lru_cache(maxsize=64)
def add_entries(count: int) -> str:
    """ADD_ENTRY for several at once: one step of the database instead of many."""
    return ADD_ENTRY + ", (?, ?, ?, ?, ?, ?)" * (count - 1)


def kiosk_of(row: Sequence[Any]) -> KioskRow:
    """A row of KIOSK."""
    return KioskRow(row[0], row[1], row[2], row[3], Standing(row[4]), row[5], row[6])


def kiosk_values(kiosk: KioskRow) -> tuple[Any, ...]:
    """For PUT_KIOSK."""
    return (
        kiosk.id,
        kiosk.name,
        kiosk.signing,
        kiosk.tls,
        kiosk.standing.value,
        kiosk.enrolled,
        kiosk.renewed,
    )


def member_of(row: Sequence[Any]) -> MemberRow:
    """A row of MEMBER."""
    groups = {group: data for group, data in zip(GROUPS, row[5:], strict=True) if data}
    return MemberRow(row[0], row[1], row[2], Group(row[3]), bool(row[4]), groups)


def member_values(member: NewMember) -> tuple[Any, ...]:
    """For ADD_MEMBER."""
    row = member.row
    groups = tuple(row.groups.get(group) for group in GROUPS)
    return row.id, int(row.consents), int(row.canary), member.created, *groups


def sale_values(entry: Entry, booking: Booking) -> tuple[Any, ...]:
    """For BOOK."""
    record = booking.record
    return (
        entry.kiosk,
        record.id,
        record.outbox,
        record.sequence,
        record.at,
        record.total,
        record.currency,
        record.lines,
        record.receipt,
        record.digest,
        fingerprint_of(record),
        entry.at,
    )


def settled(entry: Entry, result: object) -> Entry:
    """The entry as it is kept: it tells what became of the sales, or of the slip."""
    if isinstance(result, Booked) and result.conflict:
        return replace(entry, outcome=Status.CONFLICT)
    if isinstance(result, SlipWhy):
        return replace(entry, outcome=Status.UNKNOWN)
    return entry


def consent_values(event: ConsentEvent) -> tuple[Any, ...]:
    """For ADD_CONSENT."""
    return (
        event.member,
        event.member,
        int(event.group),
        int(event.given),
        event.text,
        event.text_version,
        event.language,
        event.channel,
        event.at,
        event.kiosk,
        event.method,
    )


def consent_of(row: Sequence[Any]) -> ConsentEvent:
    """A row of CONSENTS."""
    return ConsentEvent(row[0], Group(row[1]), bool(row[2]), *row[3:])


def after_consent(consents: Group, event: ConsentEvent) -> Group:
    """What may be decrypted from now on."""
    return consents | event.group if event.given else consents & ~event.group


def invite_of(row: Sequence[Any]) -> InviteRow:
    """A row of INVITE."""
    return InviteRow(row[0], row[1], row[2], Waiting(row[3]), *row[4:])


def invite_values(invite: InviteRow) -> tuple[Any, ...]:
    """For PUT_INVITE."""
    return (
        invite.secret,
        invite.name,
        invite.expires,
        invite.standing.value,
        invite.csr,
        invite.signing,
        invite.fingerprint,
        invite.kiosk,
        invite.certificate,
    )


def checkpoint_values(checkpoint: Checkpoint) -> tuple[Any, ...]:
    """For PUT_CHECKPOINT."""
    return (
        checkpoint.seq,
        checkpoint.at,
        checkpoint.heads,
        checkpoint.previous,
        checkpoint.signature,
    )


def contiguous_after(start: int, sequences: list[int]) -> int:
    """The end of the run that begins after `start`."""
    for sequence in sequences:
        if sequence != start + 1:
            break
        start = sequence
    return start
