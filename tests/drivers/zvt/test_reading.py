"""What a terminal's messages mean: dates without a year, masked numbers, texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from drivers.zvt import reading
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import IntermediateStatus, PrintLine, PrintTextBlock, StatusInformation
from kiosk.money import Money
from kiosk.ports import RemoteProtocolError

BERLIN = ZoneInfo("Europe/Berlin")


def told(local: datetime, now: datetime) -> datetime | None:
    """What is read when a terminal tells this local time at `now`."""
    message = StatusInformation(
        0,
        date=local.month * 100 + local.day,
        time=local.hour * 10_000 + local.minute * 100 + local.second,
    )
    return reading.moment_of(message, reading.Moment(now, BERLIN))


@pytest.mark.parametrize("year", [2024, 2026])
def test_every_date_of_a_year_is_read(year: int) -> None:
    """A minute after it, the day after, and five months after; October to December and leap day."""
    day = date(year, 1, 1)
    while day.year == year:
        local = datetime(year, day.month, day.day, 14, 5, 59, tzinfo=BERLIN)
        for later in (timedelta(minutes=1), timedelta(days=1), timedelta(days=150)):
            found = told(local, (local + later).astimezone(UTC))
            assert found == local.astimezone(UTC)
            assert found is not None
            assert found.tzinfo is UTC
        day += timedelta(days=1)


def test_the_turn_of_the_year() -> None:
    """The last second of the old year, asked about in the new one, and a clock that is ahead."""
    old = datetime(2026, 12, 31, 23, 59, 59, tzinfo=BERLIN)
    assert told(old, datetime(2027, 1, 1, 0, 0, 5, tzinfo=BERLIN)) == old
    new = datetime(2027, 1, 1, 0, 0, 3, tzinfo=BERLIN)
    assert told(new, datetime(2026, 12, 31, 23, 59, 58, tzinfo=BERLIN)) == new


def test_the_leap_day_is_the_nearest_one() -> None:
    """Asked about on the day after; in a year far from one there is none."""
    leap = datetime(2028, 2, 29, 12, 0, 0, tzinfo=BERLIN)
    assert told(leap, datetime(2028, 3, 1, tzinfo=BERLIN)) == leap
    assert told(leap, datetime(2026, 3, 1, tzinfo=BERLIN)) is None


@pytest.mark.parametrize("hour", range(24))
def test_the_days_when_the_clock_changes(hour: int) -> None:
    """Every hour of both; of the hour that comes twice the nearer one counts."""
    for month, day in ((3, 29), (10, 25)):
        local = datetime(2026, month, day, hour, 30, tzinfo=BERLIN)
        for fold in (0, 1):
            meant = local.replace(fold=fold).astimezone(UTC)
            assert told(local, meant + timedelta(seconds=5)) == meant


@pytest.mark.parametrize(
    ("day", "time"),
    [
        (None, 1),
        (1121, None),
        (0, 0),
        (1332, 0),
        (231, 0),
        (1121, 240000),
        (1121, 126000),
        (9999, 999999),
    ],
)
def test_what_is_no_moment_is_none(day: int | None, time: int | None) -> None:
    """Missing and impossible dates and times."""
    message = StatusInformation(0, date=day, time=time)
    moment = reading.Moment(datetime(2026, 11, 21, tzinfo=UTC), BERLIN)
    assert reading.moment_of(message, moment) is None


NOW = reading.Moment(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), BERLIN)


def test_an_approval_is_read_with_its_number_masked() -> None:
    """Everything the checkout wants to know, and four digits."""
    card = reading.card_of(
        StatusInformation(
            0,
            1010,
            978,
            trace=7,
            time=130001,
            date=1121,
            card_number="4111111111111111d2712",
            terminal_id=1234,
            receipt=8,
            authorisation=b"A1B2C3\0\0",
            card_name="VISA\0",
        ),
        "52001234",
        NOW,
    )
    assert (card.amount, card.terminal_id, card.trace, card.receipt) == (
        Money(1010),
        "00001234",
        7,
        8,
    )
    assert (card.scheme, card.number, card.approval) == ("VISA", "************1111", "A1B2C3")
    assert card.at == datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)


def test_an_approval_without_anything_approves_nothing() -> None:
    """Amount 0, which no payment ever is; the terminal is the one registered with."""
    card = reading.card_of(StatusInformation(0), "52001234", NOW)
    assert (card.amount, card.terminal_id, card.trace, card.at) == (Money(0), "52001234", 0, None)


def test_another_currency_is_no_euro() -> None:
    """An amount in it never equals ours."""
    assert reading.card_of(StatusInformation(0, 100, 756), "", NOW).amount == Money(100, "XXX")


def test_success_is_never_assumed() -> None:
    """A status information without a result is no answer."""
    for read in (reading.refusal_of, lambda message: reading.transaction_of(message, "1", NOW)):
        with pytest.raises(RemoteProtocolError, match="without a result"):
            read(StatusInformation(amount=100))


def test_a_transaction_is_read() -> None:
    """A reversal names what it reversed."""
    found = reading.transaction_of(
        StatusInformation(0x6C, 100, trace=9, original_trace=7, receipt=3), "52001234", NOW
    )
    assert (found.result, found.trace, found.reversal_of, found.receipt) == (0x6C, 9, 7, 3)


@pytest.mark.parametrize(
    ("trace", "long", "expected"),
    [
        (5, b"\0\x12\x34\x56\x78", 5),
        (0, b"\0\x12\x34\x56\x78", 12345678),
        (0, b"\xff", 0),
        (0, b"", 0),
    ],
)
def test_a_long_trace_number_stands_in_a_tag(trace: int, long: bytes, expected: int) -> None:
    """1F2B counts where bitmap 0B is zero (3.1)."""
    message = StatusInformation(0, trace=trace, tlv=Container.of(Tag(0x1F2B, long)))
    assert reading.transaction_of(message, "1", NOW).trace == expected


def test_a_refusal_has_a_code_and_the_hosts_text() -> None:
    """Without what is not printable."""
    message = StatusInformation(0x05, additional_text="Karte\x07 gesperrt \0rest")
    assert reading.refusal_of(message) == reading.Refusal(5, "Karte gesperrt")


def test_the_terminals_own_words_come_first() -> None:
    """Tag 24/07, else the standard text of the code, else none."""
    own = Container.of(Tag(0x24, (Tag(0x07, b"Bitte"), Tag(0x09, b"x"), Tag(0x07, b"\x84"))))
    assert reading.display_lines(IntermediateStatus(0x0A, 3, own)) == ("Bitte", "ä")
    assert reading.display_lines(IntermediateStatus(0x0A)) == ("Karte bitte",)
    assert reading.display_lines(IntermediateStatus(0xFF)) == ()
    odd = Container.of(Tag(0x04, b"x"))
    assert reading.display_lines(IntermediateStatus(0xFF, 3, odd)) == ()


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [(None, 180), (0, 180), (0x05, 300), (0x17, 1020), (0x99, 5940), (0x1A, 180), (0xA1, 180)],
)
def test_t4_follows_the_terminal(minutes: int | None, seconds: float) -> None:
    """Packed decimal minutes; what is none changes nothing."""
    assert t4_seconds(IntermediateStatus(0x0A, minutes), 180) == seconds


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(b"\x01", "merchant"), (b"\x02", "customer"), (b"\x03", "admin"), (b"\x09", "customer")],
)
def test_a_slip_knows_for_whom_it_is(kind: bytes, expected: str) -> None:
    """Tag 1F07; without it, the customer's."""
    lines = Tag(0x25, (Tag(0x09, b"\x40"), Tag(0x07, b"Total"), Tag(0x07, b"")))
    slip = reading.slip_of(PrintTextBlock(tlv=Container.of(Tag(0x1F07, kind), lines)))
    assert (slip.kind, slip.lines) == (expected, ("Total", ""))


def test_slips_without_tags_are_the_customers() -> None:
    """A bare line, a bare block, and a block without its kind."""
    assert reading.slip_of(PrintLine(0x40, "Summe ")).lines == ("Summe",)
    assert reading.slip_of(PrintTextBlock()).kind == "customer"
    assert reading.slip_of(PrintTextBlock(tlv=Container.of(Tag(0x25, ())))).kind == "customer"
