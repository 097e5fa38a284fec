"""A small, honest load: some keep-alive connections that ask again as soon as they are answered, for some seconds."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Request = Callable[[int], bytes]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Throughput in answers per second, latencies in milliseconds, and answers that were not 2xx or 3xx."""

    per_second: float
    median: float
    p95: float
    failed: int


def measure(port: int, request: Request, *, seconds: float = 3.0, connections: int = 4, most: int = 20_000) -> Measured:
    """Ask 127.0.0.1:port for `request(n)` over and over, for so many seconds and at most so many times."""
    numbers, lock = iter(range(most)), threading.Lock()
    times: list[float] = []
    failures: list[int] = []
    end = time.perf_counter() + seconds

    def one() -> None:
        client = Client(port)
        for number in _until(end, numbers, lock):
            started = time.perf_counter()
            status = client.ask(request(number))
            times.append(time.perf_counter() - started)
            if not 200 <= status < 400:
                failures.append(status)
        client.close()

    threads = [threading.Thread(target=one) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [0.0] * 19
    return Measured(per_second=len(times) / lasted, median=cuts[9] * 1000, p95=cuts[18] * 1000, failed=len(failures))


def get(path: str, *, cookie: str = "") -> bytes:
    """The bytes of a GET."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode()


def post(path: str, body: str, *, cookie: str = "") -> bytes:
    """The bytes of a form's POST."""
    data = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


class Client:
    """One keep-alive connection that reads no more of an answer than it must."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> int:
        """Send a request, read its whole answer, and give its status."""
        self._socket.sendall(request)
        data = self._socket.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        if b"content-length:" in lower:
            missing = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
            while missing > 0:
                missing -= len(self._socket.recv(65536))
        elif b"transfer-encoding: chunked" in lower:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._socket.recv(65536)
        return int(head[9:12])

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _until(end: float, numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while time.perf_counter() < end:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number
