"""The public door over real HTTP: the receipt for who has its link, one page for everybody else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import apsw
import pytest

from drivers.printer.html import CSS_HASH
from drivers.printer.specimen import specimen
from kiosk.words import PRINTED, Language
from service.keys import DAY
from service.receipts.page import LATER, NOTHING_HERE
from service.settings import Settings
from service.setup import store_url
from service.store.schema import migrate
from service.wire.ereceipt import TOKEN_CHARACTERS
from tests.receipt_stand import ANY_PORTS, Hosted, kept, packed
from tests.service_stand import NOW

ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "content-security-policy": (
        f"default-src 'none'; style-src '{CSS_HASH}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
}
SOMETIMES = {
    *("content-type", "content-length", "permissions-policy", "connection", "retry-after"),
    "content-disposition",
}
HOSTILE = (
    "/",
    "/favicon.ico",
    "/index.html",
    "/b/",
    "/b",
    "/b/.pdf",
    "/b/short",
    "/b/" + "A" * 21,
    "/b/" + "A" * 23,
    "/b/" + "A" * 21 + "B",  # not how this token is spelled
    "/b/" + "A" * 21 + "=",
    "/b/" + "A" * 22 + ".PDF",
    "/b/" + "A" * 22 + ".pdf.pdf",
    "/b/" + "A" * 22 + "/",
    "/b/%41" + "A" * 21,
    "/b/" + "+" * 22,
    "/b/../" + "A" * 22,
    "//b/" + "A" * 22,
    "/b/" + "%00" * 22,
    "/b/" + "%2e%2e%2f" * 8,
    "/B/" + "A" * 22,
    "/b/" + "A" * 4000,
    "/metrics",
    "/health",
    "/v1/lookup",
    "/?b=" + "A" * 22,
)


@pytest.fixture
def public(settings: Settings) -> Iterator[Hosted]:
    """A public door on a store of either kind."""
    with Hosted(replace(settings, **ANY_PORTS, views_burst=10_000)) as made:
        yield made


@pytest.mark.parametrize("language", PRINTED)
def test_who_has_the_link_sees_the_receipt(public: Hosted, language: Language) -> None:
    receipt = specimen(5, language=language, secured=True)
    link = kept(public.settings, packed(receipt))
    heard = public.get(f"/b/{link}")
    assert (heard.status, heard.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = heard.body.decode()
    assert f'<html lang="{language.value}">' in page
    assert "Bio-Vollmilch" in page
    assert f'href="{link}.pdf"' in page
    assert ("7,94" if language is Language.DE else "7.94") in page
    again = public.get(f"/b/{link}?utm_source=x")
    assert (again.status, again.body) == (200, heard.body)


def test_and_may_keep_it_as_a_file(public: Hosted) -> None:
    link = kept(public.settings, packed())
    heard = public.get(f"/b/{link}.pdf")
    assert (heard.status, heard.headers["content-type"]) == (200, "application/pdf")
    assert heard.headers["content-disposition"] == 'attachment; filename="Bon-17.pdf"'
    assert heard.body.startswith(b"%PDF-")
    assert public.get(f"/b/{link}.pdf").body == heard.body


def test_a_head_is_the_answer_without_its_body(public: Hosted) -> None:
    link = kept(public.settings, packed())
    for path in (f"/b/{link}", f"/b/{link}.pdf", "/b/x", "/robots.txt"):
        whole, head = public.get(path), public.get(path, "HEAD")
        assert (head.status, head.headers, head.body) == (whole.status, whole.headers, b"")


def test_nobody_learns_whether_there_ever_was_a_receipt(public: Hosted) -> None:
    """Unknown, expired, malformed and any other path: the same bytes, headers included."""
    link = kept(public.settings, packed(), NOW + 1000)
    last = link[:-1] + ("A" if link[-1] != "A" else "Q")
    assert public.get(f"/b/{link}").status == 200
    public.clock.ms = NOW + 1000
    unknown = public.get(f"/b/{secrets.token_urlsafe(16)[:21]}A")
    assert (unknown.status, unknown.body) == (404, NOTHING_HERE)
    for path in (f"/b/{link}", f"/b/{link}.pdf", f"/b/{last}", *HOSTILE):
        assert public.get(path) == unknown, path
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
        assert public.get(f"/b/{link}", method, content_length="0") == unknown, method


def test_a_link_works_until_its_time_is_over(public: Hosted) -> None:
    link = kept(public.settings, packed(), NOW + 90 * DAY)
    for ms, status in ((NOW + 90 * DAY - 1, 200), (NOW + 90 * DAY, 404), (NOW + 400 * DAY, 404)):
        public.clock.ms = ms
        assert public.get(f"/b/{link}").status == status


def test_a_link_names_one_receipt_only(public: Hosted) -> None:
    links = [kept(public.settings, packed(specimen(1, number=n))) for n in (1, 2)]
    pages = [public.get(f"/b/{link}").body.decode() for link in links]
    assert ["Kassenbon 1<" in page for page in pages] == [True, False]
    assert all(len(link) == TOKEN_CHARACTERS for link in links)


def test_every_answer_has_every_header_and_no_other(public: Hosted) -> None:
    link = kept(public.settings, packed())
    broken = kept(public.settings, b"no record")
    for path in (f"/b/{link}", f"/b/{link}.pdf", f"/b/{broken}", "/robots.txt", *HOSTILE):
        for method in ("GET", "HEAD", "POST"):
            headers = public.get(path, method).headers
            assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
            assert "geolocation=()" in headers["permissions-policy"]
            assert set(headers) <= {*ALWAYS, *SOMETIMES}, path


def test_a_customer_is_greeted_in_two_languages_where_nothing_is(public: Hosted) -> None:
    page = public.get("/").body.decode()
    assert "Hier ist kein Kassenbon" in page
    assert "There is no receipt here" in page
    assert '<section lang="en">' in page
    assert public.get("/robots.txt").body == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "record",
    [b"", b"{}", b"null", b"[" * 100_000, b"\xff\xfe", b'{"version": 2}', b"0" * 5000],
)
def test_what_a_kiosk_should_not_have_sealed_is_nothing(public: Hosted, record: bytes) -> None:
    link = kept(public.settings, record)
    heard = [public.get(f"/b/{link}{tail}") for tail in ("", ".pdf")]
    assert [(each.status, each.body) for each in heard] == [(404, NOTHING_HERE)] * 2
    assert public.metrics() == {"damaged": 2.0}


def test_a_receipt_of_a_place_that_is_none_is_nothing(public: Hosted) -> None:
    receipt = specimen(1)
    odd = replace(receipt, shop=replace(receipt.shop, zone="Europe/../Nowhere"))
    link = kept(public.settings, packed(odd))
    assert public.get(f"/b/{link}").status == 404


def test_only_outcomes_are_counted(public: Hosted) -> None:
    link = kept(public.settings, packed())
    for path in (f"/b/{link}", f"/b/{link}.pdf", "/b/x", "/robots.txt"):
        public.get(path)
    assert public.metrics() == {"page": 1.0, "pdf": 1.0, "nothing": 1.0, "robots": 1.0}
    assert link not in public.inside("/metrics").body.decode()


def test_who_asks_too_often_waits_and_others_do_not(embedded: Settings) -> None:
    settings = replace(embedded, **ANY_PORTS, views_per_minute=1.0, views_burst=2)
    link = kept(settings, packed())
    with Hosted(settings) as public:
        here = [public.get(f"/b/{link}", x_forwarded_for="192.0.2.7").status for _ in range(3)]
        assert here == [200, 200, 429]
        late = public.get(f"/b/{link}", x_forwarded_for="192.0.2.7")
        assert (late.body, late.headers["retry-after"]) == (LATER, "60")
        assert {name: late.headers.get(name) for name in ALWAYS} == ALWAYS
        assert public.get(f"/b/{link}", x_forwarded_for="192.0.2.8").status == 200
        public.clock.seconds += 60
        assert public.get(f"/b/{link}", x_forwarded_for="192.0.2.7").status == 200


def test_a_store_that_is_away_is_no_missing_receipt(public: Hosted) -> None:
    """The customer is told to come again, the operator why it is not ready."""
    link = kept(public.settings, packed())
    assert public.inside("/ready").status == 200
    _take_back(public.settings)
    heard = public.get(f"/b/{link}")
    assert (heard.status, heard.body, heard.headers["retry-after"]) == (503, LATER, "30")
    assert {name: heard.headers.get(name) for name in ALWAYS} == ALWAYS
    assert public.inside("/ready").status == 503
    assert public.inside("/health").status == 200


def _take_back(settings: Settings) -> None:
    """To the version before receipts, under a running process: an operator's mistake."""
    if not settings.store.startswith("sqlite:"):
        migrate(store_url(settings), "0002")
        return
    db = apsw.Connection(str(settings.folder / "store.db"))
    db.execute("DROP TABLE receipt; UPDATE alembic_version SET version_num = '0002'")
    db.close()
