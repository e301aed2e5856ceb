"""Joining with a telephone: an invitation counts once, reading changes nothing, leaving is as near."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from service.audit import Act, unpack
from service.joining.desk import GIVEN
from service.joining.pages import STYLE_HASH
from service.joining.texts import JOIN, LEAVE, hash_of, join_text
from service.records import Group
from service.settings import Settings
from service.store.port import ConsentEvent, Standing
from service.wire.invitation import LIVES_MS, SKEW_MS, bytes_of, make, name_of
from service.wire.messages import (
    EVIDENCE_FIELD_BYTES,
    CustomerView,
    EvidenceKind,
    Status,
    put_evidence,
)
from tests.joining_stand import code_on, served
from tests.receipt_stand import ANY_PORTS, Heard, Hosted
from tests.service_stand import NOW, TENANT, Inside

WHO = "Markt am Weg, Weg 1"
T = TypeVar("T")
BUTTON = re.compile(r'action="([A-Za-z0-9_/.-]+)"')
HOME = re.compile(r'href="\.\./\.\./(m/[A-Za-z0-9_-]{22})"')


@dataclass
class Stand:
    """The desk with its inner door, the public door before it, and a kiosk that invites."""

    service: Inside
    public: Hosted
    loop: asyncio.AbstractEventLoop

    def invite(self, at: int = NOW, tenant: str = TENANT) -> str:
        """The address that a kiosk shows."""
        identity = self.service.kiosk.identity
        return "/j/" + make(identity.kiosk, at, tenant, identity.signing)

    def button(self, path: str) -> str:
        """Where the first button of this page leads."""
        found = BUTTON.search(self.public.get(path).body.decode())
        assert found
        return path.rpartition("/")[0] + "/" + found[1]

    def press(self, path: str, **headers: str) -> Heard:
        return self.public.get(path, "POST", **headers)

    def joined(self) -> str:
        """Somebody joins; the address of their own page."""
        heard = self.press(self.button(self.invite()))
        home = HOME.search(heard.body.decode())
        assert home
        return "/" + home[1]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Something of the store, in the loop that owns it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def members(self) -> int:
        return self.do(self.service.store.counts())["member"]

    def decisions(self, home: str) -> list[ConsentEvent]:
        page = bytes_of(home.removeprefix("/m/"), 16)
        joined = self.do(self.service.store.joined(name_of(page)))
        assert joined
        return self.do(self.service.store.consents(joined.member))


@pytest.fixture
def stand(settings: Settings) -> Iterator[Stand]:
    """On a store of either kind."""
    settings = replace(settings, responsible=WHO)
    with served(settings) as (service, loop, place):
        told = replace(settings, **ANY_PORTS, joining=place, views_burst=10_000)
        with Hosted(told, service.clock) as public:
            yield Stand(service, public, loop)


def test_reading_an_invitation_changes_nothing(stand: Stand) -> None:
    """However often a telephone, or whoever previews links for it, looks."""
    path = stand.invite()
    for method in ("GET", "HEAD", "GET"):
        assert stand.public.get(path, method).status == 200
    button = stand.button(path)
    assert stand.public.get(button).status == 200
    assert stand.press(path).status == 404  # no button leads there
    assert stand.members() == 0
    assert stand.press(button).status == 200
    assert stand.members() == 1


def test_who_joins_has_agreed_to_what_stood_there(stand: Stand) -> None:
    path = stand.invite()
    german = stand.public.get(path, accept_language="de-DE,de;q=0.9,en;q=0.5").body.decode()
    english = stand.public.get(path, accept_language="fr, en-GB;q=0.7").body.decode()
    assert all(each in german for each in JOIN["de"])
    assert all(each in english for each in JOIN["en"])
    assert WHO in german
    heard = stand.press(stand.button(path), accept_language="en")
    home = HOME.search(heard.body.decode())
    assert home
    decisions = stand.decisions("/" + home[1])
    assert {each.group for each in decisions} == set(GIVEN)
    for each in decisions:
        assert (each.given, each.text, each.language) == (True, hash_of(join_text("en", WHO)), "en")
        assert (each.channel, each.method, each.at) == ("page", "button, invitation", NOW)
        assert each.kiosk == stand.service.kiosk.row.id
    kinds = [unpack(row[3]).kind for row in stand.do(stand.service.store.entries("w0", 0, 9))]
    assert kinds == [Act.MEMBER_ADDED, Act.CARD_ISSUED]


def test_pressed_twice_at_once_it_is_one_member_with_one_page(stand: Stand) -> None:
    button = stand.button(stand.invite())
    with ThreadPoolExecutor(4) as several:
        heard = list(several.map(stand.press, [button] * 4))
    homes = {found[1] for each in heard if (found := HOME.search(each.body.decode()))}
    assert ([each.status for each in heard], len(homes), stand.members()) == ([200] * 4, 1, 1)


def test_a_link_that_was_passed_on_counts_no_second_time(stand: Stand) -> None:
    """And tells the second one nothing about the first."""
    path = stand.invite()
    first, second = stand.button(path), stand.button(path)
    home = HOME.search(stand.press(first).body.decode())
    late = stand.press(second)
    assert home
    assert home[1].encode() not in late.body
    assert b"<svg" not in late.body
    assert "schon benutzt" in late.body.decode()
    assert stand.members() == 1


def test_an_invitation_runs_out_and_is_not_made_by_others(stand: Stand) -> None:
    old, ahead = NOW - LIVES_MS, NOW + SKEW_MS + 1000
    for path in (stand.invite(old), stand.invite(ahead)):
        assert "abgelaufen" in stand.public.get(path).body.decode()
    foreign = stand.button(stand.invite(tenant="laden"))
    bent = stand.invite()[:-4] + "AAAA"
    assert stand.press(foreign).status == stand.press(stand.button(bent)).status == 404
    later = stand.button(stand.invite())
    stand.service.clock.ms += LIVES_MS
    assert "abgelaufen" in stand.press(later).body.decode()
    assert stand.members() == 0


def test_a_kiosk_that_is_revoked_invites_nobody(stand: Stand) -> None:
    button = stand.button(stand.invite())
    row = replace(stand.service.kiosk.row, standing=Standing.REVOKED)
    stand.do(stand.service.store.put_kiosk(row))
    assert stand.press(button).status == 404
    assert stand.members() == 0


def test_the_code_on_the_page_is_known_at_the_kiosk_and_after_leaving_it_is_not(
    stand: Stand,
) -> None:
    home = stand.joined()
    first, second, last = (code_on(stand.press(f"{home}/code").body) for _ in range(3))
    answer = stand.do(_looked_up(stand.service, first))
    seen = CustomerView(answer[1])
    assert (answer[0], bytes(seen.name), seen.balance) == (Status.FOUND, b"", 0)
    assert stand.do(_looked_up(stand.service, second))[0] is Status.FOUND
    left = stand.press(f"{home}/withdraw", accept_language="en")
    assert "withdrawn" in left.body.decode()
    assert stand.do(_looked_up(stand.service, last))[0] is Status.UNKNOWN
    gone = [each for each in stand.decisions(home) if not each.given]
    assert {each.group for each in gone} == set(GIVEN)
    assert {(each.text, each.method) for each in gone} == {
        (hash_of(LEAVE["en"]), "button, own page")
    }
    assert b"<svg" not in stand.press(f"{home}/code").body
    stand.press(f"{home}/withdraw")
    assert len(stand.decisions(home)) == 2 * len(GIVEN)


def test_reading_ones_own_page_changes_nothing(stand: Stand) -> None:
    home = stand.joined()
    before = stand.do(stand.service.store.counts())
    for path in (home, f"{home}/code", f"{home}/withdraw"):
        page = stand.public.get(path)
        assert page.status == 200
        assert "Einwilligung widerrufen" in page.body.decode()
    assert stand.button(home) == f"{home}/code"
    assert stand.do(stand.service.store.counts()) == before


@pytest.mark.parametrize(
    "path",
    [
        "/j/",
        "/j/" + "A" * 127,
        "/j/" + "A" * 128,
        "/j/" + "A" * 128 + "/" + "A" * 22,
        "/j/" + "A" * 129,
        "/m/" + "A" * 21,
        "/m/" + "A" * 21 + "B",
        "/m/" + "A" * 22,
        "/m/" + "A" * 22 + "/code",
        "/m/" + "A" * 22 + "/delete",
        "/m/%41" + "A" * 19,
    ],
)
def test_what_is_no_address_is_nothing(stand: Stand, path: str) -> None:
    assert [stand.public.get(path, method).status for method in ("GET", "POST")] == [404, 404]


def test_pages_are_locked_down_and_nothing_is_left_in_a_browser(stand: Stand) -> None:
    heard = stand.public.get(stand.invite())
    policy = heard.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert STYLE_HASH in policy
    assert "form-action 'self'" in policy
    assert heard.headers["cache-control"] == "no-store"
    assert heard.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in heard.headers
    assert not re.search(rb"<script|style=|https?://", heard.body)
    assert stand.public.metrics() == {"joining": 1.0}


def test_a_desk_that_is_away_is_no_missing_page(settings: Settings) -> None:
    told = replace(settings, **ANY_PORTS, joining="127.0.0.1:1", views_burst=10_000)
    with Hosted(told) as public:
        assert public.get("/m/" + "A" * 22).status == 503


def test_where_nobody_joins_there_is_no_such_page(embedded: Settings) -> None:
    with Hosted(replace(embedded, **ANY_PORTS)) as public:
        heard = public.get("/m/" + "A" * 22)
        assert heard.status == 404
        assert "form-action 'none'" in heard.headers["content-security-policy"]


def test_no_group_is_given_that_needs_a_name() -> None:
    assert Group.DISPLAY not in GIVEN
    assert Group.CONTACT not in GIVEN


async def _looked_up(service: Inside, code: str) -> tuple[Status, memoryview]:
    body = bytearray(EVIDENCE_FIELD_BYTES)
    data = b"s" * 16 + code.removeprefix("OK1:").encode()
    put_evidence(memoryview(body), EvidenceKind.COSE_TOKEN, data)
    answer = await service.told(service.kiosk.ask(bytes(body)))
    return answer.status, answer.body
