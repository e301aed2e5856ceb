"""The table of cases and outcomes, printed once at the end of a run, whichever worker ran them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.printers.counting import KEY, Tally


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """What this test tried."""
    counts = Tally()
    yield counts
    request.node.user_properties.append((KEY, counts.as_property()))
