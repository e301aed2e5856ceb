"""Message sequence ids (PA00P015 13.08 chapter 5): which answer belongs to which message. Pure.

Both sides count in one row: 1 to 999999, then 1 again. An answer carries the id of what it answers, so a
message that comes again is told from a new one, and a message that was lost leaves a gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any, TypeVar

from drivers.zvt.fields import Container, DecodeError, Tag, bitmap, read_container, write_tag
from drivers.zvt.messages import IntermediateStatus, Message, Negative, Positive, PrintLine, Unknown
from kiosk.errors import RemoteProtocolError

TAG = 0x1F73
MOST = 999_999
WANTED = Tag(TAG, b"\0\0\0")
"""In a registration and its completion: from the next message on, all carry one."""

_HEAD = bitmap(0x06, write_tag(WANTED))[:-3]
_SIZE = len(_HEAD) + 3
"""A container that holds nothing but an id, behind keys or a refusal's data."""

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
            if not self._may_follow(found):
                raise RemoteProtocolError(
                    f"message {found:06d} came behind {self._latest():06d}: one was lost"
                )
            self._received = found
        self._unanswered.append(found)
        return True

    def _may_follow(self, found: int) -> bool:
        """Whether no message was lost before this one; 000000 is the id of none."""
        if not self._received or not found:
            return 0 < found <= self._sent + 1
        expected = _distance(self._received, _after(self._latest()))
        return _distance(self._received, found) <= expected

    def _latest(self) -> int:
        ahead = _distance(self._received, self._sent)
        return self._sent if ahead < MOST // 2 else self._received


def id_of(message: Message) -> int | None:
    """The id a message carries, or None."""
    return split(message)[0]


def split(message: M) -> tuple[int | None, M]:
    """The id of a message, and the message without it."""
    if isinstance(message, Positive) and message.keys[-_SIZE:-3] == _HEAD:
        bare: Any = {"keys": message.keys[:-_SIZE]}
        return _number(message.keys[-3:]), replace(message, **bare)
    if isinstance(message, Negative) and message.tail[-_SIZE:-3] == _HEAD:
        return _number(message.tail[-3:]), replace(message, tail=message.tail[:-_SIZE])
    tlv: Container | None = getattr(message, "tlv", None)
    if tlv is not None:
        found, rest = _taken(tlv)
        changed: Any = {"tlv": rest}
        return (found, replace(message, **changed)) if found is not None else (None, message)
    for place, (number, content) in enumerate(message.extra):
        found, rest = _taken(_read(content)) if number == 0x06 else (None, None)
        if found is not None:
            extra = list(message.extra)
            extra[place : place + 1] = [(0x06, rest.raw)] if rest else []
            return found, replace(message, extra=tuple(extra))
    return None, message


def _taken(tlv: Container) -> tuple[int | None, Container | None]:
    """The id in a container, and what else it holds; None where that is nothing."""
    tag = tlv.find(TAG)
    found = _number(tag.data) if tag else None
    rest = tuple(each for each in tlv.tags if each.number != TAG)
    return found, Container.of(*rest) if rest else None


def _read(content: bytes) -> Container:
    try:
        return read_container(content)
    except DecodeError:
        return Container(content, ())


def _number(data: bytes) -> int | None:
    digits = data.hex()
    return int(digits) if len(digits) == 6 and digits.isdecimal() else None


def _takes_id(message: Message) -> bool:
    """A line to print is all text (3.5), what no table names is kept as it is, and where a leading
    field is left out a container would be read as that field; an intermediate status is told apart.
    """
    if isinstance(message, PrintLine | Unknown):
        return False
    leads = () if isinstance(message, IntermediateStatus) else message.table.leads
    return all(getattr(message, name) is not None for name, _, _ in leads)


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
