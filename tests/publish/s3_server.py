"""A store that speaks S3's protocol on loopback, and a line to it that can be cut."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

BUCKET = "bucket"
_MANY = 1 << 60


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Run moto's server in a process of its own: what it warns of is not ours.

    Yields:
        The endpoint, at which there is a bucket.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        for _ in range(400):
            with contextlib.suppress(requests.ConnectionError):
                requests.put(f"{endpoint}/{BUCKET}", timeout=10).raise_for_status()
                break
            time.sleep(0.05)
        else:
            raise TimeoutError(log.read_text())
        yield endpoint
    finally:
        process.terminate()
        process.wait(10)


class Line:
    """A line to a server that can be cut after so many bytes went up it, and mended."""

    def __init__(self, endpoint: str) -> None:
        self._server = ("127.0.0.1", int(endpoint.rpartition(":")[2]))
        self._left = _MANY
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.carried = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, after: int = 0) -> None:
        """Carry so many bytes more, then nothing."""
        with self._lock:
            self._left = after

    def mend(self) -> None:
        """Carry whatever comes."""
        self.cut(_MANY)

    def close(self) -> None:
        self._end()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _end(self) -> None:
        with self._lock:
            ended, self._open = self._open, []
        for one in ended:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self._left == 0:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                with self._lock:
                    self._open += (client, server)
                threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
                threading.Thread(target=self._return, args=(server, client), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(1 << 14):
                with self._lock:
                    carried = piece[: self._left]
                    self._left -= len(carried)
                    self.carried += len(carried)
                server.sendall(carried)
                if len(carried) < len(piece):
                    self._end()
            server.shutdown(socket.SHUT_WR)

    def _return(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(1 << 14):
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)


class Direct:
    """What lies in the bucket, read by the protocol itself."""

    def __init__(self, endpoint: str, place: str) -> None:
        self._address = f"{endpoint}/{place.removeprefix('s3://')}"
        self._session = requests.Session()
        self._session.headers["Authorization"] = "AWS one:two"  # the server asks for one, and believes any

    def ask(self, name: str, method: str = "GET", headers: dict[str, str] | None = None) -> requests.Response:
        return self._session.request(method, f"{self._address}/{name}", headers=headers, timeout=10)

    def read(self, name: str) -> bytes | None:
        answer = self.ask(name)
        assert answer.status_code in {200, 404}
        return answer.content if answer.ok else None

    def close(self) -> None:
        self._session.close()
