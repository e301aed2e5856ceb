"""Lines of strangers: bounded in number, in bytes and in time, and each answer has all headers."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 8192
"""Of a request's first line and headers."""
REQUEST_SECONDS, LIFE_SECONDS, IDLE_SECONDS = 10.0, 120.0, 10
LINES_MOST = 256


class PublicLine(H11Protocol):
    """h11 counts the bytes; this counts lines and seconds, which uvicorn alone does not."""

    _deadline: asyncio.TimerHandle | None = None
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > LINES_MOST:
            transport.abort()
            return
        # However busy it is: who reads slowly must not keep an answer in memory for ever.
        self._end = self.loop.call_later(LIFE_SECONDS, transport.abort)
        self._expect()

    def data_received(self, data: bytes) -> None:
        self._expect()
        super().data_received(data)

    def on_response_complete(self) -> None:
        self._met()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._met()
        if self._end:
            self._end.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """For what is no HTTP: without words, but with the headers that uvicorn leaves out here."""
        del msg
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        headers = [*self.server_state.default_headers, (b"connection", b"close")]
        headers.append((b"content-length", b"0"))
        status = HTTPStatus.BAD_REQUEST
        answer = h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
        self.transport.write(self.conn.send(answer) or b"")
        self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _met(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None
