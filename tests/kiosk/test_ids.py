"""Ids tell kiosk, journal, kind and number, and never meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ids import minted

kiosks = st.text("ABCabc123", min_size=1, max_size=12)
epochs = st.text("0123456789abcdef", min_size=6, max_size=6)
parts = st.tuples(kiosks, epochs, st.sampled_from("splj"), st.integers(0, 10**9))


def test_an_id_reads_as_its_parts() -> None:
    """Staff can read it out on the telephone."""
    assert minted("K1", "9f3a61", "p", 42) == "K1-9f3a61-p000042"


@given(parts, parts)
def test_different_parts_never_give_the_same_id(
    one: tuple[str, str, str, int], other: tuple[str, str, str, int]
) -> None:
    """Also where a counter has outgrown its six digits."""
    assert (minted(*one) == minted(*other)) == (one == other)
