"""One line to the central service: HTTP/1.1 over TLS 1.3, kept open, and never waited on blindly.

Every wait is cut into short looks, so that a deadline and a cancel are obeyed within `LOOK_SECONDS`.
Only sealed bytes go through here: nothing of it needs wiping.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import h11

from kiosk.clock import Clock
from kiosk.ports import Cancel, Refused, Unreachable

LOOK_SECONDS = 0.05
CHUNK = 16384
RETRY_MOST = 3600.0
T = TypeVar("T")
Place = tuple[socket.AddressFamily, socket.SocketKind, int, str, object]
"""As `getaddrinfo` tells it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when (monotonic seconds), and whose wish to stop ends it before."""

    end: float
    cancel: Cancel


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered. `retry`: seconds it asks to wait, 0 if none."""

    status: int
    body: bytes
    retry: float = 0.0


class ServiceLine:
    """A line to one host. For one thread."""

    def __init__(
        self, host: str, port: int, tls: Callable[[], ssl.SSLContext], clock: Clock
    ) -> None:
        """Nothing is opened yet. `tls` is asked for each new connection: keys are renewed."""
        self._place = (host, port)
        self._tls = tls
        self._clock = clock
        self._sock: ssl.SSLSocket | None = None
        self._http = h11.Connection(h11.CLIENT)

    def exchange(self, method: str, target: str, body: bytes, most: int, limit: Limit) -> Reply:
        """One request and its answer, of `most` bytes at most.

        Raises Unreachable (the request may have arrived), or Refused for what is no such answer.
        """
        try:
            sock = self._live(limit)
            self._send(sock, self._request(method, target, body), limit)
            return self._answer(sock, most, limit)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise Refused(
                f"the service is not the one that enrolled us: {error.verify_message}"
            ) from error
        except OSError as error:
            self.close()
            raise Unreachable(f"the line to the service: {error.strerror or error}") from error
        except h11.ProtocolError as error:
            self.close()
            raise Refused(f"the service speaks no HTTP we know: {error}") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection; safe to call twice."""
        sock, self._sock = self._sock, None
        if sock:
            sock.close()

    # --- connection -------------------------------------------------------------------------------

    def _live(self, limit: Limit) -> ssl.SSLSocket:
        sock = self._sock
        if sock and self._idle(sock):
            self._http.start_next_cycle()
            return sock
        self.close()
        self._http = h11.Connection(h11.CLIENT)
        self._sock = sock = self._open(limit)
        return sock

    def _idle(self, sock: ssl.SSLSocket) -> bool:
        """Whether the line can carry another request; a service may have hung up meanwhile."""
        done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if not done:
            return False
        try:
            return not sock.recv(1) and False  # an end, or bytes nobody asked for
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False

    def _open(self, limit: Limit) -> ssl.SSLSocket:
        # Names are looked up by the system, which cannot be interrupted; a shop gives an address.
        raw = self._reached(socket.getaddrinfo(*self._place, type=socket.SOCK_STREAM), limit)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock = self._tls().wrap_socket(
                raw, server_hostname=self._place[0], do_handshake_on_connect=False
            )
        except BaseException:
            raw.close()
            raise
        try:
            self._patiently(sock, sock.do_handshake, limit)
        except BaseException:
            sock.close()
            raise
        return sock

    def _reached(self, found: Sequence[Place], limit: Limit) -> socket.socket:
        """A connection to the first address that takes one; a silent one has its share of the time.

        Raises OSError or Unreachable: what was said of the last address.
        """
        *others, last = found
        for number, place in enumerate(others):
            now = self._clock.monotonic()
            share = (limit.end - now) / (len(found) - number)
            try:
                return self._connected(place, Limit(now + share, limit.cancel))
            except (OSError, Unreachable):
                self._check(limit)
        return self._connected(last, limit)

    def _connected(self, found: Place, limit: Limit) -> socket.socket:
        family, kind, protocol, _, place = found
        raw = socket.socket(family, kind, protocol)
        try:
            raw.setblocking(False)
            self._connect(raw, place, limit)
        except BaseException:
            raw.close()
            raise
        return raw

    def _connect(self, raw: socket.socket, place: object, limit: Limit) -> None:
        with contextlib.suppress(BlockingIOError):
            raw.connect(place)  # type: ignore[arg-type]
        while not select.select([], [raw], [], LOOK_SECONDS)[1]:
            self._check(limit)
        failed = raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, f"connect failed ({failed})")

    # --- bytes --------------------------------------------------------------------------------------

    def _request(self, method: str, target: str, body: bytes) -> bytes:
        host, port = self._place
        headers = [("Host", f"{host}:{port}"), ("Content-Length", str(len(body)))]
        if body:
            headers.append(("Content-Type", "application/octet-stream"))
        parts = [
            self._http.send(h11.Request(method=method, target=target, headers=headers)),
            self._http.send(h11.Data(data=body)) if body else b"",
            self._http.send(h11.EndOfMessage()),
        ]
        return b"".join(part for part in parts if part)

    def _send(self, sock: ssl.SSLSocket, data: bytes, limit: Limit) -> None:
        rest = memoryview(data)
        while rest:
            sent = self._patiently(sock, lambda left=rest: sock.send(left), limit)  # type: ignore[misc]
            rest = rest[sent:]

    def _answer(self, sock: ssl.SSLSocket, most: int, limit: Limit) -> Reply:
        status, retry, body = 0, 0.0, bytearray()
        while True:
            event = self._http.next_event()
            match event:
                case h11.NEED_DATA:
                    data = self._patiently(sock, lambda: sock.recv(CHUNK), limit)
                    if not data:
                        raise Unreachable("the service hung up before it had answered")
                    self._http.receive_data(data)
                case h11.Response():
                    status, retry = event.status_code, _retry(event.headers)
                case h11.Data():
                    body += event.data
                    if len(body) > most:
                        raise Refused(f"an answer of more than {most} bytes", status)
                case h11.EndOfMessage():
                    return Reply(status, bytes(body), retry)
                case h11.InformationalResponse():
                    pass
                case _:
                    raise Refused("the service speaks no HTTP we know")

    def _patiently(self, sock: ssl.SSLSocket, attempt: Callable[[], T], limit: Limit) -> T:
        while True:
            try:
                return attempt()
            except ssl.SSLWantReadError:
                self._check(limit)
                select.select([sock], [], [], LOOK_SECONDS)
            except ssl.SSLWantWriteError:
                self._check(limit)
                select.select([], [sock], [], LOOK_SECONDS)

    def _check(self, limit: Limit) -> None:
        if limit.cancel:
            raise Unreachable("nobody wants the answer any more")
        if self._clock.monotonic() >= limit.end:
            raise Unreachable("the service does not answer in time")


def _retry(headers: h11._headers.Headers) -> float:
    """Retry-After in seconds; dates are not used between us."""
    for name, value in headers:
        if name == b"retry-after" and value.isdigit():
            return min(float(value), RETRY_MOST)
    return 0.0
