"""Real servers: `banjie serve` in processes of their own on free ports of this machine, which can be killed at any instant."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTUP_SECONDS = 120.0
BETWEEN_PROBES_SECONDS = 0.05
LOOPBACK = "127.0.0.1"


def installation_environment(database_url: str, data_dir: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BANJIE_DATABASE_URL": database_url,
        "BANJIE_DATA_DIR": str(data_dir),
        "BANJIE_CLOCK_ADJUSTABLE": "1",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Server:
    """One serving process on one port; after it was killed it can be started again on the same port."""

    def __init__(
        self,
        environment: dict[str, str],
        arguments: tuple[str, ...] = ("app.cli", "serve"),
        stdout: int | None = None,
    ) -> None:
        self.port = free_port()
        self._environment = environment
        self._stdout = stdout
        self._command = [sys.executable, "-m", *arguments, "--port", str(self.port)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=self._stdout)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            if self.has_ended():
                raise ChildProcessError(f"the server on port {self.port} ended before it was ready")
            if _is_ready(self.port):
                return
            time.sleep(BETWEEN_PROBES_SECONDS)
        raise TimeoutError(f"port {self.port} did not become ready")

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def said(self) -> str:
        """Everything the process wrote to standard output, once it has ended."""
        if self._process is None or self._process.stdout is None:
            raise ValueError("nobody listens to this server")
        return self._process.stdout.read().decode().strip()

    def kill(self) -> None:
        """End the process as a power cut would: no handler runs, nothing is flushed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None


@contextmanager
def servers(database_url: str, data_dir: Path, number: int) -> Iterator[list[Server]]:
    """Serve one installation from so many processes, started at once."""
    environment = installation_environment(database_url, data_dir)
    started = [Server(environment) for _ in range(number)]
    try:
        for one in started:
            one.start()
        for one in started:
            one.wait_until_ready()
        yield started
    finally:
        for one in started:
            one.stop()


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
