"""The tables of codes, texts, tags and character sets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.zvt import charsets, progress, tags
from drivers.zvt.charsets import ASCII, CP437, LATIN_1, SEVEN_BIT, UTF_8
from drivers.zvt.codes import RESULTS, Next, meaning_of, state_of
from drivers.zvt.fields import Tag


def test_every_code_has_words_and_a_remedy() -> None:
    """No code leaves a person without a word."""
    for code in range(256):
        for meaning in (meaning_of(code), state_of(code)):
            assert meaning.german
            assert meaning.english
            assert isinstance(meaning.next, Next)


def test_a_host_s_code_nobody_named_is_the_host_s() -> None:
    """01 to 63 come from the network operator (10)."""
    assert 0x20 not in RESULTS
    assert meaning_of(0x20).english == "declined by the host (32)"
    assert meaning_of(0xD0).german == "Fehler D0"


def test_states_differ_from_results_where_the_specification_says_so() -> None:
    """DF is a state only; 9C means the same in both."""
    assert state_of(0xDF).english == "out of order"
    assert state_of(0x9C) == meaning_of(0x9C)
    assert state_of(0xF0).next is Next.END_OF_DAY


def test_texts_for_customers_from_40_ask_for_the_card() -> None:
    """Table 17: 41 to 67 repeat what is below and ask for the card."""
    assert progress.shown(0x55) == ("Geheimzahl falsch", "Bitte Karte entnehmen!")
    assert progress.shown(0x55, english=True) == ("Incorrect PIN", "Please remove card!")
    assert progress.shown(0x4B) == progress.shown(0x4A) == ("Bitte Karte entnehmen!",)
    assert progress.shown(0x0A, english=True) == ("Insert card",)
    assert progress.shown(0xFF) == progress.shown(0x90) == ()


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        (CP437, b"Gr\x81n\xe1e", "Grünße"),
        (LATIN_1, b"Gr\xfcn\xdfe", "Grünße"),
        (UTF_8, b"Gr\xc3\xbcn\xc3\x9fe", "Grünße"),
        (SEVEN_BIT, b"Gr}n~e", "Grünße"),
        (15, b"\xa4", "€"),
        (ASCII, b"Gr\xfcn", "Gr\N{REPLACEMENT CHARACTER}n"),
        (UTF_8, b"\xc3", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_one_text_in_every_character_set(charset: int, data: bytes, text: str) -> None:
    """The codec reads CP437; the agreed set says what that means."""
    assert charsets.read(data.decode("cp437"), charset) == text


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(sorted(charsets.NAMES.values())))
def test_whatever_is_written_can_be_sent(text: str, charset: int) -> None:
    """Any text becomes bytes, and reads back if the set has all of it."""
    written = charsets.write(text, charset)
    written.encode("cp437")
    if "?" not in written.replace("?", "", text.count("?")) and charset not in (SEVEN_BIT, ASCII):
        assert charsets.read(written, charset) == text


def test_names_of_character_sets_are_known() -> None:
    """Configuration names what tag 14 numbers."""
    assert all(charsets.known(each) for each in charsets.NAMES.values() if each != SEVEN_BIT)
    assert not charsets.known(12)


def test_tags_are_named_and_secrets_are_not_shown() -> None:
    """A UID, a track, a token stay stars; the rest reads by its form."""
    assert tags.shown(Tag(0x4C, bytes(10))) == "*" * 10
    assert tags.shown(Tag(0x1F2B, b"\x12\x34")) == "1234"
    assert tags.shown(Tag(0x41, b"\x01\x02")) == 258
    assert tags.shown(Tag(0x44, b"giro\x1bcard")) == "giro\N{REPLACEMENT CHARACTER}card"
    assert tags.shown(Tag(0x24, (Tag(0x07, b"A"),))) == [{"07 text line": "A"}]
    assert tags.shown(Tag(0x1F99, b"\x01")) == "01"
    assert tags.shown(Tag(0x41, b"")) == ""
    assert tags.name_of(0x1F99) == ""


def test_constructed_tags_are_those_with_bit_6() -> None:
    """The table and the wire agree on which tags hold others (9.3.1)."""
    for number, kind in tags.TAGS.items():
        first = number >> 8 if number > 0xFF else number
        assert (kind.form == tags.NESTED) == bool(first & 0x20), f"{number:02X}"
