"""Texts from elsewhere, on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """What a file, a journal or a device said moves no cursor and rings no bell."""
    return "".join(each if each.isprintable() else "?" for each in text)
