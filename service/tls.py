"""TLS as this service speaks it: 1.3 only, handshakes counted, the client's certificate handed on.

uvicorn logs no failed handshake and hides the client's certificate from the application; both are
added here by subclassing the two classes it takes from its configuration.
"""

from __future__ import annotations

import logging
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.enrol import peer_digest
from service.telemetry import Meters, tell

if TYPE_CHECKING:
    import asyncio


def context_of(folder: Path, meters: Meters, door: str, *, clients: bool) -> ssl.SSLContext:
    """The context of one door; `clients`: who shows no certificate of ours does not get in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    load_certificate(context, folder)
    # No kiosk resumes: each line shows its certificate anew, and two tickets less are made for it.
    context.num_tickets = 0
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "root.pem")
    context.sslobject_class = _counted(meters, door)
    return context


def load_certificate(context: ssl.SSLContext, folder: Path) -> None:
    """The server's certificate as it lies there now. Raises OSError (ssl.SSLError)."""
    context.load_cert_chain(folder / "server.pem", folder / "server.key")


def _counted(meters: Meters, door: str) -> type[ssl.SSLObject]:
    class Counted(ssl.SSLObject):
        """Counts how handshakes end, and logs why they failed."""

        def do_handshake(self, *args: Any, **more: Any) -> None:
            try:
                super().do_handshake(*args, **more)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                meters.handshakes.labels("failed").inc()
                tell("handshake failed", logging.WARNING, door=door, reason=_reason(error))
                raise
            meters.handshakes.labels("done").inc()

    return Counted


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's own word for it: a fixed vocabulary, nothing of what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return str(error.reason or "unknown").lower().replace("_", " ")


REQUEST_SECONDS = 20.0
"""From opening a line, or the first byte of a request, to its last one."""


class PeerProtocol(HttpToolsProtocol):
    """Puts the client's certificate (DER) and its key's digest into the request's state.

    Who opens lines and says nothing, or too slowly, is cut off: uvicorn alone would wait for ever.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.limit_concurrency and len(self.connections) > self.limit_concurrency:
            transport.abort()
            return
        told = transport.get_extra_info("ssl_object")
        certificate = told.getpeercert(binary_form=True) if told else None
        digest = _digest(certificate) if certificate else None
        self.app_state = {**self.app_state, "certificate": certificate, "peer": digest}
        self._expect()

    def data_received(self, data: bytes) -> None:
        self._expect()
        super().data_received(data)

    def on_message_complete(self) -> None:
        self._met()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._met()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _met(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


@lru_cache(maxsize=4096)
def _digest(certificate: bytes) -> bytes:
    return peer_digest(x509.load_der_x509_certificate(certificate))
