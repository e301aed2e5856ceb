"""A shop's colours are seen on what they stand on, or they are refused with ones that are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.contrast import contrast
from kiosk.errors import ConfigError
from kiosk.look import INK, SURFACE, LookConfig, look_of


def refusal(config: LookConfig) -> str:
    with pytest.raises(ConfigError) as refused:
        look_of(config)
    return str(refused.value)


def test_what_is_not_said_is_derived() -> None:
    """The text by contrast; under a finger away from that text."""
    dark, light = look_of(LookConfig("#7A1F5C")), look_of(LookConfig("#7f8f00"))
    assert (dark.accent, dark.accent_text) == ("#7a1f5c", "#ffffff")
    assert light.accent_text == "#15191c"
    for look in (dark, light):
        assert contrast(look.accent_text, look.pressed) > contrast(look.accent_text, look.accent)


def test_a_colour_that_fails_is_named_with_its_ratio_and_one_that_passes() -> None:
    """In one line; and what it offers is taken."""
    said = refusal(LookConfig(accent="#f2c200"))
    assert said.startswith("look.accent: #f2c200 on #f3f3ee has a contrast of 1.")
    assert "\n" not in said
    [better] = re.findall("(#[0-9a-f]{6}) has it", said)
    assert contrast(look_of(LookConfig(accent=better)).accent, SURFACE) >= 3


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (LookConfig(accent="green"), "look.accent: a colour"),
        (LookConfig(accent_text="#1"), "look.accent_text: a colour"),
        (LookConfig(accent="#0b5c3b", accent_text="#2f6f4f"), "look.accent_text: #2f6f4f on"),
        (LookConfig(accent_text="#202020"), "look.accent_text: #202020 on #0b5c3b"),
        (LookConfig(accent_text="#202020"), "4.5:1 is wanted"),
        (LookConfig(ground="#202020"), f"look.ground: #202020 on {INK}"),
        (LookConfig(ground="#c8c8c8"), "look.ground: #c8c8c8"),
    ],
)
def test_each_key_is_looked_through(config: LookConfig, said: str) -> None:
    """Colours that are none, texts, and the ground under all of it."""
    assert said in refusal(config)


def test_a_logo_that_cannot_be_used_is_a_configuration_error(tmp_path: Path) -> None:
    """Missing, or hostile: one line that names key and file."""
    missing = refusal(LookConfig(logo=tmp_path / "none.svg"))
    assert missing == f"look.logo: {tmp_path / 'none.svg'}: No such file or directory"
    (tmp_path / "bad.svg").write_text("<html/>")
    assert refusal(LookConfig(logo=tmp_path / "bad.svg")).endswith("bad.svg: is no SVG")
