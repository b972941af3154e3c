# SPDX-License-Identifier: Apache-2.0
"""Runs the built `beamport` as a user would: its commands, and its server.

BEAMPORT_BINARY names another program than build/release/apps/beamport; BEAMPORT_SHARED_DATA another folder of real data
than ../shared/data.
"""

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(os.environ.get("BEAMPORT_BINARY", ROOT / "build/release/apps/beamport"))
SHARED = Path(os.environ.get("BEAMPORT_SHARED_DATA", ROOT.parent / "shared/data"))


def shared(name: str) -> Path:
    """A file or folder of the real data; skips the test where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared data {name} is absent")
    return path


def beamport(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    command = [str(BINARY), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300, **options)


def convert(stack: Path | str, output: Path, *options: object) -> Path:
    """Converts, and shows what the program said if it refuses."""
    done = beamport("convert", stack, output, *options)
    assert done.returncode == 0, f"convert ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return output


@dataclass
class Server:
    """A running `beamport serve` and how to ask it."""

    port: int
    process: subprocess.Popen

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def request(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None):
        """(status, headers with lower-case names, body). The target goes out exactly as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in ({"Host": self.host} | (headers or {})).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def get(self, target: str, **headers: str):
        return self.request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})

    def raw(self, data: bytes) -> bytes:
        """Sends these bytes, says that no more will come, and returns everything the server answers."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            answer = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
            return answer

    def is_alive(self) -> bool:
        return self.process.poll() is None and self.get("/api/beamport/v1/server")[0] == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(data: Path, *options: object) -> Iterator[Server]:
    """Serves a folder of images until the block ends; the server must end cleanly when asked to."""
    port = free_port()
    command = [str(BINARY), "serve", "--data", str(data), "--port", str(port), *(str(option) for option in options)]
    log = data.parent / f"{data.name}-server.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    server = Server(port, process)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if server.is_alive():
                    break
            assert process.poll() is None, f"the server ended:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"the server does not answer:\n{log.read_text()}"
            time.sleep(0.02)
        yield server
        assert process.poll() is None, f"the server ended under the test:\n{log.read_text()}"
    finally:
        process.terminate()
        code = process.wait(timeout=30)
    assert code == 0, f"the server ended with {code}:\n{log.read_text()}"
