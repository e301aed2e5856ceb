"""Our icons and pictures, drawn at the size and in the colours wanted.

The software renderer cannot tint an image, so the colours are put into the SVG before it is drawn:
`currentColor` is the tone asked for, `var(--name)` any colour of the Theme.
Addresses: `image://kiosk/icons/<name>/<tone>`, also `pictures` and `tiles`; with `/contrast` in the
colours of high contrast.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

ASSETS = Path(__file__).parent / "assets"
_ADDRESS = re.compile(r"(icons|pictures|tiles)/([a-z]+)/([A-Za-z]+)(/contrast)?")
_COLOUR = re.compile(r"var\(--([A-Za-z]+)\)")


class Pictures(QQuickImageProvider):
    """Draws our SVGs with a palette of colour names."""

    def __init__(self, palette: dict[str, str], contrast: dict[str, str]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._palettes = (palette, contrast)

    def requestImage(self, address: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802
        """The picture; a null image, which Qt warns of, where there is none."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return QImage()
        folder, name, tone, contrast = found.groups()
        palette = self._palettes[contrast is not None]
        text = _read(ASSETS / folder / f"{name}.svg").replace("currentColor", palette[tone])
        text = _COLOUR.sub(lambda match: palette[match.group(1)], text)
        image = _drawn(text, requested)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _drawn(svg: str, box: QSize) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize().scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
    size = size.expandedTo(QSize(1, 1))  # a layout asks for slivers on its way
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image
