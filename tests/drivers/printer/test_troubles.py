"""Status bytes by trouble."""

from __future__ import annotations

import pytest

from drivers.printer.troubles import Troubles


@pytest.mark.parametrize(
    ("trouble", "answers", "report"),
    [
        (Troubles(), "12121212", "10000000"),
        (Troubles(broken=True), "1a523212", "18200000"),
        (Troubles(cover_open=True, interrupted=True), "1a565212", "38400000"),
        (Troubles(drawer_open=True), "16121212", "14000000"),
        (Troubles(cutter=True, hot=True), "1a525a12", "18480000"),
    ],
)
def test_bits_are_those_of_the_reference(trouble: Troubles, answers: str, report: str) -> None:
    """DLE EOT 1 to 4, and the automatic status."""
    assert bytes(trouble.status(n) for n in (1, 2, 3, 4)).hex() == answers
    assert trouble.report.hex() == report


def test_a_drawer_does_not_stop_it_and_the_nearest_remedy_is_named() -> None:
    """The cover before the blade."""
    assert not Troubles(drawer_open=True, paper_low=True).stopped
    assert Troubles().named is None
    assert Troubles(cutter=True, cover_open=True).named == "cover_open"
    assert Troubles(broken=True).stopped
