"""Message sequence ids (PA00P015 13.08 chapter 5): one row for both sides, and what falls out of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from drivers.zvt.codec import decode, encode
from drivers.zvt.fields import Container, Tag
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.messages import (
    AbortCommand,
    Authorization,
    Completion,
    DisplayTextWithKey,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintReceipts,
    PrintTextBlock,
    ReadCard,
    Registration,
    SelfTest,
    StatusEnquiry,
    StatusInformation,
    Unknown,
)
from drivers.zvt.sequence import MOST, TAG, WANTED, Sequence, id_of, split
from drivers.zvt.session import Phase, Role, Session
from kiosk.ports import RemoteProtocolError

YES = Positive()
ASKED = Registration(0, 0xBE, tlv=Container.of(WANTED))
AGREED = Completion(tlv=Container.of(WANTED))


def wire(message: Message, number: int | None = None) -> bytes:
    """Bytes as the other side sends them, with this id."""
    control, data = encode(message)
    return frame(control, data + (tail(number) if number is not None else b""))


def tail(number: int) -> bytes:
    """The container of an id alone, as the specification's examples have it."""
    return bytes.fromhex(f"0606 1F7303 {number:06d}")


def one(data: bytes) -> Message:
    """The message of one APDU, its id still in it."""
    ((control, content),) = Deframer().feed(data)
    return decode(control, content, strict=False)


def numbered(data: bytes) -> int | None:
    """The id of one APDU."""
    return id_of(one(data))


class Row:
    """Both ends of a line, and each APDU that crossed it with its id."""

    def __init__(self, *, agreed: bool = True) -> None:
        self.till, self.terminal = Session(Role.TILL), Session(Role.TERMINAL)
        self.ids: list[int | None] = []
        self.says(self.till, ASKED if agreed else Registration(0, 0xBE))
        self.says(self.terminal, YES, AGREED if agreed else Completion()).says(self.till, YES)
        assert self.ids == [0 if agreed else None, None, 0 if agreed else None, None]
        self.ids.clear()

    def says(self, sender: Session, *messages: Message) -> Row:
        """These go over; the other side sees them as they were meant, without ids."""
        hearer = self.terminal if sender is self.till else self.till
        for message in messages:
            data = sender.send(message)
            self.ids.append(numbered(data))
            assert list(hearer.receive(data)) == [message]
        return self

    def running(self) -> Row:
        """A payment that was accepted: ids 1 and 1."""
        return self.says(self.till, Authorization(1)).says(self.terminal, YES)

    def ends(self) -> tuple[Session, Session]:
        return self.till, self.terminal


# --- the row --------------------------------------------------------------------------------------


def test_both_count_in_one_row() -> None:
    """The dialogue of 5.1: a command is 1, its answer too, then the terminal counts on."""
    row = Row().running()
    for _ in range(3):
        row.says(row.terminal, IntermediateStatus(0x17)).says(row.till, YES)
    row.says(row.terminal, PrintTextBlock()).says(row.till, YES)
    row.says(row.terminal, Completion()).says(row.till, YES)
    row.says(row.till, StatusEnquiry(0)).says(row.terminal, Negative(code=0x83))
    assert row.ids == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
    assert all(end.numbered for end in row.ends())


def test_the_bytes_are_those_of_the_specification() -> None:
    """5.1: 80 00 08 06 06 1F 73 03 00 00 01."""
    row = Row()
    sent = row.till.send(Authorization(100, currency=978, payment_type=0x44))
    assert sent.hex(" ") == (
        "06 01 14 04 00 00 00 00 01 00 49 09 78 19 44 06 06 1f 73 03 00 00 01"
    )  # the specification writes 0C for the length 14
    assert list(row.terminal.receive(sent))
    assert row.terminal.send(YES).hex(" ") == "80 00 08 06 06 1f 73 03 00 00 01"


def test_nothing_is_numbered_where_only_one_side_wants_it() -> None:
    """The terminal's completion decides."""
    row = Row(agreed=False).running()
    assert row.ids == [None, None]
    assert not any(end.numbered for end in row.ends())


def test_a_registration_begins_anew() -> None:
    """It carries no id of the row, its completion neither, and then 1 comes again."""
    row = Row().running()
    row.says(row.terminal, Completion()).says(row.till, YES)
    row.ids.clear()
    row.says(row.till, ASKED).says(row.terminal, YES, AGREED).says(row.till, YES)
    assert row.ids == [0, None, 0, None]
    row.ids.clear()
    row.running()
    assert row.ids == [1, 1]
    row.says(row.terminal, Completion()).says(row.till, YES)
    row.says(row.till, Registration(0, 0xBE)).says(row.terminal, YES, Completion())
    assert not any(end.numbered for end in row.ends())


def test_the_row_wraps() -> None:
    """999999 is followed by 000001, on either side; zero never comes."""
    row = Row().running()
    for end in row.ends():
        assert end._sequence
        end._sequence._sent = end._sequence._received = MOST - 2
    for _ in range(4):
        row.says(row.terminal, IntermediateStatus(0x0A)).says(row.till, YES)
    assert row.ids[2::2] == row.ids[3::2] == [MOST - 1, MOST, 1, 2]
    with pytest.raises(RemoteProtocolError, match="000004 came behind 000002"):
        list(row.till.receive(wire(IntermediateStatus(0x0A), 4)))


# --- repeated and lost -----------------------------------------------------------------------------


def test_a_repeated_report_is_answered_again_and_not_passed_on() -> None:
    """The same answer, byte by byte."""
    row = Row().running()
    report = row.terminal.send(StatusInformation(0, 119))
    assert list(row.till.receive(report)) == [StatusInformation(0, 119)]
    answer = row.till.send(YES)
    for _ in range(3):
        assert list(row.till.receive(report)) == []
        assert row.till.take_repeats() == answer
    assert row.till.take_repeats() == b""
    assert row.till.phase is Phase.RUNNING
    assert list(row.terminal.receive(answer + answer + answer)) == [YES]
    row.says(row.terminal, Completion())
    assert row.ids[-1] == 3


def test_a_repeated_command_is_carried_out_once() -> None:
    """The terminal accepts it again, with the id of the first time."""
    row = Row()
    command = row.till.send(Authorization(119))
    assert list(row.terminal.receive(command)) == [Authorization(119)]
    answer = row.terminal.send(YES)
    assert list(row.terminal.receive(command + command)) == []
    assert row.terminal.take_repeats() == answer * 2
    assert list(row.till.receive(answer * 3)) == [YES]


@pytest.mark.parametrize("number", [4, 1, 999_999, 500_000])
def test_a_gap_is_the_end(number: int) -> None:
    """Lost, or from long ago: what stood between is not known."""
    row = Row().running()
    row.says(row.terminal, IntermediateStatus(0x0A)).says(row.till, YES)
    with pytest.raises(RemoteProtocolError, match=f"{number:06d} came behind 000002: one was lost"):
        list(row.till.receive(wire(IntermediateStatus(0x0A), number)))


def test_a_gap_before_a_command_is_the_end() -> None:
    """For the terminal as well."""
    row = Row()
    with pytest.raises(RemoteProtocolError, match="000002 came behind 000000"):
        list(row.terminal.receive(wire(Authorization(1), 2)))


def test_an_answer_to_nothing_is_not_heard() -> None:
    """It neither accepts nor refuses; the right one does."""
    row = Row()
    row.till.send(Authorization(1))
    for stray in (wire(YES, 7), wire(Negative(code=0x83), 999_999), wire(YES, 0)):
        assert list(row.till.receive(stray)) == []
        assert row.till.phase is Phase.COMMANDED
    assert list(row.till.receive(wire(YES, 1))) == [YES]


def test_the_end_of_a_registration_may_come_again() -> None:
    """It carries zero, and so it is known although ids have begun: it is answered as before."""
    row = Row()
    assert list(row.till.receive(wire(AGREED))) == []
    assert row.till.take_repeats() == wire(YES)
    row.running()


# --- out of turn ---------------------------------------------------------------------------------


def test_a_stop_crosses_a_report() -> None:
    """Both take the next number; each answer finds its own, and the row goes on behind."""
    row = Row().running()
    stop, report = row.till.send(AbortCommand()), row.terminal.send(IntermediateStatus(0x0A))
    assert numbered(stop) == numbered(report) == 2
    assert list(row.till.receive(report)) == [IntermediateStatus(0x0A)]
    assert list(row.terminal.receive(stop)) == [AbortCommand()]
    row.says(row.terminal, Negative(code=0x83)).says(row.till, YES)
    row.says(row.terminal, Completion()).says(row.till, YES)
    assert row.ids[2:] == [2, 2, 3, 3]
    assert not row.till.stops_open


def test_two_reports_may_wait_for_their_answers() -> None:
    """Some terminals do not wait (5.1 does not forbid it); answers keep the order."""
    row = Row().running()
    first, second = (row.terminal.send(IntermediateStatus(each)) for each in (0x0A, 0x0B))
    assert len(list(row.till.receive(first + second))) == 2
    answers = row.till.send(YES), row.till.send(YES)
    assert [numbered(each) for each in answers] == [2, 3]
    assert len(list(row.terminal.receive(b"".join(answers)))) == 2


# --- where an id stands --------------------------------------------------------------------------


def test_a_line_to_print_has_no_place_for_an_id() -> None:
    """06 D1 is text to its end; neither it nor its answer counts, and the row goes on."""
    row = Row().running()
    row.says(row.terminal, PrintLine(0, "Beleg \x06\x06")).says(row.till, YES)
    row.says(row.terminal, IntermediateStatus(0x0A)).says(row.till, YES)
    assert row.ids == [1, 1, None, None, 2, 2]


def test_what_no_table_names_stays_as_it_is() -> None:
    """Its data may be anything."""
    row = Row()
    row.says(row.till, Unknown(code=0x0FCA, data=b"\x01")).says(row.terminal, YES)
    assert row.ids == [None, None]


@pytest.mark.parametrize(
    "answer",
    [
        YES,
        Positive(keys=b"1234"),
        Positive(tlv=Container.of(Tag(0x07, b"ja"))),
        Negative(code=0x9D),
        Negative(code=0x1E, tail=b"\x6c"),
    ],
    ids=["80 00", "keys", "container", "84 9D", "84 1E and its code"],
)
def test_answers_keep_what_else_they_say(answer: Message) -> None:
    """The id stands behind keys and a refusal's data, and within a container."""
    row = Row()
    row.says(row.till, DisplayTextWithKey()).says(row.terminal, answer)
    assert row.ids == [1, 1]


def test_a_refusal_with_an_id_is_that_of_the_table() -> None:
    """84 9D and the container behind it: issue of goods asked for again, in a numbered dialogue."""
    row = Row().running()
    report = row.terminal.send(StatusInformation(0, 119))
    assert list(row.till.receive(report))
    wait = row.till.send(Negative(code=0x9D))
    assert wait.hex(" ") == "84 9d 08 06 06 1f 73 03 00 00 02"
    assert list(row.terminal.receive(wait)) == [Negative(code=0x9D)]


@pytest.mark.parametrize(
    "bare",
    [
        IntermediateStatus(0x0A),
        StatusInformation(0, tlv=Container.of(Tag(0x24, (Tag(0x07, b"Text"),)))),
        StatusInformation(0, extra=((0x05, b"\x01"),)),
        AbortCommand(),
        SelfTest(),
    ],
    ids=lambda each: type(each).__name__,
)
def test_ids_are_put_on_and_taken_off(bare: Message) -> None:
    """Whatever a message holds besides; one that has no container of its own carries it unnamed."""
    sequence = Sequence()
    sent = one(frame(*encode(sequence.outgoing(bare))))
    assert split(sent) == (1, bare)
    assert split(bare) == (None, bare)


def test_an_unnamed_container_keeps_its_other_tags() -> None:
    """Only the id is taken off."""
    other = Container.of(Tag(0x07, b"ja")).raw
    both = Container.of(Tag(0x07, b"ja"), Tag(TAG, b"\0\0\x09")).raw
    bare = replace(AbortCommand(), extra=((0x3B, bytes(8)), (0x06, other)))
    assert split(replace(bare, extra=((0x3B, bytes(8)), (0x06, both)))) == (9, bare)
    assert split(bare) == (None, bare)


# --- hostile -------------------------------------------------------------------------------------


HOSTILE = ["", "00", "0001", "00000001", "0000", "aaaaaa", "00000f", "ffffff", "1a0000"]


@pytest.mark.parametrize("content", HOSTILE)
@pytest.mark.parametrize(
    "carrier", [IntermediateStatus(0x0A), AbortCommand()], ids=["named", "unnamed"]
)
def test_what_is_no_number_is_no_id(content: str, carrier: Message) -> None:
    """Not six decimal digits: the message stays whole, and nothing is counted."""
    data = bytes.fromhex(content)
    tlv = Container.of(Tag(TAG, data))
    held = (
        replace(carrier, tlv=tlv)
        if isinstance(carrier, IntermediateStatus)
        else replace(carrier, extra=((0x06, tlv.raw),))
    )
    assert split(held) == (None, held)


@pytest.mark.parametrize("content", ["aaaaaa", "00000f"])
def test_answers_with_no_number_are_no_numbered_answers(content: str) -> None:
    """Keys and refusals as well: what was taken off before is taken off, but it counts for none."""
    container = bytes.fromhex(f"0606 1F7303 {content}")
    assert id_of(Positive(keys=b"12" + container)) is None
    assert id_of(Negative(code=0x9D, tail=container)) is None


@pytest.mark.parametrize("broken", ["1F7303", "1F73030000", "07", "FF", "1F738400000000"])
def test_an_unnamed_container_that_cannot_be_read_is_kept(broken: str) -> None:
    """It is nobody's id."""
    held = replace(AbortCommand(), extra=((0x06, bytes.fromhex(broken)),))
    assert split(held) == (None, held)


def test_a_terminal_that_forgets_its_ids_goes_on_without() -> None:
    """What came without one is taken for new, and answered without one."""
    row = Row()
    row.till.send(Authorization(1))
    assert list(row.till.receive(wire(YES) + wire(IntermediateStatus(0x0A)))) == [
        YES,
        IntermediateStatus(0x0A),
    ]
    assert row.till.send(YES) == wire(YES)
    assert list(row.till.receive(wire(YES, 1))) == []  # the command was answered already


@pytest.mark.parametrize(("before", "after"), list(product((1, 2, 5, MOST - 1, MOST), repeat=2)))
def test_every_jump_is_new_repeated_or_lost(before: int, after: int) -> None:
    """Near the wrap as anywhere: the next is new, the same is repeated, all else is lost."""
    sequence = Sequence()
    sequence._received = sequence._sent = before
    message = replace(IntermediateStatus(0x0A), tlv=Container.of(Tag(TAG, tail(after)[-3:])))
    if after == before:
        assert not sequence.incoming(message)
    elif after == before % MOST + 1:
        assert sequence.incoming(message)
    else:
        with pytest.raises(RemoteProtocolError, match="one was lost"):
            sequence.incoming(message)


@pytest.mark.parametrize("number", [999_999, 2])
def test_a_row_begins_where_it_must(number: int) -> None:
    """The first id behind the registration is 1, and 999999 is not one before it."""
    with pytest.raises(RemoteProtocolError, match="lost"):
        Sequence().incoming(Positive(tlv=Container.of(Tag(0x1F73, bytes.fromhex(f"{number:06d}")))))


@pytest.mark.parametrize("message", [StatusEnquiry(), PrintReceipts(0, 1), ReadCard()])
def test_a_command_without_its_leading_field_takes_no_id(message: Message) -> None:
    """The container would be read as that field."""
    assert Sequence().outgoing(message) == message
