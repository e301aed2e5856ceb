"""The order of a ZVT dialogue, for both roles. Sans-I/O (PA00P016 chapter 5).

The till (ECR) starts; a command hands the word to the terminal (PT), which gives it back with a
completion or an abort. Every message of the terminal is answered by the till before the next.
All that may happen stands in one table; whichever side breaks it is named by the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from drivers.zvt.codec import decode, encode
from drivers.zvt.fields import DecodeError
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.messages import (
    Abort,
    AbortCommand,
    ActivateCardReader,
    Completion,
    DisplayImage,
    DisplayText,
    IntermediateStatus,
    LogOff,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    ReadCard,
    Registration,
    SetTillClock,
    StatusInformation,
)
from drivers.zvt.sequence import TAG, Sequence, split
from kiosk.ports import LocalProtocolError, RemoteProtocolError


class Role(Enum):
    """Which side of the line this is."""

    TILL = "till"
    TERMINAL = "terminal"

    @property
    def other(self) -> Role:
        return Role.TERMINAL if self is Role.TILL else Role.TILL


class Phase(Enum):
    """Who has the word."""

    IDLE = "idle"
    COMMANDED = "commanded"
    """A command went out; its acceptance is awaited."""
    LEAVING = "leaving"
    """A brief command went out: it is accepted or refused, and nothing follows."""
    RUNNING = "running"
    """The terminal works."""
    ASKED = "asked"
    """The terminal sent something and waits for the till's answer."""
    ENDING = "ending"
    """Completion or abort awaits its answer."""


class Kind(Enum):
    """What a message is to the order of things."""

    COMMAND = "command"
    BRIEF = "brief"
    """A command that is answered, and nothing follows."""
    STOP = "stop"
    YES = "yes"
    NO = "no"
    REPORT = "report"
    FINAL = "final"


TABLE: dict[tuple[Phase, Role, Kind], Phase] = {
    (Phase.IDLE, Role.TILL, Kind.COMMAND): Phase.COMMANDED,
    (Phase.IDLE, Role.TILL, Kind.BRIEF): Phase.LEAVING,
    (Phase.IDLE, Role.TILL, Kind.STOP): Phase.LEAVING,
    (Phase.LEAVING, Role.TERMINAL, Kind.YES): Phase.IDLE,
    (Phase.LEAVING, Role.TERMINAL, Kind.NO): Phase.IDLE,
    (Phase.COMMANDED, Role.TERMINAL, Kind.YES): Phase.RUNNING,
    (Phase.COMMANDED, Role.TERMINAL, Kind.NO): Phase.IDLE,
    (Phase.RUNNING, Role.TERMINAL, Kind.REPORT): Phase.ASKED,
    (Phase.RUNNING, Role.TERMINAL, Kind.COMMAND): Phase.ASKED,
    # Some terminals do not wait for an answer before they send on; each gets its own.
    (Phase.ASKED, Role.TERMINAL, Kind.REPORT): Phase.ASKED,
    (Phase.ASKED, Role.TERMINAL, Kind.COMMAND): Phase.ASKED,
    (Phase.RUNNING, Role.TERMINAL, Kind.FINAL): Phase.ENDING,
    (Phase.RUNNING, Role.TILL, Kind.STOP): Phase.RUNNING,
    # A stop may cross a message of the terminal (2.31): it is answered out of turn.
    (Phase.ASKED, Role.TILL, Kind.STOP): Phase.ASKED,
    (Phase.ENDING, Role.TILL, Kind.STOP): Phase.ENDING,
    (Phase.ASKED, Role.TILL, Kind.YES): Phase.RUNNING,
    (Phase.ASKED, Role.TILL, Kind.NO): Phase.RUNNING,
    (Phase.ENDING, Role.TILL, Kind.YES): Phase.IDLE,
    (Phase.ENDING, Role.TILL, Kind.NO): Phase.IDLE,
}


def kind_of(message: Message) -> Kind:
    """What a message is to the order of things. 84 00 counts as acceptance (PA00P016 5.2.3)."""
    match message:
        case Positive() | Negative(code=0):
            return Kind.YES
        case Negative():
            return Kind.NO
        case (
            IntermediateStatus()
            | StatusInformation()
            | PrintLine()
            | PrintTextBlock()
            | SetTillClock()
        ):
            return Kind.REPORT
        case Completion() | Abort():
            return Kind.FINAL
        case AbortCommand():
            return Kind.STOP
        case LogOff() | DisplayText() | DisplayImage() | ActivateCardReader():
            return Kind.BRIEF
        case _:
            return Kind.COMMAND


class Session:
    """One end of one connection. After an error it is of no further use: close the line."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.phase = Phase.IDLE
        self._owed = 0
        """Messages of the terminal that the till has not answered yet."""
        self._stops = 0
        """Stop wishes on their way, each of which will be answered out of turn (2.31)."""
        self._reading = False
        self._deframer = Deframer()
        self._sequence: Sequence | None = None
        self._agreed = False
        """The registration's completion said so; ids begin behind the answer to it."""
        self._answer = b""
        """Our last answer, for a message that comes again."""
        self._again = bytearray()

    @property
    def numbered(self) -> bool:
        """Every message carries an id, as both sides agreed on at registration (chapter 5)."""
        return self._sequence is not None

    def take_repeats(self) -> bytes:
        """Answers to messages that came again; they are sent as they are."""
        data = bytes(self._again)
        self._again.clear()
        return data

    @property
    def stops_open(self) -> bool:
        """A stop wish was not answered: do not reuse the line for a new command."""
        return self._stops > 0

    def send(self, message: Message) -> bytes:
        """Bytes of a message of ours. Raises LocalProtocolError if it is not our turn."""
        if not self._move(self.role, message):
            raise LocalProtocolError(
                f"{type(message).__name__} may not be sent while {self.phase.value}"
            )
        is_answer = kind_of(message) in (Kind.YES, Kind.NO)
        self._agree(message)
        if self._sequence:
            number = self._sequence.answering if is_answer else self._sequence.outgoing
            message = number(message)
        try:
            data = frame(*encode(message))
        except ValueError as error:
            raise LocalProtocolError(f"{type(message).__name__}: {error}") from error
        if is_answer:
            self._answer = data
        return data

    def receive(self, data: bytes) -> Iterator[Message]:
        """Messages of the other side. Raises RemoteProtocolError."""
        for control, content in self._deframer.feed(data):
            try:
                message = decode(control, content, strict=False)
            except DecodeError as error:
                raise RemoteProtocolError(
                    f"{control:04X}: {error.reason} (offset {error.offset})"
                ) from error
            self._agree(message)
            if self._sequence and not self._is_new(self._sequence, message):
                continue
            if self._sequence:
                _, message = split(message)
            if not self._move(self.role.other, message):
                raise RemoteProtocolError(
                    f"{type(message).__name__} ({control:04X}) came while {self.phase.value}"
                )
            yield message

    def _agree(self, message: Message) -> None:
        """A registration begins anew; a completion that echoes its 000000 is the last without an id,
        and so is the answer to it.
        """
        if isinstance(message, Registration):
            self._sequence, self._agreed = None, False
        elif self._agreed and self.phase is Phase.IDLE:
            self._sequence, self._agreed = Sequence(), False
        elif isinstance(message, Completion) and message.tlv and not self._sequence:
            self._agreed = message.tlv.find(TAG) is not None

    def _is_new(self, sequence: Sequence, message: Message) -> bool:
        if kind_of(message) in (Kind.YES, Kind.NO):
            return sequence.answered(message)
        if sequence.incoming(message):
            return True
        if not self._owed and self.phase is not Phase.ENDING:
            self._again += self._answer  # it was not heard, or took too long
        return False  # else it waits for its answer, which nobody has decided yet

    def _move(self, sender: Role, message: Message) -> bool:
        kind = kind_of(message)
        if sender is Role.TERMINAL and self._stops and kind in (Kind.YES, Kind.NO):
            self._stops -= 1  # answers keep their order, so this one belongs to the stop
            return True
        if isinstance(message, StatusInformation) and self._reading:
            kind = Kind.FINAL  # a card that was read gives the word back without more (2.21)
        after = TABLE.get((self.phase, sender, kind))
        if after is None:
            return False
        if after in (Phase.COMMANDED, Phase.LEAVING):
            self._reading = isinstance(message, ReadCard)
        if kind is Kind.STOP and self.phase is not Phase.IDLE:
            self._stops += 1
        if after is Phase.ASKED and sender is Role.TERMINAL:
            self._owed += 1
        elif self.phase is Phase.ASKED and kind in (Kind.YES, Kind.NO):
            self._owed -= 1
            after = Phase.ASKED if self._owed else after
        self.phase = after
        return True
