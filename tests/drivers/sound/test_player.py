"""Sounds are drawn and played; whatever the player does, whoever asked for one goes on at once."""

from __future__ import annotations

import errno
import io
import logging
import sys
import threading
import wave
from pathlib import Path

import pytest

from drivers.sound.player import FilePlayer, speaker_of
from drivers.sound.tones import RATE, wav
from kiosk.sounds import Silent, Sound

APPENDS = "import sys, pathlib; open(sys.argv[1], 'a').write(pathlib.Path(sys.argv[2]).name + ' ')"


@pytest.mark.parametrize("sound", list(Sound))
def test_each_sound_is_a_wav_that_is_short_and_does_not_click(sound: Sound) -> None:
    """Readable by others, under a second, from silence to silence, within its range."""
    with wave.open(io.BytesIO(wav(sound, 100))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert 0.05 <= file.getnframes() / RATE <= 0.8
        frames = memoryview(file.readframes(file.getnframes())).cast("h").tolist()
    assert abs(frames[0]) < 300
    assert abs(frames[-1]) < 1500
    assert 15_000 < max(frames) < 32_767
    loud, soft = frames, memoryview(wav(sound, 50)[44:]).cast("h").tolist()
    assert 3.5 < max(loud) / max(soft) < 4.5


def test_no_two_sounds_are_the_same() -> None:
    """They are told apart without looking."""
    assert len({wav(sound, 60) for sound in Sound}) == len(Sound)


def written(tmp_path: Path) -> tuple[tuple[str, ...], Path]:
    out = tmp_path / "played"
    return (sys.executable, "-c", APPENDS, str(out)), out


def test_a_sound_is_played_by_the_command(tmp_path: Path) -> None:
    """With the file of the sound; the files go when it is closed."""
    command, out = written(tmp_path)
    made = FilePlayer(command, 60)
    folder = Path(made._folder.name)
    made.play(Sound.ERROR)
    wait = threading.Event()
    for _ in range(500):
        if out.exists() and out.read_text():
            break
        wait.wait(0.01)
    made.close()
    made.close()
    made.play(Sound.SCAN)
    assert out.read_text() == "error.wav "
    assert not folder.exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("/nowhere/play",), "No such file"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "ended with 3"),
        ((sys.executable, "-c", "import signal; signal.pause()"), "took longer than 0.3 s"),
    ],
    ids=["missing", "failing", "hanging"],
)
def test_a_broken_player_is_told_once_and_harms_nobody(
    command: tuple[str, ...], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Missing, failing, hanging: `play` returns, and one line is in the log."""
    caplog.set_level(logging.WARNING)
    made = FilePlayer(command, 60, longest=0.3)
    wait = threading.Event()
    for _ in range(3):
        made.play(Sound.SCAN)
        for _ in range(200):
            if made._next.empty():
                break
            wait.wait(0.01)
    made.close()
    assert not made._thread.is_alive()
    assert [said in record.message for record in caplog.records] == [True]


def test_where_the_disk_is_full_nothing_is_heard(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The sounds cannot be written: told once, and the kiosk starts."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("tempfile.mkdtemp", full)
    assert isinstance(speaker_of("file", 60), Silent)
    assert "no sounds: No space left" in caplog.text


def test_where_no_player_is_installed_nothing_is_heard(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Told once in the log; asked for silence, it is not even that."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert isinstance(speaker_of("silent", 60), Silent)
    assert isinstance(speaker_of("file", 0), Silent)
    assert caplog.records == []
    assert isinstance(speaker_of("file", 60), Silent)
    assert "pw-play, paplay, aplay" in caplog.text
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    found = speaker_of("file", 60)
    assert isinstance(found, FilePlayer)
    assert found._command == ("/bin/pw-play",)
    found.close()
