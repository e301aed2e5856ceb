"""Who asks too often, told apart by address, without any address being kept."""

from __future__ import annotations

import ipaddress
import pickle

import pytest

from service.receipts.callers import REMEMBERED, Callers


def scope(client: str | None, *forwarded: str) -> dict[str, object]:
    """A request from there."""
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"client": (client, 1234) if client else None, "headers": headers}


def callers(*proxies: str) -> Callers:
    """Two requests each, and no more for a long time."""
    return Callers(per_minute=0.001, burst=2, proxies=proxies)


def waits(made: Callers, *asking: dict[str, object]) -> list[bool]:
    """Whether each one has to wait."""
    return [made.wait(each, 0.0) > 0 for each in asking]


def test_each_address_has_its_own_share() -> None:
    made = callers()
    assert waits(made, *[scope("192.0.2.1")] * 3) == [False, False, True]
    assert waits(made, scope("192.0.2.2"), scope("::1"), scope(None)) == [False] * 3


def test_who_has_one_address_of_ipv6_has_its_network() -> None:
    made = callers()
    asking = [scope(f"2001:db8:0:1::{n}") for n in (1, 2, 3)]
    assert waits(made, *asking) == [False, False, True]
    assert waits(made, scope("2001:db8:0:2::1")) == [False]
    mapped = [scope("::ffff:192.0.2.9"), scope("192.0.2.9"), scope("192.0.2.9")]
    assert waits(made, *mapped) == [False, False, True]


@pytest.mark.parametrize("proxy", ["127.0.0.1", "::1", "2001:DB8:0:0::7"])
def test_a_proxys_word_is_taken(proxy: str) -> None:
    made = callers(proxy)
    asking = [scope(proxy, f"6.6.6.{n}, 192.0.2.1") for n in range(3)]
    assert waits(made, *asking) == [
        False,
        False,
        True,
    ]  # what the caller wrote before does not count
    assert waits(made, scope(proxy, "192.0.2.2")) == [False]
    several = [scope(proxy, f"6.6.6.{n}", "192.0.2.3") for n in range(3)]
    assert waits(made, *several) == [False, False, True]


def test_nobody_elses_word_is() -> None:
    made = callers("127.0.0.1")
    asking = [scope("192.0.2.1", f"198.51.100.{n}") for n in range(3)]
    assert waits(made, *asking) == [False, False, True]


def test_what_is_no_address_is_the_proxys_own() -> None:
    made = callers("127.0.0.1")
    odd = ["", "unknown", "192.0.2.1:80"]
    assert waits(made, *[scope("127.0.0.1", each) for each in odd]) == [False, False, True]


def test_no_address_is_kept_and_not_too_many_hashes() -> None:
    made = callers()
    first = int(ipaddress.ip_address("10.0.0.0"))
    for n in range(REMEMBERED + 10):
        made.wait(scope(str(ipaddress.ip_address(first + n))), 0.0)
    assert len(made._limiter._buckets) == REMEMBERED
    assert b"10.0." not in pickle.dumps(list(made._limiter._buckets))
    other = callers()
    other.wait(scope("10.0.78.40"), 0.0)
    assert not set(other._limiter._buckets) & set(made._limiter._buckets)  # another key
