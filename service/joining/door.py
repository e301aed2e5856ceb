"""The inner door for joining: short JSON between two processes of ours, on loopback only.

The public process has no key and may not write; what it cannot answer by itself it asks here.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import h11
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.errors import SettingsError, StoreAway
from service.joining.desk import JoinDesk, Outcome, Told
from service.joining.texts import LANGUAGES
from service.settings import endpoint
from service.telemetry import tell_error, tell_store_away
from service.wire.invitation import PAGE_BYTES, PRESS_BYTES, bytes_of, read, text_of
from service.wire.messages import Malformed

MOST = 1024
"""Bytes of a question, and of an answer."""
ANSWER_SECONDS = 8.0
PATH = "/v1/join"


class JoinDoor:
    """An ASGI application: `POST /v1/join`."""

    def __init__(self, desk: JoinDesk) -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await (await self._answer(scope, receive))(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if (scope["method"], scope["path"]) != ("POST", PATH):
            return Response(status_code=404)
        try:
            told = await self._told(json.loads(await _body(receive)))
        except (Malformed, ValueError, KeyError, TypeError, RecursionError, ClientDisconnect):
            return Response(status_code=400)
        except StoreAway as error:
            tell_store_away(error)
            return Response(status_code=503)
        except SettingsError as error:
            tell_error(error)
            return Response(status_code=503)
        body = {"outcome": told.outcome.value, "page": text_of(told.page), "code": told.code}
        return Response(json.dumps(body), media_type="application/json")

    async def _told(self, asked: dict[str, Any]) -> Told:
        """Raises Malformed, KeyError or TypeError for what is no question."""
        language = asked["language"] if asked["language"] in LANGUAGES else LANGUAGES[0]
        if asked["act"] == "join":
            press = bytes_of(asked["press"], PRESS_BYTES)
            return await self._desk.join(read(asked["invitation"]), press, language)
        page = bytes_of(asked["page"], PAGE_BYTES)
        match asked["act"]:
            case "look":
                return await self._desk.look(page)
            case "code":
                return await self._desk.code(page)
            case "withdraw":
                return await self._desk.withdraw(page, language)
            case _:
                raise Malformed("no act of this door")


async def _body(receive: Receive) -> bytes:
    """Raises Malformed for more than any question has, or ClientDisconnect."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MOST:
            raise Malformed("a question that is too long")
        more = message.get("more_body", False)
    return body


class JoinLine:
    """The other side: asks, on a line of its own each time."""

    def __init__(self, place: str) -> None:
        self._host, self._port = endpoint(place, "joining")

    async def ask(self, act: str, **said: str) -> Told:
        """Raises StoreAway where the desk does not answer as it should."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                body = await self._exchange(json.dumps({"act": act, **said}).encode())
            told = json.loads(body)
            page = bytes_of(told["page"], PAGE_BYTES) if told["page"] else b""
            return Told(Outcome(told["outcome"]), page, str(told["code"]))
        except (OSError, TimeoutError, h11.ProtocolError) as error:
            raise StoreAway(f"the joining door does not answer: {type(error).__name__}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreAway("the joining door answered something else") from error

    async def _exchange(self, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            line = h11.Connection(h11.CLIENT)
            host = f"{self._host}:{self._port}"
            headers = [("host", host), ("content-length", str(len(body))), ("connection", "close")]
            writer.write(line.send(h11.Request(method="POST", target=PATH, headers=headers)) or b"")
            writer.write(line.send(h11.Data(data=body)) or b"")
            writer.write(line.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            return await _heard(line, reader)
        finally:
            writer.close()


async def _heard(line: h11.Connection, reader: asyncio.StreamReader) -> bytes:
    """The body of a 200. Raises ValueError for anything else."""
    body = b""
    while True:
        match line.next_event():
            case h11.NEED_DATA:
                line.receive_data(await reader.read(4096))
            case h11.Response(status_code=status) if status != 200:
                raise StoreAway(f"the joining door answered {status}")
            case h11.Data(data=data) if len(body) + len(data) <= 2 * MOST:
                body += bytes(data)
            case h11.Response():
                pass
            case h11.EndOfMessage():
                return body
            case _:
                raise ValueError("no answer")
