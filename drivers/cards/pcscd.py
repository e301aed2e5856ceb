"""Where the PC/SC daemon is, and whether it is there."""

from __future__ import annotations

import os
import socket
from pathlib import Path

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""By it libpcsclite finds the daemon; read once, at the first call of a process."""
NO_DAEMON = "the PC/SC daemon (pcscd) does not run; try: systemctl start pcscd.socket"
LOOK_SECONDS = 0.1


def daemon_socket() -> Path:
    """Where the daemon's library looks for it."""
    return Path(os.environ.get(SOCKET_VARIABLE) or "/run/pcscd/pcscd.comm")


def answers(path: Path, seconds: float = LOOK_SECONDS) -> bool:
    """Whether somebody listens on that socket; waits so long where its queue is full."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(seconds)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
