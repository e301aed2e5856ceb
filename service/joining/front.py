"""Joining at the public door. Reading a page changes nothing: only a press does, and that is a POST.

Addresses hold all that is needed, so no body is ever read: `/j/INVITATION`, pressed at
`/j/INVITATION/PRESS`, where PRESS is random for each time the page is shown and tells who pressed first;
and `/m/PAGE` with `/code` and `/withdraw`, where PAGE is the member's secret.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import Enum

from starlette.types import Scope

from service.clock import Clock
from service.joining import pages
from service.joining.desk import Outcome, Told
from service.joining.door import JoinLine
from service.joining.texts import LANGUAGES
from service.wire.invitation import (
    CHARACTERS,
    PAGE_BYTES,
    PRESS_BYTES,
    bytes_of,
    read,
    text_of,
)
from service.wire.messages import Malformed

_JOIN = re.compile(rf"/j/([A-Za-z0-9_-]{{{CHARACTERS}}})(?:/([A-Za-z0-9_-]{{22}}))?")
_PAGE = re.compile(r"/m/([A-Za-z0-9_-]{22})(?:/(code|withdraw))?")


class Seen(Enum):
    """All that is counted of a request."""

    INVITED = "invited"
    JOINED = "joined"
    OWN = "own_page"
    CODE = "code"
    LEFT = "left"
    USED = "used"
    OVER = "over"
    BUSY = "busy"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Page:
    """What to answer; no body where there is nothing, or where it is to be tried later."""

    seen: Seen
    body: bytes = b""


NOTHING, BUSY = Page(Seen.NOTHING), Page(Seen.BUSY)


class JoinFront:
    """Answers for `/j/` and `/m/`."""

    def __init__(self, line: JoinLine, clock: Clock, responsible: str) -> None:
        self._who = responsible
        self._line = line
        self._clock = clock

    async def answer(self, scope: Scope) -> Page | None:
        """None for another address. Raises StoreAway."""
        path = scope["raw_path"].decode("ascii", "replace")
        pressed, language = scope["method"] == "POST", language_of(scope)
        try:
            if match := _JOIN.fullmatch(path):
                return await self._join(match[1], match[2] or "", language, pressed=pressed)
            if match := _PAGE.fullmatch(path):
                return await self._own(match[1], match[2] or "", language, pressed=pressed)
        except Malformed:
            return NOTHING
        return None

    async def _join(self, invitation: str, press: str, language: str, *, pressed: bool) -> Page:
        """Raises Malformed, or StoreAway."""
        if read(invitation).over(self._clock.now_ms()):
            return Page(Seen.OVER, pages.over(language))
        if not press:
            action = f"{invitation}/{text_of(secrets.token_bytes(PRESS_BYTES))}"
            return (
                NOTHING
                if pressed
                else Page(Seen.INVITED, pages.invited(language, action, self._who))
            )
        bytes_of(press, PRESS_BYTES)
        if not pressed:  # shown again, as by going back: pressed once more, it is the same press
            return Page(Seen.INVITED, pages.invited(language, press, self._who))
        told = await self._line.ask("join", invitation=invitation, press=press, language=language)
        match told.outcome:
            case Outcome.DONE:
                home = f"../../m/{text_of(told.page)}"
                return Page(Seen.JOINED, pages.shown(language, told.code, home))
            case _:
                return _otherwise(told, language)

    async def _own(self, page: str, act: str, language: str, *, pressed: bool) -> Page:
        """Raises Malformed, or StoreAway."""
        bytes_of(page, PAGE_BYTES)
        if pressed and not act:
            return NOTHING
        told = await self._line.ask(act if pressed else "look", page=page, language=language)
        if told.outcome is not Outcome.DONE:
            return _otherwise(told, language)
        if told.code:
            return Page(Seen.CODE, pages.shown(language, told.code, f"../{page}"))
        return Page(Seen.OWN, pages.own(language, f"../{page}" if act else page))


def _otherwise(told: Told, language: str) -> Page:
    match told.outcome:
        case Outcome.USED:
            return Page(Seen.USED, pages.used(language))
        case Outcome.OVER:
            return Page(Seen.OVER, pages.over(language))
        case Outcome.LEFT:
            return Page(Seen.LEFT, pages.left(language))
        case Outcome.BUSY:
            return BUSY
        case _:
            return NOTHING


def language_of(scope: Scope) -> str:
    """The first of ours that the caller names; German where there is none."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            for each in bytes(value).decode("latin-1").split(",")[:20]:
                if (wanted := each.strip()[:2].lower()) in LANGUAGES:
                    return wanted
    return LANGUAGES[0]
