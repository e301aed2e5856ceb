"""The words of `drivers printer`: what is taken and what is refused before anything is opened."""

from __future__ import annotations

import pytest

from drivers.__main__ import main


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["status"],
        ["print", "--at", "tcp://127.0.0.1:1"],
        ["status", "--at", "tcp://127.0.0.1:1", "--profile", "tm-t99"],
        ["eat", "--at", "tcp://127.0.0.1:1"],
    ],
)
def test_what_is_missing_or_unknown_is_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the usage."""
    with pytest.raises(SystemExit) as ended:
        main(["printer", *words])
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_profiles_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """In the help of every verb."""
    with pytest.raises(SystemExit):
        main(["printer", "status", "--help"])
    assert "clone-58" in capsys.readouterr().out
