"""A queue of CUPS as a line one way: each write is one raw job, handed over by `lp`.

CUPS keeps a job on a disk until it is printed, and some longer: nothing of a member is sent there
(`drivers.line.spools`). It never says that something is on paper, and neither does this line.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from enum import Enum
from pathlib import Path

from drivers.line.addresses import address_of, check_queue
from kiosk.errors import Silent, Unavailable
from kiosk.ports import Cancel

PROGRAM_SECONDS = 10.0
"""For one call of lp, lpstat or cancel; a scheduler that hangs is no reason to."""
_REQUEST = re.compile(r"request id is (\S+-\d+)")
_CLASSIC = {"LC_ALL": "C"}
TITLE = "receipt"
"""Jobs have titles that are kept and shown; ours tells nothing."""


class Spooled(Enum):
    """What CUPS says of a job."""

    WAITING = "waiting"
    """Not begun, or not all of it given to the printer yet: it can still be taken back."""
    ENDED = "ended"
    """Given to the printer, cancelled or aborted: `lpstat` lists all of them alike."""


class CupsLine:
    """Writes jobs to one queue. For one thread."""

    def __init__(self, queue: str) -> None:
        check_queue(queue)
        self._queue = queue
        self._name = address_of(queue)
        self._closed = False
        self.last_job = ""
        """CUPS's name of the job written last."""
        self._lp = _program("lp")
        known = self._asked("lpstat", "-p", queue)
        if known.returncode:
            raise Unavailable(
                f"{self._name}: {_said(known)}; `lpstat -e` shows the queues there are"
            )

    def read(self, seconds: float) -> bytes:
        """Nothing ever comes back."""
        self._live()
        Cancel().wait(max(seconds, 0))
        return b""

    def write(self, data: bytes) -> None:
        """One raw job. Raises Silent where it is not known whether CUPS took it."""
        self._live()
        words = [self._lp, "-d", self._queue, "-o", "raw", "-t", TITLE, "--", "-"]
        try:
            done = subprocess.run(  # noqa: S603 - a list of words, no shell
                words,
                input=data,
                capture_output=True,
                timeout=PROGRAM_SECONDS,
                env=_CLASSIC,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Silent(f"{self._name}: lp did not end within {PROGRAM_SECONDS:.0f} s") from error
        told = _REQUEST.search(done.stdout.decode(errors="replace"))
        if done.returncode or not told:
            raise Silent(f"{self._name}: {_said(done)}")
        self.last_job = told[1]

    def waiting(self) -> tuple[str, ...]:
        """The jobs of the queue that have not ended, whoever wrote them. Raises Silent."""
        done = self._asked("lpstat", "-W", "not-completed", "-o", self._queue)
        if done.returncode:
            raise Silent(f"{self._name}: {_said(done)}")
        lines = done.stdout.decode(errors="replace").splitlines()
        return tuple(line.split(" ", 1)[0] for line in lines if line)

    def outcome(self, job: str) -> Spooled:
        """What became of a job. Raises Silent."""
        return Spooled.WAITING if job in self.waiting() else Spooled.ENDED

    def trouble(self) -> str:
        """What keeps the queue from printing, in CUPS's words; empty if nothing does. Raises Silent."""
        done = self._asked("lpstat", "-l", "-p", self._queue)
        if done.returncode:
            raise Silent(f"{self._name}: {_said(done)}")
        found = re.search(r"^\s*Alerts: (.+)$", done.stdout.decode(errors="replace"), re.MULTILINE)
        return "" if found is None or found[1].strip() == "none" else found[1].strip()

    def cancel(self, job: str) -> None:
        """Take a job back, so that the rest does not come out later. Raises Silent."""
        done = self._asked("cancel", job)
        if done.returncode:
            raise Silent(f"{self._name}: {_said(done)}")

    def close(self) -> None:
        """Let go; what was written goes on being printed."""
        self._closed = True

    def _asked(self, name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - as above
                [_program(name), *words],
                capture_output=True,
                timeout=PROGRAM_SECONDS,
                env=_CLASSIC,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Silent(f"{self._name}: {name} did not end in time") from error

    def _live(self) -> None:
        if self._closed:
            raise Silent(f"{self._name}: closed")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"there is no program {name}; install cups-client")
    return str(Path(found))


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last line a program said of its failure."""
    text = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
    return text.splitlines()[-1]
