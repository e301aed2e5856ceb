"""The page of states is what the machine does."""

from __future__ import annotations

from tests.state_diagram import PAGE, page


def test_the_diagram_is_the_machine_s() -> None:
    """If this fails: `python -m tests.state_diagram`, and look at what changed."""
    assert PAGE.read_text("utf-8") == page()
