"""The shop as a newcomer starts it: real server, real worker, demo data, on a port of its own, ended with the test."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HANG = 120
PLANTED = {"SECRET_KEY": "a test's master key of more than thirty-two characters", "BCRYPT_COST": "4"}
"""What a program must be set to that opens the planted folder; the cost of hashes is not what walks are about."""


class RunningShop:
    """`flask serve` in a process of its own; killed as a whole, so that nothing of a test outlives it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        given = {"INSTANCE": str(folder), "BASE_URL": self.address, "DEMO": "1", **settings}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LICENSEPAL_")}
        self.environment = clean | {f"LICENSEPAL_{name}": value for name, value in given.items()}
        self._process: subprocess.Popen[bytes] | None = None

    def flask(self, *words: str) -> str:
        """Run a flask command on this shop's store."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=HANG)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self) -> None:
        """Serve, and wait until it answers."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + HANG
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "serve.log").read_text()[-3000:]
            assert time.monotonic() < until, "the shop did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """End server and worker at once, as a power cut would: SIGKILL to the whole group that was started here."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End server and worker politely."""
        self._signal(signal.SIGTERM)

    def _signal(self, kind: signal.Signals) -> None:
        if self._process is None:
            return
        group = self._process.pid
        os.killpg(group, kind)
        self._process.wait(timeout=30)
        self._process = None
        with suppress(ProcessLookupError):  # whoever of the group is slow to go
            os.killpg(group, signal.SIGKILL)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def planted(shared: Path) -> Path:
    """A folder with the demonstration's data, made once for all who share that place. Copy it; never change it."""
    folder = shared / "planted"
    with (shared / "planted.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demo.json").exists():
            folder.mkdir(exist_ok=True)
            shop = RunningShop(folder, **PLANTED)
            shop.flask("db", "upgrade")
            shop.flask("demo")
    return folder


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
