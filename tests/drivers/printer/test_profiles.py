"""The table of printers."""

from __future__ import annotations

import pytest

from drivers.printer.profiles import PROFILES, Profile, profile_of


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_line_of_normal_characters_fits_the_paper(profile: Profile) -> None:
    """Twelve dots a character; a 180 dpi printer has eight left over."""
    assert 0 <= profile.dots - 12 * profile.columns < 12
    assert profile_of(profile.name) is profile


def test_an_unknown_name_tells_the_known_ones() -> None:
    """A slip of the keyboard is mended by reading."""
    with pytest.raises(ValueError, match="tm-t88vi, "):
        profile_of("tm-t99")
