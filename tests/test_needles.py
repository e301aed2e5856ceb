"""The search finds what it is to find: otherwise finding nothing would prove nothing."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needles import forms, hits_in, hits_in_files, hits_in_process

NAME = "Öznur Müllerin"


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("after", range(4))
def test_base64_is_found_wherever_it_begins(before: int, after: int) -> None:
    """In all three alignments, whatever stands around it."""
    text = base64.b64encode(os.urandom(before) + NAME.encode() + os.urandom(after))
    assert any(name.startswith("base64") for name in hits_in(text, forms(NAME)))


def test_every_form_is_found() -> None:
    """And a text that is not there is not."""
    for name, needle in forms(NAME).items():
        assert hits_in(b"..." + needle + b"...", forms(NAME))[name] == 1
    assert not hits_in(b"Oznur Mullerin" * 9, forms(NAME))


def test_it_looks_into_files_and_processes(tmp_path: Path) -> None:
    """Files in folders, and a text that a process merely holds."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "log").write_text(f"hello {NAME}")
    assert hits_in_files([tmp_path], forms(NAME)) == {"log: utf-8": 1}
    program = (
        "import sys; held = sys.stdin.readline(); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{NAME}\n")
        process.stdin.flush()
        process.stdout.readline()
        assert hits_in_process(process.pid, forms(NAME))
        assert not hits_in_process(process.pid, forms(NAME[::-1]))
        process.stdin.close()
