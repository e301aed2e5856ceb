"""The examples of the help texts work as they stand there."""

from __future__ import annotations

import json
import re
import shlex

import pytest

import drivers.__main__
import kiosk.__main__
from drivers.tools import (
    decode_words,
    probe_words,
    reader_words,
    scale_words,
    scanner_words,
    sim_words,
    terminal_words,
    trace_words,
)
from drivers.tools.decode import decode_lines, decode_ndef
from tests.drivers.tools.processes import ROOT

FAMILIES = (
    reader_words,
    scanner_words,
    scale_words,
    sim_words,
    decode_words,
    trace_words,
    probe_words,
    terminal_words,
)
EPILOGS = (
    drivers.__main__.EXAMPLES,
    kiosk.__main__.EXAMPLES,
    *(each.EXAMPLES for each in FAMILIES),
    *("\n".join(each.examples) for each in terminal_words.VERBS),
    sim_words.TERMINAL_EXAMPLES,
    sim_words.SCALE_EXAMPLES,
)
SHOWN = [
    line.removeprefix("$ ")
    for line in (ROOT / "docs" / "terminals.md").read_text().splitlines()
    if line.startswith("$ ")
]
EXAMPLES = [
    line.strip()
    for text in (*EPILOGS, "\n".join(SHOWN))
    for line in text.splitlines()
    if "./run" in line
]
PARSERS = {"drivers": drivers.__main__._parser, "kiosk": kiosk.__main__._parser}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(example: str) -> None:
    """What a technician pastes is no usage error."""
    run, verb, *words = shlex.split(example.rpartition("|")[2], comments=True)
    assert run == "./run"
    assert callable(PARSERS[verb]().parse_args(words).run)


def test_the_line_to_decode_is_a_payment() -> None:
    """The hex of the example, as the example pipes it: 10.10 in euro."""
    [text] = re.findall("echo ([0-9a-f]+) [|] ./run drivers decode zvt", EPILOGS[0])
    [line] = decode_lines([text])
    decoded = json.loads(line)
    assert decoded["message"] == "Authorization"
    assert decoded["fields"] == {"amount": 1010, "currency": 978}


def test_the_message_to_decode_is_a_link() -> None:
    """The hex of the example."""
    [text] = re.findall("echo ([0-9a-f]+) [|] ./run drivers decode ndef", decode_words.EXAMPLES)
    [record] = decode_ndef(text, show=True)["records"]
    assert record["uri"] == "https://shop.example/m?id=1"


@pytest.mark.parametrize(
    "words",
    [
        *(["reader"], ["scanner"], ["scale"], ["sim"], ["decode"], ["trace"], ["terminal"]),
        ["terminal", "probe"],
        *(["terminal", verb.name] for verb in terminal_words.VERBS),
    ],
)
def test_each_family_shows_its_examples(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What a technician can paste."""
    with pytest.raises(SystemExit) as ended:
        PARSERS["drivers"]().parse_args([*words, "--help"])
    assert ended.value.code == 0
    assert f"./run drivers {' '.join(words)}" in capsys.readouterr().out.partition("examples:")[2]


def test_every_verb_of_a_terminal_is_in_the_document() -> None:
    """With an example that a technician can paste."""
    shown = {line.split()[3] for line in SHOWN if line.startswith("./run drivers terminal ")}
    assert {verb.name for verb in terminal_words.VERBS} | {"probe"} <= shown
