"""Starting and ending the servers that are measured, each as in production: granian, one worker, a few threads."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Client, get

ROOT = Path(__file__).parent.parent


@contextmanager
def served(target: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A granian process with this WSGI program; ended, by its id, with the block."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--blocking-threads", "4", "--backpressure", "256", "--log-level", "error"]
    command = [sys.executable, "-m", "granian", *options, target]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            Client(port).ask(get("/healthz"))
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not answer within a minute.")
