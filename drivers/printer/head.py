"""The print head over the paper: commands applied one by one, as rows of dots to bring out.

The table below reads like Epson's command reference, one line a command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drivers.printer import graphics
from drivers.printer.carriage import Carriage
from drivers.printer.commands import Characters, Command, Read
from drivers.printer.graphics import word
from drivers.printer.page_mode import Page
from drivers.printer.sheet import HEAD_TO_BLADE, LINE_SPACING, PaperRow, Sheet

CUTS = (b"\x1dV", b"\x1bi", b"\x1bm")
"""Commands after which a piece comes off."""
Rows = list[PaperRow] | None
Act = Callable[[Carriage, bytes], Rows]


class Head:
    """Applies commands, hands out rows and whole sheets."""

    def __init__(self, width: int, dots_per_mm: float = 8.0) -> None:
        self._width = width
        self._carriage = Carriage(width, dots_per_mm)
        self._rows: list[PaperRow] = []

    def rows_for(self, read: Read) -> list[PaperRow]:
        """The rows this command brings out; nothing is on paper before `put`."""
        match read:
            case Characters(data):
                return self._carriage.write(data)
            case Command(code, arguments) if code in ACTS:
                return ACTS[code](self._carriage, arguments) or []
            case _:
                return []

    def put(self, row: PaperRow) -> None:
        """The row is on paper."""
        self._rows.append(row)

    def drop(self) -> None:
        """Forget what is not yet fed (the print buffer), a page included."""
        self._carriage.drop()

    def reset(self) -> None:
        """ESC @ or power-on: every mode as at first, the print buffer empty."""
        self._carriage.reset()

    def cut(self, *, torn: bool = False) -> Sheet | None:
        """The piece that comes off, if anything is printed on it."""
        rows, self._rows = self._rows, []
        printed = any(row.printed for row in rows)
        return Sheet(self._width, tuple(rows), torn) if printed else None

    def remarks(self) -> list[str]:
        """What the paper does not show, since the last call."""
        said, self._carriage.remarks = self._carriage.remarks, []
        return said

    @property
    def blank(self) -> bool:
        """Whether the paper in the printer has nothing printed on it."""
        return not any(row.printed for row in self._rows)


def _look(at: Carriage, **changes: object) -> None:
    at.mode.look = replace(at.mode.look, **changes)  # type: ignore[arg-type]


def _set(name: str, value: Callable[[Carriage, bytes], object]) -> Act:
    """A mode that becomes what `value` says."""

    def act(at: Carriage, arguments: bytes) -> None:
        setattr(at.mode, name, value(at, arguments))

    return act


def _style(name: str, value: Callable[[int], object]) -> Act:
    """A trait of the characters that follow."""

    def act(at: Carriage, arguments: bytes) -> None:
        _look(at, **{name: value(arguments[0])})

    return act


def _of_barcodes(name: str, value: Callable[[int], object]) -> Act:
    def act(at: Carriage, arguments: bytes) -> None:
        setattr(at.mode.barcodes, name, value(arguments[0]))

    return act


def _print_mode(at: Carriage, arguments: bytes) -> None:
    bits = arguments[0]
    at.mode.look = replace(
        at.mode.look,
        wide=2 if bits & 0x20 else 1,
        high=2 if bits & 0x10 else 1,
        bold=bool(bits & 0x08),
        small=bool(bits & 0x01),
        underline=1 if bits & 0x80 else 0,
    )


def _size(at: Carriage, arguments: bytes) -> None:
    _look(at, wide=1 + (arguments[0] >> 4 & 7), high=1 + (arguments[0] & 7))


def _rotation(at: Carriage, arguments: bytes) -> None:
    if not at.mode.sheet:  # page mode has ESC T
        _look(at, rotated=arguments[0] in (1, 2, 49, 50))


def _units(at: Carriage, arguments: bytes) -> None:
    across, down = arguments
    at.mode.unit = (at.dpi / across if across else 1.0, at.dpi / down if down else 1.0)


def _signed(arguments: bytes) -> int:
    return int.from_bytes(arguments[:2], "little", signed=True)


def _page_begins(at: Carriage, _: bytes) -> Rows:
    rows = at.feed() if at.mode.glyphs or at.mode.pictures else []
    at.mode.sheet = at.mode.sheet or Page(at.width)
    return rows


def _page_area(at: Carriage, arguments: bytes) -> None:
    if at.mode.sheet:
        left, wide = at.across(word(arguments, 0)), at.across(word(arguments, 4))
        top, high = at.down(word(arguments, 2)), at.down(word(arguments, 6))
        at.mode.sheet.set_area(left, top, wide, high)


def _page_direction(at: Carriage, arguments: bytes) -> None:
    if at.mode.sheet:
        at.mode.sheet.set_direction(arguments[0])


def _page_down(at: Carriage, arguments: bytes) -> None:
    if at.mode.sheet:
        at.mode.sheet.y = at.down(word(arguments, 0))


def _page_down_more(at: Carriage, arguments: bytes) -> None:
    if at.mode.sheet:
        at.mode.sheet.y = max(at.mode.sheet.y + at.down(_signed(arguments)), 0)


def _line_begins(at: Carriage, arguments: bytes) -> Rows:
    """GS T: to the beginning of the line, what stands on it dropped (0) or printed (1)."""
    if at.at and arguments[0] in (1, 49):
        return at.feed()
    at.drop()
    return None


def _cut(_: Carriage, arguments: bytes) -> Rows:
    return [PaperRow(HEAD_TO_BLADE + arguments[1])] if len(arguments) > 1 else None


def _download(at: Carriage, arguments: bytes) -> None:
    wide, high = arguments[0] * 8, arguments[1] * 8
    at.mode.downloaded = graphics.columns(wide, high, arguments[2:])


def _print_download(at: Carriage, arguments: bytes) -> Rows:
    kept, mode = at.mode.downloaded, arguments[0]
    times = (2 if mode & 1 else 1, 2 if mode & 2 else 1)
    return at.draw(graphics.scaled(kept, times)) if kept else None


def _keep_images(at: Carriage, arguments: bytes) -> None:
    """FS q: images 1 to n in memory that outlives ESC @."""
    rest = arguments[1:]
    for number in range(1, arguments[0] + 1):
        wide, high = word(rest, 0) * 8, word(rest, 2) * 8
        size = wide * high // 8
        at.kept[bytes((number,))] = graphics.columns(wide, high, rest[4 : 4 + size])
        rest = rest[4 + size :]


def _print_image(at: Carriage, arguments: bytes) -> Rows:
    kept, mode = at.kept.get(arguments[:1]), arguments[1]
    times = (2 if mode & 1 else 1, 2 if mode & 2 else 1)
    return at.draw(graphics.scaled(kept, times)) if kept else None


def _not_kept(what: str) -> Act:
    def act(at: Carriage, _: bytes) -> None:
        at.remarks.append(f"{what} has no effect on this paper")

    return act


ACTS: dict[bytes, Act] = {
    b"\t": lambda at, _: at.tab(),
    b"\n": lambda at, _: at.feed(),
    b"\r": lambda at, _: at.feed() if at.auto_feed else None,
    b"\x0c": lambda at, _: at.page_out(stay=False),
    b"\x18": lambda at, _: at.drop(),
    b"\x1b\x0c": lambda at, _: at.page_out(stay=True) if at.mode.sheet else None,
    b"\x1b ": _set("gap", lambda at, n: at.across(n[0])),
    b"\x1b!": _print_mode,
    b"\x1b$": lambda at, n: at.go(at.across(word(n, 0))),
    b"\x1b%": _not_kept("ESC %"),
    b"\x1b&": _not_kept("ESC &"),
    b"\x1b*": lambda at, n: at.strip(n),
    b"\x1b-": _style("underline", lambda n: n % 48 if n % 48 < 3 else 0),
    b"\x1b2": _set("spacing", lambda _, __: LINE_SPACING),
    b"\x1b3": _set("spacing", lambda at, n: at.down(n[0])),
    b"\x1b@": lambda at, _: at.reset(),
    b"\x1bD": _set("tabs", lambda _, n: tuple(n.rstrip(b"\0"))),
    b"\x1bE": _style("bold", lambda n: bool(n & 1)),
    b"\x1bG": _style("bold", lambda n: bool(n & 1)),
    b"\x1bJ": lambda at, n: at.feed(at.down(n[0])),
    b"\x1bK": _not_kept("feeding backwards"),
    b"\x1bL": _page_begins,
    b"\x1bM": _style("small", lambda n: n in (1, 2, 49, 50)),
    b"\x1bR": _set("nation", lambda _, n: n[0]),
    b"\x1bS": _set("sheet", lambda _, __: None),
    b"\x1bT": _page_direction,
    b"\x1bV": _rotation,
    b"\x1bW": _page_area,
    b"\x1b\\": lambda at, n: at.go(at.at + at.across(_signed(n))),
    b"\x1ba": _set("align", lambda _, n: n[0] % 48),
    b"\x1bd": lambda at, n: at.feed_lines(n[0]),
    b"\x1be": _not_kept("feeding backwards"),
    b"\x1bt": _set("page", lambda _, n: n[0]),
    b"\x1b{": _set("upside_down", lambda _, n: bool(n[0] & 1)),
    b"\x1cp": _print_image,
    b"\x1cq": _keep_images,
    b"\x1d!": _size,
    b"\x1d$": _page_down,
    b"\x1d(": lambda at, n: at.block(n),
    b"\x1d*": _download,
    b"\x1d/": _print_download,
    b"\x1d8": lambda at, n: at.long_block(n),
    b"\x1dB": _style("reverse", lambda n: bool(n & 1)),
    b"\x1dH": _of_barcodes("reading", lambda n: n % 48 & 3),
    b"\x1dL": _set("left", lambda at, n: at.across(word(n, 0))),
    b"\x1dP": _units,
    b"\x1dT": _line_begins,
    b"\x1dV": _cut,
    b"\x1dW": _set("wide", lambda at, n: at.across(word(n, 0)) or None),
    b"\x1d\\": _page_down_more,
    b"\x1df": _of_barcodes("small", lambda n: n in (1, 49)),
    b"\x1dh": _of_barcodes("height", lambda n: n or 1),
    b"\x1dk": lambda at, n: at.barcode(n),
    b"\x1dv": lambda at, n: at.draw(graphics.raster_command(n)),
    b"\x1dw": _of_barcodes("module", lambda n: n if 1 <= n <= 8 else 3),
}
"""Commands that move, mark or set something. All others are the mechanism's, or have no effect."""
