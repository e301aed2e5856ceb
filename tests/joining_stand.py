"""A service's desk for joining behind its inner door, served from a thread of this process."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
import zxingcpp
from PIL import Image

from service.joining.desk import JoinDesk
from service.joining.door import JoinDoor
from service.server import Quiet, listen
from service.settings import Settings
from tests.service_stand import Inside, inside


@contextmanager
def served(settings: Settings) -> Iterator[tuple[Inside, asyncio.AbstractEventLoop, str]]:
    """What is inside, the loop that owns it, and the inner door's place."""
    ready, over = threading.Event(), asyncio.Event()
    found: list[tuple[Inside, asyncio.AbstractEventLoop, str]] = []

    async def whole() -> None:
        async with inside(settings) as opened:
            door = JoinDoor(JoinDesk(settings, opened.keys, opened.store, opened.clock))
            sock = listen("127.0.0.1:0", "joining", shared=False)
            config = uvicorn.Config(door, lifespan="off", loop="none", log_config=None)
            server = Quiet(config)
            task = asyncio.create_task(server.serve(sockets=[sock]))
            host, port = sock.getsockname()[:2]
            found.append((opened, asyncio.get_running_loop(), f"{host}:{port}"))
            ready.set()
            await over.wait()
            server.should_exit = True
            await task

    thread = threading.Thread(target=lambda: asyncio.run(whole()))
    thread.start()
    try:
        assert ready.wait(20)
        yield found[0]
    finally:
        found[0][1].call_soon_threadsafe(over.set)
        thread.join(20)
        assert not thread.is_alive()


def code_on(page: bytes) -> str:
    """What a scanner reads off a page."""
    found = re.search(r'viewBox="0 0 (\d+) \d+".*?<path d="([^"]+)"', page.decode())
    assert found
    side = int(found[1])
    image = Image.new("L", (side, side), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", found[2]):
        image.putpixel((int(x), int(y)), 0)
    (read,) = zxingcpp.read_barcodes(image.resize((side * 4, side * 4), Image.Resampling.NEAREST))
    return read.text
