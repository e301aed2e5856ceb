"""Every message in the code exists in every language, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest

from kiosk.words import Language

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def messages() -> set[str]:
    """Every literal first argument of a call of `words`, or of its `count`."""
    found = set()
    for folder in ("kiosk", "drivers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args and _is_words(node.func):
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


def _is_words(func: ast.expr) -> bool:
    if isinstance(func, ast.Attribute):
        counted = func.attr == "count" and getattr(func.value, "id", "") == "words"
        return counted or func.attr == "words"
    return isinstance(func, ast.Name) and func.id == "words"


def catalogue(language: Language) -> dict[str, polib.POEntry]:
    entries: dict[str, polib.POEntry] = {}
    for path in (ROOT / "kiosk" / "words" / language).glob("*.po"):
        entries |= {entry.msgid: entry for entry in polib.pofile(str(path))}
    return entries


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.EN])
def test_every_message_is_translated_with_its_placeholders(language: Language) -> None:
    """A word missing in one language, or a placeholder lost in it, is a defect."""
    entries = catalogue(language)
    assert messages() - entries.keys() == set()
    for msgid, entry in entries.items():
        wanted = set(PLACEHOLDER.findall(msgid))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert text, msgid
            assert set(PLACEHOLDER.findall(text)) == wanted, msgid


def test_no_message_stands_in_two_catalogues() -> None:
    """Two translations of one message would leave it to chance which one is said."""
    files = (ROOT / "kiosk" / "words" / Language.DE).glob("*.po")
    said = [entry.msgid for path in files for entry in polib.pofile(str(path))]
    assert len(said) == len(set(said))


def test_no_catalogue_holds_a_message_nobody_says() -> None:
    """Dead words are deleted with the code that said them."""
    sources = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "drivers").rglob("*.py")]
    literals = {
        node.value
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert catalogue(Language.DE).keys() - literals == set()
