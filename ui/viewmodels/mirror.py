"""The one way a view model renews itself."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from PySide6 import QtQml
from PySide6.QtCore import QObject

# The stubs do not know that this one is a decorator with an argument.
QmlUncreatable: Any = QtQml.QmlUncreatable


class Mirror(QObject):
    """A view model of one frozen dataclass: a property and a `<name>_changed` for each field."""

    def tell(self, old: Any, new: Any) -> None:
        """Emit the signal of every field that differs; fields without a signal are not shown."""
        field: Field[Any]
        for field in fields(new):
            if getattr(old, field.name) == getattr(new, field.name):
                continue
            signal = getattr(self, f"{field.name}_changed", None)
            if signal is not None:
                signal.emit()
