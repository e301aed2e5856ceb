"""QML is checked against the Python types it reads: `./run check` does it, here is what it finds."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.house.qml import QML, lint


def test_a_misspelt_property_is_found(tmp_path: Path) -> None:
    """The gate can fail: a property that the Python model does not have is named."""
    copy = tmp_path / "qml"
    shutil.copytree(QML, copy)
    screen = copy / "Kiosk" / "Customer" / "ClosedScreen.qml"
    screen.write_text(screen.read_text().replace("closed.reason", "closed.raeson"))
    assert any("raeson" in line for line in lint(copy))


def test_forbidden_things_stay_out() -> None:
    """Nothing the software renderer cannot draw, no scripts, no rich text, no pixel sizes."""
    forbidden = (
        "QtQuick.Effects",
        "ShaderEffect",
        "layer.effect",
        "RichText",
        "StyledText",
        '.js"',
    )
    for path in QML.rglob("*.qml"):
        text = path.read_text()
        assert not [word for word in forbidden if word in text], path.name
        if path.name not in {"KText.qml", "BText.qml"}:
            assert "\nText {" not in text
            assert " Text {" not in text, path.name
        assert len(text.splitlines()) <= 400, path.name
