"""The `[look]` table: a shop's own colours and logo, looked through before anybody sees them.

A colour that cannot be seen on what it stands on is refused with one that can. High contrast keeps its
own colours, whatever a shop wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk.contrast import PARTS, TEXT, contrast, is_colour, luminance, mixed, nearest
from kiosk.errors import ConfigError
from kiosk.logo import Logo, read_logo

GROUND, SURFACE, INK, QUIET, CONTROL, FOCUS = (
    "#f3f3ee", "#ffffff", "#15191c", "#4d555a", "#757d82", "#1553c0",
)  # fmt: skip
"""Of the Theme, as it comes."""
ACCENT, ON_DARK, ON_LIGHT = "#0b5c3b", "#ffffff", "#15191c"
_DOWN = 0.27
"""How far a button changes under the finger: away from its text."""


@dataclass(frozen=True, slots=True)
class LookConfig:
    """Colours as `#0b5c3b`; empty: ours. `accent`: of the next step, and only that; `accent_text`: what
    stands on it, by default white or black, whichever is seen better. `ground`: behind everything.

    `logo`: SVG or PNG, in place of the shop's name where nobody buys.
    """

    accent: str = ""
    accent_text: str = ""
    ground: str = ""
    logo: Path | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Colours that were looked through. `pressed`: the accent under a finger."""

    accent: str = ACCENT
    pressed: str = "#08432b"
    accent_text: str = ON_DARK
    ground: str = GROUND
    logo: Logo | None = None


def look_of(config: LookConfig) -> Look:
    """Raises ConfigError naming the key, the ratio, the one wanted, and a colour that has it."""
    for key in ("accent", "accent_text", "ground"):
        if getattr(config, key) and not is_colour(getattr(config, key)):
            raise ConfigError(f'look.{key}: a colour as "#0b5c3b" is wanted')
    ground = (config.ground or GROUND).lower()
    _check("look.ground", ground, ((INK, TEXT), (QUIET, TEXT), (CONTROL, PARTS), (FOCUS, PARTS)))
    accent = (config.accent or ACCENT).lower()
    text = (config.accent_text or _text_on(accent)).lower()
    key = "look.accent" if config.accent else "look.ground"
    _check(key, accent if config.accent else ground, _parts_of(config, accent, ground))
    _check("look.accent_text", text, ((accent, TEXT),))
    return Look(accent, _pressed(accent, text), text, ground, _logo(config.logo))


def _parts_of(config: LookConfig, accent: str, ground: str) -> tuple[tuple[str, float], ...]:
    """What the accent stands on; where it is ours, the ground is at fault."""
    return ((ground, PARTS), (SURFACE, PARTS)) if config.accent else ((accent, PARTS),)


def _text_on(accent: str) -> str:
    return max((ON_DARK, ON_LIGHT), key=partial(contrast, accent))


def _pressed(accent: str, text: str) -> str:
    away = "#000000" if luminance(text) > luminance(accent) else "#ffffff"
    return mixed(accent, away, _DOWN)


def _check(key: str, colour: str, wanted: tuple[tuple[str, float], ...]) -> None:
    def passes(one: str) -> bool:
        return all(contrast(one, other) >= ratio for other, ratio in wanted)

    if passes(colour):
        return
    other, ratio = min(wanted, key=lambda each: contrast(colour, each[0]) / each[1])
    better = nearest(colour, passes)
    hint = f"; {better} has it" if better else ""
    raise ConfigError(
        f"{key}: {colour} on {other} has a contrast of {contrast(colour, other):.2f}:1, and"
        f" {ratio:g}:1 is wanted{hint}"
    )


def _logo(path: Path | None) -> Logo | None:
    if path is None:
        return None
    try:
        return read_logo(path)
    except OSError as error:
        raise ConfigError(f"look.logo: {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"look.logo: {path}: {error}") from error
