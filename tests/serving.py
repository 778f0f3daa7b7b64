"""Real servers: `banjie serve` in processes of their own on free ports of this machine, which can be killed at any instant."""

import http.client
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests import processes

STARTUP_SECONDS = 120.0
STOPPING_SECONDS = 10.0
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


def banjie(database_url: str, data_dir: Path, *arguments: str, code: int = 0) -> str:
    """Run the command line on an installation, and return what it says."""
    done = processes.run(arguments, installation_environment(database_url, data_dir))
    assert done.code == code, done.stdout + done.stderr
    return done.stdout


class Server:
    """One serving process on one port; after it was killed it can be started again on the same port."""

    def __init__(
        self,
        environment: dict[str, str],
        module: str = "app.cli",
        argument: str = "serve",
        stdout: Path | None = None,
    ) -> None:
        self.port = free_port()
        self._environment = environment
        self._stdout = stdout
        self._module = module
        self._arguments = (argument, "--port", str(self.port))
        self._process: BaseProcess | None = None

    def start(self) -> None:
        self._process = processes.start(self._module, self._arguments, self._environment, self._stdout)

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
        return self._process is None or not self._process.is_alive()

    def said(self) -> str:
        """Everything the process wrote to standard output, once it has ended."""
        if self._process is None or self._stdout is None:
            raise ValueError("nobody listens to this server")
        self._process.join()
        return self._stdout.read_text(encoding="utf-8").strip()

    def kill(self) -> None:
        """End the process as a power cut would: no handler runs, nothing is flushed."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.join(STOPPING_SECONDS)
            self.kill()


@contextmanager
def servers(database_url: str, data_dir: Path, number: int, **settings: str) -> Iterator[list[Server]]:
    """Serve one installation from so many processes, started at once, with settings as variables of the environment."""
    environment = installation_environment(database_url, data_dir) | settings
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
