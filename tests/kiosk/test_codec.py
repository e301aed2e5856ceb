"""Values to JSON and back without loss; whatever else comes is refused, never guessed."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.basket import Article
from kiosk.checkout import events as kinds
from kiosk.checkout import goods_events, member_events, staff_events
from kiosk.checkout.events import CardApproved, Event, LanguageChosen, StartPressed, TerminalReady
from kiosk.checkout.states import Live, State
from kiosk.codec import ADDED, TAG, decode, encode
from kiosk.fingerprint import fingerprint
from kiosk.words import Language
from tests.event_samples import SAMPLES
from tests.strategies import articles, history, seeds

EVERY = sorted(
    (
        kind
        for kind in (
            vars(kinds) | vars(member_events) | vars(staff_events) | vars(goods_events)
        ).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ),
    key=lambda kind: kind.__name__,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def through_json(kind: type[Any], value: object) -> Any:
    return decode(kind, json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_event_survives_the_journal(kind: type[Event]) -> None:
    """A new event without a sample fails here: what cannot be read back must not be written."""
    samples = [sample for sample in SAMPLES if type(sample) is kind]
    assert samples, f"tests/event_samples.py lacks {kind.__name__}"
    for sample in samples:
        assert through_json(kind, sample) == sample


@settings(max_examples=30)
@given(seeds)
def test_every_state_survives(seed: int) -> None:
    """All phases a life reaches, with everything they carry but what is only shown."""
    for event, state in history(seed, 60):
        assert through_json(type(event), event) == event
        back = through_json(State, state)
        assert back == state
        assert back.live == Live()
        assert fingerprint(back) == fingerprint(state)


@given(articles())
def test_every_article_survives(article: Article) -> None:
    """Names in any script."""
    assert through_json(Article, article) == article


def test_time_keeps_its_offset_and_its_microseconds() -> None:
    """The terminal's clock is not ours."""
    for zone in (UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=3, minutes=30))):
        event = StartPressed(at=datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=zone))
        assert through_json(StartPressed, event).at.isoformat() == event.at.isoformat()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    return [path, *(found for key, each in inner for found in _paths(each, (*path, key)))]


@given(st.data())
def test_hostile_json_raises_value_error_or_gives_a_value(data: st.DataObject) -> None:
    """A place in a true record replaced by anything: ValueError, or a value of that kind."""
    sample = data.draw(st.sampled_from(SAMPLES))
    body = copy.deepcopy(encode(sample))
    path = data.draw(st.sampled_from(_paths(body)))
    poison = data.draw(json_values)
    if not path:
        body = poison
    else:
        place = body
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = poison
    try:
        found = decode(type(sample), body)
    except ValueError:
        return
    assert type(found) is type(sample)


@given(json_values)
def test_noise_is_no_state(noise: Any) -> None:
    """Nothing but an object with the right name is read."""
    with pytest.raises(ValueError, match="State"):
        decode(State, noise)


def test_what_is_wrong_is_named() -> None:
    """Unknown fields, missing fields, another class, another kind."""
    body = encode(LanguageChosen(language=Language.EN))
    wrong: list[tuple[Any, str]] = [
        ({**body, "colour": 1, "age": 2}, "has no age, colour"),
        ({key: body[key] for key in (TAG, "at")}, "lacks language"),
        ({**body, TAG: "StartPressed"}, "is wanted, not StartPressed"),
        ({**body, "language": "xx"}, "not a valid Language"),
        ({**body, "language": []}, "not a valid Language"),
        ({**body, "at": 5}, "no LanguageChosen"),
        ([], "no LanguageChosen"),
    ]
    for data, message in wrong:
        with pytest.raises(ValueError, match=message):
            decode(LanguageChosen, data)
    with pytest.raises(ValueError, match="int is wanted"):
        decode(kinds.AgeReleased, {TAG: "AgeReleased", "limit": True})
    with pytest.raises(ValueError, match="a list is wanted"):
        decode(
            kinds.SlipReceived,
            {
                TAG: "SlipReceived",
                "payment": "P",
                "slip": {TAG: "Slip", "kind": "customer", "lines": "abc"},
            },
        )


def test_a_field_with_a_default_may_be_absent() -> None:
    """An older record lacks what a newer program added with a default."""
    found = decode(kinds.StartPressed, {TAG: "StartPressed"})
    assert found.at == kinds.UNSTAMPED


@dataclass(frozen=True)
class Dot:
    """Of a union."""

    x: int


@dataclass(frozen=True)
class Ring:
    """Of a union."""

    r: int


@dataclass(frozen=True)
class Drawing:
    """Holds one of several, or none."""

    shape: Dot | Ring | None
    seen: int = field(default=0, compare=False)


@pytest.mark.parametrize("drawing", [Drawing(Dot(1)), Drawing(Ring(1)), Drawing(None)])
def test_a_union_says_which(drawing: Drawing) -> None:
    """Two classes of the same shape are told apart; what is not compared is left out."""
    assert "seen" not in encode(drawing)
    assert through_json(Drawing, replace(drawing, seen=5)) == drawing
    with pytest.raises(ValueError, match="Star"):
        decode(Drawing, {TAG: "Drawing", "shape": {TAG: "Star"}})


@pytest.mark.parametrize("value", [1.5, b"x", [1], {"a": 1}, object()])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    """No float carries an amount, no bytes hide in a record."""
    with pytest.raises(ValueError, match="cannot be kept"):
        encode(value)
    with pytest.raises(ValueError, match="cannot be kept"):
        fingerprint(value)


def test_a_kind_nobody_can_read_is_refused() -> None:
    """The annotation decides, before any data is looked at."""
    with pytest.raises(ValueError, match="cannot be read"):
        decode(float, 1.0)


@settings(max_examples=30)
@given(seeds, seeds)
def test_fingerprints_are_equal_iff_the_values_are(one: int, other: int) -> None:
    """Over pairs of states and of events, near and far."""
    values = [each for pair in (*history(one, 25), *history(other, 25)) for each in pair]
    for before, after in zip(values, values[2:], strict=False):
        assert (fingerprint(before) == fingerprint(after)) == (before == after)
    for value in values:
        assert fingerprint(pickle.loads(pickle.dumps(value))) == fingerprint(value)


def test_fingerprints_tell_alike_values_apart() -> None:
    """None, 0, empty and an enum's own text are four things."""

    class Word(Enum):
        ONE = "one"

    alike = [None, 0, False, "", (), "one", Word.ONE, ("one",), 1, True, "1", Dot(1), Ring(1)]
    assert len({fingerprint(each) for each in alike}) == len(alike)


def test_only_what_is_shown_is_left_out_of_the_fingerprint() -> None:
    """The terminal's text is not replayed."""
    state = State("K1", "abc")
    assert fingerprint(replace(state, live=Live(1, ("x",)))) == fingerprint(state)
    assert fingerprint(replace(state, minted=1)) != fingerprint(state)


def test_what_a_later_program_added_leaves_old_digests_as_they_were() -> None:
    """A new field counts from the moment that it differs from its default, under its own name."""

    @dataclass(frozen=True)
    class Old:
        a: int

    @dataclass(frozen=True)
    class New:
        a: int
        b: int = field(default=0, metadata=ADDED)
        c: int = field(default=0, metadata=ADDED)

    New.__name__ = "Old"
    assert fingerprint(New(1)) == fingerprint(Old(1))
    assert len({fingerprint(New(1, *more)) for more in ((), (5,), (0, 5), (5, 5))}) == 4
    state = State("K1", "abc")
    assert fingerprint(replace(state, service=True)) != fingerprint(state)


def test_the_samples_reach_deep() -> None:
    """At least one sample has its optional parts, one lacks them."""
    lasts = {sample.last is None for sample in SAMPLES if isinstance(sample, TerminalReady)}
    cards = {sample.card.at is None for sample in SAMPLES if isinstance(sample, CardApproved)}
    assert lasts == cards == {True, False}
