"""A PC/SC daemon of our own, out of sight of the system's: for tests and for trying things out.

It runs in namespaces of its own: its socket's folder is one of ours, no driver for real readers is to
be found, and its virtual reader listens to nobody but us. So neither the system's daemon nor a reader
that is plugged in is touched, and no administrator is needed where users may make namespaces.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from drivers.cards.pcscd import answers
from kiosk.clock import Clock
from kiosk.ports import Unavailable

READER = "Kiosk Virtual Reader"
PORT = 0x8C7B
"""Of the virtual reader, in a network that holds nothing else."""
READY_SECONDS = 10.0
LOOK_SECONDS = 0.02
"""Between looks whether it is ready."""
DOORMAN = Path(__file__).with_name("doorman.py")
_DRIVER = "serial/libifdvpcd.so"
_SCRIPT = """
set -e
mount -t tmpfs none /run
mkdir /run/pcscd
mount --bind "$1/run" /run/pcscd
mount -t tmpfs none "$2"
"$4" -I -S "$5" "$1/run/door" "$6" &
exec "$7" -f -c "$1/conf" $3
"""


class IsolatedDaemon:
    """One pcscd with one virtual reader. `socket` is what clients need in their environment."""

    def __init__(self, folder: Path, clock: Clock, *, driver: Path | None = None) -> None:
        """`folder`: empty, and short enough for a socket's path. `driver`: instead of vpcd's own.

        Raises Unavailable naming what this machine lacks.
        """
        self._folder = folder
        self._clock = clock
        self.door = folder / "run" / "door"
        """Where a card comes in (`drivers.cards.doorman`)."""
        self.socket = str(folder / "run" / "pcscd.comm")
        self._process: subprocess.Popen[bytes] | None = None
        own = vpcd_driver()
        (folder / "run").mkdir(parents=True)
        (folder / "conf").mkdir()
        self.vpcd = folder / "libifdvpcd.so"
        shutil.copy(own, self.vpcd)
        self._hidden = own.parent.parent
        (folder / "conf" / "reader.conf").write_text(
            f'FRIENDLYNAME "{READER}"\nDEVICENAME /dev/null:{PORT:#x}\n'
            f"LIBPATH {driver or self.vpcd}\nCHANNELID {PORT:#x}\n"
        )

    def start(self) -> None:
        """Run until `stop`; ready on return. Raises Unavailable, with the daemon's own words."""
        away = Path(self.socket)
        away.unlink(missing_ok=True)
        self.door.unlink(missing_ok=True)
        (self._folder / "run" / "pcscd.pid").unlink(missing_ok=True)
        flags = ["-mn"] if os.geteuid() == 0 else ["-Urmn"]
        command = ["unshare", *flags, "sh", "-c", _SCRIPT, "sh", str(self._folder)]
        command += [str(self._hidden), _polkit_off(), sys.executable, str(DOORMAN), str(PORT)]
        command += [_pcscd()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = self._clock.monotonic() + READY_SECONDS
        while not (answers(away) and self.door.exists()):
            if _ended(self._process, LOOK_SECONDS) or self._clock.monotonic() > end:
                self.stop()
                said = (self._folder / "log").read_text(errors="replace").strip()[-300:]
                raise Unavailable(f"no PC/SC daemon in a namespace of its own: {said or 'silent'}")

    def kill(self) -> None:
        """Let it die at once."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it; safe to call twice."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ends within that time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def vpcd_driver() -> Path:
    """Where the virtual reader's driver is installed. Raises Unavailable."""
    for folder in (Path("/usr/lib/pcsc/drivers"), Path("/usr/lib64/pcsc/drivers")):
        if (folder / _DRIVER).exists():
            return folder / _DRIVER
    raise Unavailable("the virtual reader is missing; install vsmartcard-vpcd and pcscd")


def _pcscd() -> str:
    """Where the daemon is; an ordinary user's PATH does not lead there. Raises Unavailable."""
    found = shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin:/sbin")
    if not found:
        raise Unavailable("the PC/SC daemon is missing; install pcscd")
    return found


def _polkit_off() -> str:
    """Daemons built with polkit refuse everybody where there is no system bus."""
    told = subprocess.run(  # noqa: S603 - our own words
        [_pcscd(), "--help"], capture_output=True, text=True, check=False
    )
    return "--disable-polkit" if "disable-polkit" in told.stdout + told.stderr else ""
