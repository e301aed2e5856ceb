"""Keys: one for each use, made ahead, signed offline, destroyed when their time is over."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from service.errors import SettingsError
from service.files import write_secret
from service.keys import (
    AHEAD_DAYS,
    DAY,
    Keys,
    confirm_clock,
    extend,
    new_pepper,
    read_pinned,
    rotate,
    seeds_in,
)
from service.setup import offline_key
from service.wire.envelope import Question, Recipient, open_request, seal_request
from service.wire.keyset import Use
from service.wire.messages import Kind, Purpose
from service.wire.suite import CannotOpen, PublicKey
from tests.service_stand import NOW, TENANT


def offline(folder: Path) -> Path:
    """Where the offline keys lie in these tests."""
    return folder.with_name("offline")


def test_a_key_is_in_force_at_every_time_of_the_weeks_ahead(folder: Path) -> None:
    keys = read_pinned(folder / "keys", offline_key(offline(folder)))
    for hour in range(AHEAD_DAYS * 24):
        now = NOW + hour * DAY // 24
        for use in (Use.LOOKUP, Use.OUTBOX, Use.ANSWER):
            assert keys.current(use, now), (hour, use)
    assert keys.current(Use.LOOKUP, NOW + (AHEAD_DAYS + 1) * DAY) is None


def test_the_overlap_opens_and_then_the_key_is_gone(folder: Path) -> None:
    keys = Keys(folder / "keys")
    public = read_pinned(folder / "keys", offline_key(offline(folder)))
    first = public.current(Use.LOOKUP, NOW)
    assert first
    path = keys.openings[first.id].path
    assert keys.opening(first.id, Use.LOOKUP, first.until + DAY - 1)
    assert keys.opening(first.id, Use.OUTBOX, NOW) is None
    assert keys.opening(b"none", Use.LOOKUP, NOW) is None
    for now in range(NOW, first.until + DAY - 1, DAY // 4):
        assert keys.destroy_old(now) == 0
    assert keys.destroy_old(first.until + DAY - 1) == 0
    assert keys.destroy_old(first.until + DAY) == 1
    assert keys.opening(first.id, Use.LOOKUP, NOW) is None
    assert not path.exists()


@pytest.mark.parametrize("days", [-400, -1, 1, 4, 400])
def test_a_clock_that_jumped_destroys_nothing(folder: Path, days: int) -> None:
    keys = Keys(folder / "keys")
    keys.destroy_old(NOW)
    count = len(keys.openings)
    with pytest.raises(SettingsError, match="confirm-clock"):
        keys.destroy_old(NOW + days * DAY)
    assert len(seeds_in(folder / "keys")) == count
    confirm_clock(folder / "keys", NOW + days * DAY, jump=True)
    assert keys.destroy_old(NOW + days * DAY) == {1: 0, 4: 3, 400: count}.get(days, 0)


def test_extending_goes_on_where_the_last_time_ended(folder: Path) -> None:
    keys, key = folder / "keys", offline_key(offline(folder))
    before = read_pinned(keys, key)
    after = extend(keys, key, TENANT, NOW + 20 * DAY)
    assert after.version == before.version + 1
    assert after.last_day(Use.LOOKUP) == NOW + (20 + AHEAD_DAYS) * DAY
    alive = {each.id for each in before.keys if each.until > NOW + 20 * DAY}
    assert alive <= {each.id for each in after.keys}
    spans = sorted((each.since, each.until) for each in after.keys if each.use is Use.LOOKUP)
    assert all(one[1] == two[0] for one, two in itertools.pairwise(spans))


def test_only_the_pinned_key_signs_key_sets(folder: Path, tmp_path: Path) -> None:
    write_secret(tmp_path / "thief" / "keyset.key", b"t" * 32)
    for act in (extend, rotate):
        with pytest.raises(SettingsError, match="pinned"):
            act(folder / "keys", offline_key(tmp_path / "thief"), TENANT, NOW)
    assert len(Keys(folder / "keys").openings) > 30  # nothing was destroyed


def test_after_a_break_in_no_old_lookup_key_opens(folder: Path) -> None:
    keys, key = folder / "keys", offline_key(offline(folder))
    old = Keys(keys)
    public = read_pinned(keys, key)
    stolen = public.current(Use.LOOKUP, NOW)
    outbox = public.current(Use.OUTBOX, NOW)
    assert stolen
    assert outbox
    to = Recipient(stolen.id, PublicKey(stolen.public), TENANT)
    ask = Question(b"k" * 16, NOW, Kind.LOOKUP, Purpose.CHECKOUT)
    request, _ = seal_request(to, ask, b"", old.answer)
    rotated = rotate(keys, key, TENANT, NOW)
    fresh = Keys(keys)
    assert fresh.opening(stolen.id, Use.LOOKUP, NOW) is None
    assert fresh.opening(outbox.id, Use.OUTBOX, NOW + DAY)  # what is on its way still arrives
    now = rotated.current(Use.LOOKUP, NOW)
    assert now
    assert now.id != stolen.id
    opening = fresh.opening(now.id, Use.LOOKUP, NOW)
    assert opening
    with pytest.raises(CannotOpen):
        open_request(request, opening, TENANT)


def test_a_pepper_is_added_and_the_newest_writes(folder: Path) -> None:
    assert new_pepper(folder / "keys") == 2
    assert sorted(Keys(folder / "keys").peppers) == [1, 2]


@pytest.mark.parametrize("name", ["answer.key", "kek-0001.key", "pepper-0001.key", "keyset.bin"])
def test_what_is_missing_damaged_or_open_to_others_is_told(folder: Path, name: str) -> None:
    path = folder / "keys" / name
    whole = path.read_bytes()
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        Keys(folder / "keys")
    path.unlink()
    with pytest.raises(SettingsError):
        Keys(folder / "keys")
    if name != "keyset.bin":
        write_secret(path, whole[:5])
        with pytest.raises(SettingsError, match="damaged"):
            Keys(folder / "keys")


def test_no_private_key_stands_in_the_public_set(folder: Path) -> None:
    keys = Keys(folder / "keys")
    document = keys.document
    for path in (folder / "keys").glob("*.seed"):
        assert path.read_bytes() not in document
        assert path.read_bytes().hex().encode() not in document
    assert {each["use"] for each in json.loads(document[64:])["keys"]} == {
        "lookup",
        "outbox",
        "answer",
    }
