"""Everything Qt: draws a `Screen`, sends back the events its actions carry. Knows no device."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - puts an import of its own before Python's

# PySide's reads the whole source of everything that is imported after it, to see whether that could
# use its `__feature__`s, and keeps the text: megabytes, and time before the first frame. Nothing here
# uses them.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
