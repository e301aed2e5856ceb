"""Message sequence ids (PA00P015 13.08 chapter 5): which answer belongs to which message. Pure.

Both sides count in one row: 1 to 999999, then 1 again. An answer carries the id of what it answers, so a
message that comes again is told from a new one, and a message that was lost leaves a gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any, TypeVar

from drivers.zvt.fields import Container, DecodeError, Tag, bitmap, read_container, write_tag
from drivers.zvt.messages import Message, Negative, PrintLine, Unknown
from kiosk.errors import RemoteProtocolError

TAG = 0x1F73
MOST = 999_999
WANTED = Tag(TAG, b"\0\0\0")
"""In a registration and its completion: from the next message on, all carry one."""

M = TypeVar("M", bound=Message)


class Sequence:
    """The row of one connection, seen from one side."""

    def __init__(self) -> None:
        self._sent = 0
        self._received = 0
        self._unanswered: deque[int | None] = deque()
        """Of the other side, in order; None for a message that carried none."""
        self._awaited: set[int] = set()
        """Ours that no answer came for yet."""

    def outgoing(self, message: M) -> M:
        """A message of ours that wants an answer, with its id."""
        if not _takes_id(message):
            return message
        self._sent = _after(self._latest())
        self._awaited.add(self._sent)
        return _with_id(message, self._sent)

    def answering(self, message: M) -> M:
        """An answer of ours, with the id of what it answers."""
        found = self._unanswered.popleft() if self._unanswered else None
        return message if found is None else _with_id(message, found)

    def answered(self, message: Message) -> bool:
        """Whether an answer of theirs is new; one that was heard before is not."""
        found = id_of(message)
        if found is None:
            self._awaited.clear()
            return True
        if found not in self._awaited:
            return False
        self._awaited.discard(found)
        return True

    def incoming(self, message: Message) -> bool:
        """Whether a message of theirs is new. Raises RemoteProtocolError if one before it was lost."""
        found = id_of(message)
        if found is not None:
            if found == self._received:
                return False
            if _distance(self._received, found) > _distance(self._received, _after(self._latest())):
                raise RemoteProtocolError(
                    f"message {found:06d} came behind {self._latest():06d}: one was lost"
                )
            self._received = found
        self._unanswered.append(found)
        return True

    def _latest(self) -> int:
        ahead = _distance(self._received, self._sent)
        return self._sent if ahead < MOST // 2 else self._received


def id_of(message: Message) -> int | None:
    """The id a message carries, or None."""
    tlv = _container(message)
    found = tlv.find(TAG) if tlv else None
    digits = found.data.hex() if found else ""
    return int(digits) if len(digits) == 6 and digits.isdecimal() else None


def _container(message: Message) -> Container | None:
    found: Any = getattr(message, "tlv", None)
    if isinstance(found, Container):
        return found
    raw = next((content for number, content in message.extra if number == 0x06), None)
    if raw is None and isinstance(message, Negative) and message.tail[:1] == b"\x06":
        raw = message.tail[2:]
    try:
        return read_container(raw) if raw else None
    except DecodeError:
        return None


def _takes_id(message: Message) -> bool:
    """A line to print is all text (3.5), and what no table names is kept as it is."""
    return not isinstance(message, PrintLine | Unknown)


def _with_id(message: M, number: int) -> M:
    tag = Tag(TAG, bytes.fromhex(f"{number:06d}"))
    if isinstance(message, Negative):
        return replace(message, tail=message.tail + bitmap(0x06, write_tag(tag)))
    if hasattr(message, "tlv"):
        before = getattr(message, "tlv", None) or Container(b"", ())
        both = Container(before.raw + write_tag(tag), (*before.tags, tag))
        changed: Any = {"tlv": both}
        return replace(message, **changed)
    return replace(message, extra=(*message.extra, (0x06, write_tag(tag))))


def _after(number: int) -> int:
    return number % MOST + 1


def _distance(before: int, after: int) -> int:
    """Steps from one id forward to another, over the wrap."""
    return (after - before) % MOST
