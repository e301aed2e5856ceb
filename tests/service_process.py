"""A whole service as its own process, behind its real doors."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import IO

from kiosk.lookup.identity import Identity, load_identity
from service.settings import Settings, write
from tests.cluster import free_port

ROOT = Path(__file__).parents[1]


class Running:
    """`./run service serve` on free ports, until it is stopped or killed."""

    def __init__(self, settings: Settings) -> None:
        ports = [f"127.0.0.1:{free_port()}" for _ in range(3)]
        self.settings = replace(settings, kiosks=ports[0], enrolment=ports[1], operations=ports[2])
        write(self.settings)
        self.log = settings.folder / "log.jsonl"
        self.start()

    def start(self) -> None:
        """Start, and wait until it serves."""
        self._err: IO[bytes] = self.log.open("ab")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "service",
                "--at",
                str(self.settings.folder),
                "serve",
                "--with-parent",
            ],
            stdin=subprocess.PIPE,  # it ends with us, also where a test fails
            stdout=subprocess.PIPE,
            stderr=self._err,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        self.places: dict[str, str] = json.loads(line)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def kill(self) -> None:
        """As if the machine had died, but for its disk."""
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """Gracefully; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._end()

    def _end(self) -> int:
        code = self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()
        self._err.close()
        return code

    def command(self, *words: str, typed: str = "") -> str:
        """`./run service ...` beside it; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "service", "--at", str(self.settings.folder), "--json", *words],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            input=typed,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def metric(self, name: str) -> float:
        """The value of one line of /metrics; 0 if it is not there."""
        with urllib.request.urlopen(f"http://{self.places['operations']}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0.0)

    def identity(self, folder: Path) -> Identity:
        """A kiosk's identity, at this service's ports."""
        told = json.loads((folder / "identity.json").read_text())
        told["port"] = int(self.places["kiosks"].rpartition(":")[2])
        (folder / "identity.json").write_text(json.dumps(told))
        return load_identity(folder)

    def line(self, context: ssl.SSLContext, door: str = "kiosks") -> http.client.HTTPSConnection:
        """A connection to a door."""
        port = int(self.places[door].rpartition(":")[2])
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)


SEALED = {"content-type": "application/octet-stream"}


def posted(
    line: http.client.HTTPConnection, body: bytes, path: str = "/v1/lookup"
) -> tuple[int, bytes]:
    """Status and body of an answer."""
    line.request("POST", path, body, SEALED)
    response = line.getresponse()
    return response.status, response.read()
