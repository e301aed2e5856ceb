"""The bench on a loopback port: one JSON object a line each way. For demos and tests only."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from drivers.lab.bench import SimulatedBench
from drivers.lab.client import address_in
from kiosk.ports import Unavailable

MAX_LINE = 8192
MAX_SECONDS = 30.0


class LabServer:
    """Serves one bench; `lab.json` in the folder tells where."""

    def __init__(self, bench: SimulatedBench, folder: Path) -> None:
        self._bench = bench
        self._note = folder / "lab.json"
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.bench = bench
        self.address = f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on threads of its own; then say where."""
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        self._note.write_text(json.dumps({"lab": self.address, **self._bench.addresses}))

    def stop(self) -> None:
        """Stop serving."""
        with contextlib.suppress(Unavailable):
            if address_in(self._note.parent) == self.address:  # not another lab's
                self._note.unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    bench: SimulatedBench


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(MAX_LINE):
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                refusal = {"error": f"a line has at most {MAX_LINE - 1} bytes; goodbye"}
                self.wfile.write(json.dumps(refusal).encode() + b"\n")
                return
            try:
                answer = self._answer(json.loads(line))
            except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
                answer = {"error": str(error)}
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if "do" in request:
            verb, *words = map(str, request["do"])
            return {"said": self.server.bench.do(verb, *words)}
        seconds = max(0.0, min(float(request["seconds"]), MAX_SECONDS))  # NaN is 0 too
        return {"state": asdict(self.server.bench.state(int(request["state"]), seconds))}
