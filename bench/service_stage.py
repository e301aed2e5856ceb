"""What a service is measured with: members in both stores, a server on one core, load on the other."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import apsw
import asyncpg

from bench.service_load import FIRST_CARD
from service.clock import SystemClock
from service.keys import Keys
from service.members import Profile, new_member
from service.records import KIOSK_GROUPS, Group
from service.server import open_store
from service.settings import Settings, write
from service.stand import make_stand
from service.store import statements as sql
from service.store.port import NewMember
from tests.cluster import Cluster, free_port

ROOT = Path(__file__).parents[1]
MEMBERS = 10_000
UNLIMITED = 1e12
_TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> tuple[int, int]:
    """The server's, and the one for everything else."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def make_settings(folder: Path) -> Settings:
    """A service on SQLite on free ports that counts what a kiosk asks, but never says no."""
    kiosks, enrolment, operations = (f"127.0.0.1:{free_port()}" for _ in range(3))
    most = int(UNLIMITED)
    return Settings(
        folder,
        "bench",
        "DE",
        "sqlite:store.db",
        kiosks,
        enrolment,
        operations,
        lookups_per_minute=UNLIMITED,
        lookup_burst=most,
        sales_per_minute=UNLIMITED,
        sales_burst=most,
        test_cards=True,
    )


def on_sqlite(folder: Path) -> tuple[Settings, list[NewMember]]:
    """A service with one kiosk and all members."""
    settings = make_settings(folder / "sqlite")
    make_stand(settings, [folder / "kiosk"], [])
    members = list(_members(Keys(settings.folder / "keys")))
    db = apsw.Connection(str(settings.folder / "store.db"))
    with db:
        for statement, values in _rows(members):
            db.executemany(statement, values)
    db.close()
    return settings, members


def on_postgres(settings: Settings, members: list[NewMember], url: str) -> Settings:
    """The same service, kiosk and members in the other store; it listens at the same place."""
    other = replace(
        settings, folder=Path(copytree(settings.folder, settings.folder.with_name("pg"))), store=url
    )
    write(other)
    asyncio.run(_fill(settings, other, members))
    return other


async def _fill(settings: Settings, other: Settings, members: list[NewMember]) -> None:
    keys = Keys(settings.folder / "keys")
    stores = [await open_store(each, keys, "bench") for each in (settings, other)]
    for kiosk in await stores[0].kiosks():
        await stores[1].put_kiosk(kiosk)
    for store in stores:
        await store.close()
    db = await asyncpg.connect(other.store)
    async with db.transaction():
        for statement, values in _rows(members):
            await db.executemany(sql.numbered(statement), values)
    await db.execute("ANALYZE")
    await db.close()


def _members(keys: Keys) -> Iterable[NewMember]:
    consents, now = Group(sum(KIOSK_GROUPS)), SystemClock().now_ms()
    for n in range(MEMBERS):
        profile = Profile(
            f"{FIRST_CARD + n}", f"Kunde {n}", n, "Gold", "member", "de", ("10 % auf Brot",)
        )
        yield new_member(profile, keys, now, consents)


def _rows(members: list[NewMember]) -> list[tuple[str, list[tuple[object, ...]]]]:
    return [
        (sql.ADD_MEMBER, [sql.member_values(each) for each in members]),
        (sql.ADD_KEY, [(each.row.id, each.row.wrapped, each.row.kek) for each in members]),
        (
            sql.ADD_CREDENTIAL,
            [(index, version, each.row.id) for each in members for version, index in each.indexes],
        ),
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took. `cpu`: the server process's seconds, user and system."""

    count: int
    seconds: float
    times: list[float]
    cpu: float

    @property
    def rate(self) -> float:
        """A second."""
        return self.count / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU each."""
        return self.cpu / self.count * 1e6


class Child:
    """A Python program of ours that talks in lines."""

    def __init__(self, stack: ExitStack, module: str, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.pid = self._process.pid
        stack.callback(self.end)

    def say(self, line: str) -> None:
        """One line in."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """One line out. Raises RuntimeError if the program has died."""
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"a measured program ended: {self._process.wait()}")
        return line

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, of all its threads."""
        words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / _TICKS

    def end(self) -> None:
        """Terminate it, and wait."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()


class Loaded:
    """A server pinned to one core and a load tool on the other."""

    def __init__(self, stack: ExitStack, settings: Settings, kiosk: Path) -> None:
        serving, loading = cores()
        self._server = Child(stack, "bench.service_process", str(settings.folder), str(serving))
        self._server.hear()
        self._load = Child(stack, "bench.service_load", str(kiosk), str(loading))

    def run(self, what: str, count: int) -> Taken:
        """Send `count` of them. Raises RuntimeError if one was not answered as it must be."""
        self._load.say(f"{what} {count} {MEMBERS}")
        self._load.hear()
        before = self._server.cpu()
        self._load.say("go")
        told = json.loads(self._load.hear())
        cpu = self._server.cpu() - before
        sent = -(-count // int(what)) if what.isdigit() else count
        if told["failed"] or len(told["times"]) != sent:
            answered = len(told["times"]) - told["failed"]
            raise RuntimeError(f"{what}: {answered} of {sent} requests were answered")
        return Taken(count, told["seconds"], told["times"], cpu)


def cluster(stack: ExitStack) -> Cluster:
    """A PostgreSQL on the load tool's core, so that the server has its own for itself."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[1]})
    try:
        made = Cluster()
    finally:
        os.sched_setaffinity(0, allowed)
    stack.callback(made.stop)
    return made
