"""Our icons and pictures, drawn at the size and in the colours wanted.

The software renderer cannot tint an image, so the colours are put into the SVG before it is drawn:
`currentColor` is the tone asked for, `var(--name)` any colour of the Theme.
Addresses: `image://kiosk/icons/<name>/<tone>`, also `pictures` and `tiles`; with `/contrast` in the
colours of high contrast. `image://kiosk/logo` is the shop's own, as it is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

from kiosk.logo import Logo

ASSETS = Path(__file__).parent / "assets"
LOGO = "logo"
_ADDRESS = re.compile(r"(icons|pictures|tiles)/([a-z]+)/([A-Za-z]+)(/contrast)?")
_COLOUR = re.compile(r"var\(--([A-Za-z]+)\)")


class Pictures(QQuickImageProvider):
    """Draws our SVGs with a palette of colour names."""

    def __init__(
        self, palette: dict[str, str], contrast: dict[str, str], logo: Logo | None = None
    ) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._palettes = (palette, contrast)
        self._logo = logo

    def requestImage(self, address: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802
        """The picture; a null image, which Qt warns of, where there is none."""
        if address == LOGO and self._logo is not None:
            return _told(_logo_drawn(self._logo, requested), size)
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return QImage()
        folder, name, tone, contrast = found.groups()
        palette = self._palettes[contrast is not None]
        text = _read(ASSETS / folder / f"{name}.svg").replace("currentColor", palette[tone])
        text = _COLOUR.sub(lambda match: palette[match.group(1)], text)
        return _told(_fitted(text.encode(), requested), size)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _told(image: QImage, size: QSize) -> QImage:
    size.setWidth(image.width())
    size.setHeight(image.height())
    return image


def _logo_drawn(logo: Logo, box: QSize) -> QImage:
    """In its own colours: it is the one picture that is not ours."""
    if logo.vector:
        renderer = QSvgRenderer(QByteArray(logo.data))
        renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        shape = QSizeF(logo.aspect, 1).scaled(QSizeF(box), Qt.AspectRatioMode.KeepAspectRatio)
        return _drawn(renderer, shape.toSize())
    image = QImage.fromData(QByteArray(logo.data))
    return image.scaled(
        box, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _fitted(svg: bytes, box: QSize) -> QImage:
    """As large as the box allows, in its own shape."""
    renderer = QSvgRenderer(QByteArray(svg))
    return _drawn(renderer, renderer.defaultSize().scaled(box, Qt.AspectRatioMode.KeepAspectRatio))


def _drawn(renderer: QSvgRenderer, size: QSize) -> QImage:
    size = size.expandedTo(QSize(1, 1))  # a layout asks for slivers on its way
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image
