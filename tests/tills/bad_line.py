"""A line between till and shop that breaks when told to: before, during or after a request, or stays silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\nConnection: close\r\n\r\n<h1>Sign in</h1>\r\n"
)


class Line:
    """Each request takes the next of `behaviours`, and passes when there are none left.

    `cut`: the connection ends, nothing arrives. `half`: half of the request arrives. `lost`: it arrives, its answer does
    not. `hang`: it arrives, and nothing more happens. `portal`: somebody else answers.
    """

    def __init__(self, shop: str) -> None:
        parts = urlsplit(shop)
        self._shop = (parts.hostname or "", parts.port or 80)
        self.behaviours: list[str] = []
        self.requests: list[bytes] = []
        self.hanging = threading.Event()
        self._end = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        while not self._end.is_set():
            with suppress(OSError):
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def close(self) -> None:
        self._end.set()
        self._socket.close()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = _whole(connection)
            self.requests.append(request)
            how = self.behaviours.pop(0) if self.behaviours else "pass"
            if how == "portal":
                connection.sendall(PORTAL)
            elif how != "cut":
                answer = self._passed_on(request[: len(request) // 2] if how == "half" else request)
                if how == "pass":
                    connection.sendall(answer)
                elif how == "hang":
                    self.hanging.set()
                    self._end.wait(30)

    def _passed_on(self, request: bytes) -> bytes:
        with socket.create_connection(self._shop, timeout=20) as shop:
            shop.sendall(request.replace(b"Connection: keep-alive", b"Connection: close"))
            shop.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: shop.recv(65536), b""))


def _whole(connection: socket.socket) -> bytes:
    """A request with all of its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, body = data.split(b"\r\n\r\n", 1)
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += _some(connection)
    return head + b"\r\n\r\n" + body


def _some(connection: socket.socket) -> bytes:
    if found := connection.recv(65536):
        return found
    raise OSError("the till hung up")


@contextmanager
def bad_line(shop: str) -> Iterator[Line]:
    line = Line(shop)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.close()
