"""localstripe in a process of its own, on a free port of this machine, without its file in the temporary folder."""

import asyncio
import sys

from aiohttp import web
from localstripe import resources
from localstripe.server import app


async def serve() -> None:
    """Serve until the process is ended; the first line it writes is its port."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    resources.Store.dump_to_disk = lambda _self: None
    asyncio.run(serve())
