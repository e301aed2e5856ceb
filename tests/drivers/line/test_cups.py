"""A CUPS queue, by programs of its names that do as they do; the real ones were tried by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.line import check_address, connect, connect_printer, cups, listen, spools
from drivers.line.cups import CupsLine, Spooled
from kiosk.ports import ConfigError, Silent, Unavailable

# What CUPS 2.4.2 says, kept on 2026-11-22.
LP = """#!/bin/sh
[ "$1 $2 $3 $4 $5 $6 $7 $8" = "-d bon -o raw -t receipt -- -" ] || exit 9
[ -e "$SPOOL/hangs" ] && exec tail -f /dev/null
[ -e "$SPOOL/down" ] && { echo 'lp: Bad file descriptor' >&2; exit 1; }
cat >"$SPOOL/job"; echo 'bon-7 root 1024 Sun Nov 22 09:48:07 2026' >"$SPOOL/waiting"
echo 'request id is bon-7 (0 file(s))'
"""
LPSTAT = """#!/bin/sh
case "$*" in
"-p bon") echo 'printer bon is idle.  enabled since Sun Nov 22 09:48:07 2026' ;;
"-W not-completed -o bon") [ ! -e "$SPOOL/waiting" ] || cat "$SPOOL/waiting" ;;
"-l -p bon") printf 'printer bon is idle.\\n\\tDescription: bon\\n\\tAlerts: %s\\n' "$(cat "$SPOOL/alerts")" ;;
*) echo 'lpstat: Invalid destination name in list "nix".' >&2; exit 1 ;;
esac
"""
CANCEL = '#!/bin/sh\n[ "$1" = bon-7 ] && rm "$SPOOL/waiting"\n'


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the programs, first on PATH, and what they keep."""
    (tmp_path / "alerts").write_text("none\n")
    for name, text in (("lp", LP), ("lpstat", LPSTAT), ("cancel", CANCEL)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(cups, "_CLASSIC", {"SPOOL": str(tmp_path), "PATH": "/usr/bin:/bin"})
    return tmp_path


def queue() -> CupsLine:
    """The line of an address."""
    line = connect_printer("cups://bon")
    assert isinstance(line, CupsLine)
    return line


def test_a_write_is_a_raw_job_under_a_title_that_tells_nothing(spool: Path) -> None:
    """Every byte as it is; nothing comes back, and the job has a name to ask by."""
    line = queue()
    line.write(bytes(range(256)))
    assert (spool / "job").read_bytes() == bytes(range(256))
    assert line.last_job == "bon-7"
    assert line.read(0.01) == b""
    line.close()
    line.close()
    with pytest.raises(Silent, match="closed"):
        line.write(b"x")
    with pytest.raises(Silent, match="closed"):
        line.read(0)


def test_a_job_that_waits_can_be_taken_back(spool: Path) -> None:
    """Cancelled it is no longer waiting; what ended is not said to be on paper."""
    line = queue()
    line.write(b"Bon")
    assert line.outcome("bon-7") is Spooled.WAITING
    assert line.waiting() == ("bon-7",)
    line.cancel("bon-7")
    assert line.waiting() == ()
    assert line.outcome("bon-7") is Spooled.ENDED
    with pytest.raises(Silent):
        line.cancel("bon-8")


def test_what_keeps_a_queue_is_told_in_its_words(spool: Path) -> None:
    """Alerts are the printer's state reasons."""
    assert queue().trouble() == ""
    (spool / "alerts").write_text("media-empty-error\n")
    assert queue().trouble() == "media-empty-error"


def test_a_scheduler_that_hangs_or_is_down_is_not_waited_for(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it took the job is not known."""
    line = queue()
    (spool / "down").touch()
    with pytest.raises(Silent, match="Bad file descriptor"):
        line.write(b"Bon")
    (spool / "hangs").touch()
    monkeypatch.setattr(cups, "PROGRAM_SECONDS", 0.2)
    with pytest.raises(Silent, match="lp did not end"):
        line.write(b"Bon")


def test_a_queue_that_is_not_there_says_which_are(spool: Path) -> None:
    """Nothing was sent."""
    with pytest.raises(Unavailable, match="lpstat -e"):
        connect_printer("cups://nix")


def test_without_cups_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk without CUPS."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable, match="install cups-client"):
        connect_printer("cups://bon")


@pytest.mark.parametrize("address", ["cups://a b", "cups://-d", "cups://a/b", "cups://a?b"])
def test_what_is_no_queue_is_a_configuration_error(address: str) -> None:
    """It would be a word of `lp`, or no name."""
    with pytest.raises(ConfigError, match="names no queue"):
        check_address(address)


def test_only_a_queue_lies_on_a_disk() -> None:
    """And only a printer can be at one; a simulator cannot."""
    assert spools("cups://bon")
    assert not spools("tcp://127.0.0.1:9100")
    check_address("cups://bon")
    for opens in (connect, listen):
        with pytest.raises(ConfigError):
            opens("cups://bon")
