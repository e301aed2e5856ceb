"""The examples of the help texts work as they stand there."""

from __future__ import annotations

import json
import re
import shlex

import pytest

import drivers.__main__
import kiosk.__main__
from drivers.tools.decode import decode_lines

EPILOGS = (drivers.__main__.EXAMPLES, kiosk.__main__.EXAMPLES)
EXAMPLES = [line.strip() for text in EPILOGS for line in text.splitlines() if "./run" in line]
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
