"""The moment in which the catalogue becomes another one: nobody is at the kiosk, and it is journalled."""

from __future__ import annotations
