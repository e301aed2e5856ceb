"""Lines of strangers as strangers use them: broken, endless, slow, too many."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from service.receipts import line
from service.receipts.front import HEADERS
from service.settings import Settings
from tests.receipt_stand import ANY_PORTS, Hosted


@pytest.fixture
def public(embedded: Settings) -> Iterator[Hosted]:
    with Hosted(replace(embedded, **ANY_PORTS)) as made:
        yield made


def dialled(public: Hosted) -> socket.socket:
    """A bare line."""
    host, _, port = public.place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def heard(sock: socket.socket) -> bytes:
    """All that comes until the other end closes."""
    found = b""
    with contextlib.suppress(ConnectionError):  # a reset is as good as an end
        while piece := sock.recv(65536):
            found += piece
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"GET / HTTX/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # no host
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET /" + b"a" * 70_000,
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 70_000,
        b"\x16\x03\x01" + bytes(100) + b"\r\n\r\n",  # TLS at a plain door
    ],
)
def test_what_is_no_request_gets_all_headers_and_no_word(public: Hosted, sent: bytes) -> None:
    with dialled(public) as sock:
        sock.sendall(sent)
        answer = heard(sock)
    if answer:  # where the rest of it was not read, a reset may take the answer away
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert body == b""
        for name, value in HEADERS.items():
            assert f"{name}: {value}".encode() in head
        assert b"server:" not in head.lower()
        assert b"date:" not in head.lower()
    assert public.get("/").status == 404


def test_a_body_is_not_listened_to(public: Hosted) -> None:
    """The answer comes at once, and the line ends, however much there is to come."""
    with dialled(public) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        answer = heard(sock)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"connection: close" in answer


def test_several_requests_on_one_line(public: Hosted) -> None:
    one = b"GET /robots.txt HTTP/1.1\r\nhost: x\r\n\r\n"
    with dialled(public) as sock:
        sock.sendall(one * 3 + b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answer = heard(sock)
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert answer.count(b"HTTP/1.1 404 ") == 1
    assert answer.count(b"cache-control: no-store") == 4


def test_who_says_nothing_or_too_slowly_is_cut_off(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "REQUEST_SECONDS", 0.2)
    with Hosted(replace(embedded, **ANY_PORTS)) as public:
        for begun in (b"", b"GET / HTTP/1.1\r\nhost: x\r\n"):
            with dialled(public) as sock:
                sock.sendall(begun)
                assert heard(sock) == b""


def test_no_line_lives_for_ever(embedded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LIFE_SECONDS", 0.3)
    with Hosted(replace(embedded, **ANY_PORTS)) as public, dialled(public) as sock:
        sock.sendall(b"GET /robots.txt HTTP/1.1\r\nhost: x\r\n\r\n")
        assert heard(sock).startswith(b"HTTP/1.1 200 ")  # and then the end, before it was idle long


def test_there_is_room_for_so_many_and_no_more(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LINES_MOST", 3)
    with Hosted(replace(embedded, **ANY_PORTS)) as public, contextlib.ExitStack() as stack:
        lines = [stack.enter_context(dialled(public)) for _ in range(4)]
        assert heard(lines[3]) == b""
        lines[0].sendall(b"GET /robots.txt HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert heard(lines[0]).startswith(b"HTTP/1.1 200 ")
        assert public.get("/robots.txt").status == 200
