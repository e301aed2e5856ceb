"""A laid-out receipt as one page for everybody: real tables, headings, no script, nothing fetched.

Lay it out with `PAGE_COLUMNS`, so that nothing is wrapped for paper. Every text is escaped; the page
needs nothing from elsewhere, and its style sheet is one constant whose hash a server can allow.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from drivers.printer.document import (
    Align,
    Cells,
    Doc,
    Gap,
    Part,
    Picture,
    Role,
    Row,
    Section,
    Style,
    Symbol,
    SymbolKind,
    Text,
    Verbatim,
)
from drivers.printer.symbols import EAN_HEIGHT, QUIET_MODULES, matrix

PAGE_COLUMNS = 4096
"""Wide enough that no name wraps."""
CSS = """
:root{color-scheme:light;--ink:#161616;--soft:#4d4d4d;--line:#767676}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1rem 4rem;background:#eceae4;color:var(--ink);
font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.5rem;background:#fff;border-radius:.5rem;
box-shadow:0 1px 4px #0003}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.0625rem;margin:1.5rem 0 .25rem;padding-top:.75rem;border-top:1px solid var(--line)}
p{margin:.15rem 0}
.shop,.foot,.loyalty{text-align:center}
.foot{margin-top:1.5rem}
.shop h2,.foot h2,.total h2,.mark h2{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%);white-space:nowrap}
.mark{margin:1rem 0;padding:.5rem;border:3px solid var(--ink);text-align:center;font-size:1.25rem;
font-weight:700}
table{width:100%;border-collapse:collapse}
th,td{padding:.2rem 0;vertical-align:top;font-weight:400;text-align:left}
td{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;padding-left:1rem}
td.more{text-align:left;color:var(--soft);padding:0 0 .2rem 1rem;white-space:normal}
thead th{font-weight:600;border-bottom:1px solid var(--line)}
thead th+th{text-align:right}
.b th,.b td{font-weight:600}
.in th{padding-left:1rem}
.total table{border-block:2px solid var(--ink);font-size:1.375rem;font-weight:700;margin:.5rem 0}
.total th{font-weight:700}
.origin td{white-space:normal;overflow-wrap:anywhere}
pre{font:.9375rem/1.4 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;overflow-x:auto}
figure{margin:1rem auto;text-align:center}
figure svg,figure img{max-width:100%;height:auto;background:#fff}
summary{padding:.5rem 0;cursor:pointer}
details p{font:.8125rem/1.4 ui-monospace,Consolas,monospace;overflow-wrap:anywhere;text-align:left}
@media print{body{background:#fff;padding:0}main{box-shadow:none}}
"""
CSS_HASH = "sha256-" + base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
"""For a content security policy."""
MODULE = 3
"""Pixels of one module of a symbol."""


def as_html(doc: Doc, language: str, title: str, *, below: str = "") -> str:
    """The whole page. `language`: the receipt's, by ISO 639-1; `below`: HTML to end it with."""
    body = "".join(_sections(doc.parts))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex, nofollow">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS}</style>\n</head>\n"
        f"<body>\n<main>\n{body}{below}</main>\n</body>\n</html>\n"
    )


def _sections(parts: Iterable[Part]) -> Iterator[str]:
    """Each section with its heading; what stands before the first one belongs to the shop."""
    opened = Section(Role.SHOP, "")
    held: list[Part] = []
    for part in parts:
        if isinstance(part, Section):
            if any(map(_shows, held)) or opened.title:
                yield _section(opened, held)
            opened, held = part, []
        else:
            held.append(part)
    yield _section(opened, held)


def _shows(part: Part) -> bool:
    return _kind(part) != ""


def _section(opened: Section, parts: list[Part]) -> str:
    one_table = opened.role is Role.ITEMS  # weights and prices stand in their goods' table

    def kind(part: Part) -> str:
        return _kind(part).replace("text", "rows") if one_table else _kind(part)

    blocks = [_block(opened, found, list(run)) for found, run in groupby(parts, kind)]
    if opened.role is Role.SLIP:
        blocks = [_slip(parts)]
    title = escape(opened.title)
    heading = f"<h2>{title}</h2>\n" if title and opened.role is not Role.MARK else ""
    return f'<section class="{opened.role.value}">\n{heading}{"".join(blocks)}</section>\n'


def _kind(part: Part) -> str:
    """Which parts in a row make one element."""
    match part:
        case Row():
            return "rows"
        case Text(style=style) if style.size.value[1] > 1 or style.bold:
            return "strong"
        case Text():
            return "text"
        case Cells():
            return "cells"
        case Symbol() | Picture():
            return "drawn"
        case _:  # rules, gaps and cuts are for paper
            return ""


def _block(opened: Section, kind: str, parts: list[Part]) -> str:
    match kind:
        case "rows":
            return f"<table>\n{''.join(map(_row, parts))}</table>\n"
        case "cells":
            return _table([part for part in parts if isinstance(part, Cells)], opened.title)
        case "drawn":
            return "".join(map(_figure, parts))
        case "strong" | "text":
            return "".join(_paragraph(opened, part) for part in parts)
        case _:
            return ""


def _slip(parts: list[Part]) -> str:
    """The terminal's own lines in one piece, blanks and all; what it centred is centred."""
    lines = [part for part in parts if isinstance(part, Verbatim | Text | Gap)]
    width = max((len(part.text) for part in lines if not isinstance(part, Gap)), default=0)
    shown = "\n".join(escape(_slip_line(part, width)) for part in lines)
    return f"<pre>{shown}</pre>\n"


def _slip_line(part: Verbatim | Text | Gap, width: int) -> str:
    match part:
        case Text(text=text, align=Align.CENTRE):
            return text.center(width).rstrip()
        case Text(text=text) | Verbatim(text=text):
            return text
        case Gap():
            return ""


def _paragraph(opened: Section, part: Part) -> str:
    text = escape(part.text.strip()) if isinstance(part, Text) else ""
    large = isinstance(part, Text) and _kind(part) == "strong"
    if large and opened.role is Role.SHOP:
        return f"<h1>{text}</h1>\n"
    return f"<p><strong>{text}</strong></p>\n" if large else f"<p>{text}</p>\n"


def _row(part: Part) -> str:
    if isinstance(part, Text):
        return f'<tr><td class="more" colspan="2">{escape(part.text.strip())}</td></tr>\n'
    if not isinstance(part, Row):
        return ""
    names = " ".join(_names(part.style, indented=part.left.startswith("  ")))
    mark = f' class="{names}"' if names else ""
    left, right = escape(part.left.strip()), escape(part.right.strip())
    return f'<tr{mark}><th scope="row">{left}</th><td>{right}</td></tr>\n'


def _names(style: Style, *, indented: bool) -> Iterator[str]:
    if style.bold:
        yield "b"
    if indented:
        yield "in"


def _table(rows: list[Cells], title: str) -> str:
    """The first row names the columns, the first cell the row."""
    head, *body = rows
    names = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head.cells)
    lines = (
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>\n"
        for first, *cells in (row.cells for row in body)
    )
    label = f' aria-label="{escape(title)}"' if title else ""
    below = f"<tbody>\n{''.join(lines)}</tbody>"
    return f"<table{label}>\n<thead><tr>{names}</tr></thead>\n{below}\n</table>\n"


def _figure(part: Part) -> str:
    match part:
        case Symbol():
            text = escape(part.data.decode("utf-8", "replace"))
            label = escape(part.label)
            more = f"<details><summary>{label}</summary><p>{text}</p></details>"
            return f"<figure>{_svg(part)}{more}</figure>\n"
        case Picture():
            return f"<figure>{_image(part)}</figure>\n"
        case _:
            return ""


def _svg(part: Symbol) -> str:
    rows, quiet = matrix(part), QUIET_MODULES[part.kind]
    tall = EAN_HEIGHT // part.cell if part.kind is SymbolKind.EAN else 1
    wide, high = len(rows[0]) + 2 * quiet, len(rows) * tall + 2 * quiet
    dark = "".join(
        f"M{x + quiet} {y * tall + quiet}h1v{tall}h-1z"
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    )
    size = f'width="{wide * MODULE}" height="{high * MODULE}" viewBox="0 0 {wide} {high}"'
    return (
        f'<svg role="img" aria-label="{escape(part.label)}" {size} shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{wide}v{high}H0z"/><path d="{dark}"/></svg>'
    )


def _image(part: Picture) -> str:
    from PIL import Image, ImageChops

    dots = Image.frombytes("1", (part.width, part.height), part.data)
    stored = io.BytesIO()
    ImageChops.invert(dots).save(stored, "PNG", optimize=True)
    data = base64.b64encode(stored.getvalue()).decode()
    size = f'width="{part.width}" height="{part.height}"'
    return f'<img alt="{escape(part.label)}" {size} src="data:image/png;base64,{data}">'
