"""Plays files by a program of the machine: one at a time, bounded, and never waited for."""

from __future__ import annotations

import contextlib
import logging
import queue
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from drivers.sound.tones import wav
from kiosk.sounds import Silent, Sound, Speaker

PLAYERS = ("pw-play", "paplay", "aplay")
"""The first that is there is taken."""
LONGEST_SECONDS = 3.0
"""A player that takes longer hangs on its device, and is ended."""
log = logging.getLogger("kiosk.sound")


def speaker_of(driver: str, volume: int) -> Speaker:
    """By the names of the configuration. Where no player is found nothing is heard, and it is told."""
    if driver == "silent" or not volume:
        return Silent()
    found = next((path for name in PLAYERS if (path := shutil.which(name))), None)
    if found is None:
        log.warning("no sounds: none of %s is installed", ", ".join(PLAYERS))
        return Silent()
    try:
        return FilePlayer((found,), volume)
    except OSError as error:  # a full disk: a kiosk starts without sounds all the same
        log.warning("no sounds: %s", error.strerror or error)
        return Silent()


class FilePlayer:
    """A thread that starts `command FILE`. What comes while one plays waits; of several, the newest."""

    def __init__(
        self, command: tuple[str, ...], volume: int, longest: float = LONGEST_SECONDS
    ) -> None:
        self._command = command
        self._longest = longest
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-sounds-")
        self._files = {each: Path(self._folder.name, f"{each}.wav") for each in Sound}
        for sound, path in self._files.items():
            path.write_bytes(wav(sound, volume))
        self._next: queue.Queue[Sound | None] = queue.Queue(maxsize=1)
        self._closed = threading.Event()
        self._broken = False
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def play(self, sound: Sound) -> None:
        """Soon, unless a newer one comes first."""
        if not self._closed.is_set():
            self._put(sound)

    def close(self) -> None:
        """What plays is heard to its end, what waits is not."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._put(None)
        self._thread.join(self._longest + 1)
        self._folder.cleanup()

    def _put(self, sound: Sound | None) -> None:
        with contextlib.suppress(queue.Empty):
            self._next.get_nowait()
        with contextlib.suppress(queue.Full):  # another one was quicker
            self._next.put_nowait(sound)

    def _run(self) -> None:
        while (sound := self._next.get()) and not self._closed.is_set():
            try:
                why = self._played(self._files[sound])
            except Exception as error:  # noqa: BLE001 - whatever it is, selling goes on
                why = type(error).__name__
            if why and not self._broken:
                log.warning("no sounds: %s: %s", self._command[0], why)
            elif self._broken and not why:
                log.warning("sounds are back")
            self._broken = bool(why)

    def _played(self, file: Path) -> str:
        """Why it was not; empty if it was."""
        silent = subprocess.DEVNULL
        try:
            done = subprocess.run(  # noqa: S603 - one of ours, found on the path
                [*self._command, str(file)],
                stdin=silent,
                stdout=silent,
                stderr=silent,
                timeout=self._longest,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"took longer than {self._longest:g} s"
        except OSError as error:
            return error.strerror or type(error).__name__
        return f"ended with {done.returncode}" if done.returncode else ""
