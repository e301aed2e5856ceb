"""`--trace FILE`: a device tool's line, kept with card data masked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.zvt.trace import Trace
from kiosk.clock import SystemClock


@contextmanager
def traced(path: Path | None) -> Iterator[Trace | None]:
    """A trace to give to a terminal's driver; none without a file. Raises Unavailable.

    That the file could not be written is said at the end: it must not stop a payment.
    """
    if path is None:
        yield None
        return
    trace = Trace(path, SystemClock())
    try:
        yield trace
    finally:
        trace.close()
        if trace.trouble:
            print(f"drivers: {trace.trouble}", file=sys.stderr)
