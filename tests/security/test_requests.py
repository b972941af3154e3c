# SPDX-License-Identifier: Apache-2.0
"""Malformed, ambiguous and hostile requests are refused; none of them stops the server or makes it say 5xx."""

import random
import re
import socket

import pytest

HEAD = b"GET /api/beamport/v1/server HTTP/1.1\r\n"


def statuses(answer: bytes) -> list[int]:
    """Status of each response in what the server sent, as far as heads can be told apart."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", answer)]


def host(served) -> bytes:
    return b"Host: " + served.server.host.encode() + b"\r\n"


# Requests that RFC 9112 or the house rules refuse; {host} stands for the right Host line.
REFUSED = {
    "no Host": HEAD + b"\r\n",
    "two Hosts": HEAD + b"{host}{host}\r\n",
    "two different Hosts": HEAD + b"{host}Host: other.example\r\n\r\n",
    "Content-Length and Transfer-Encoding": b"POST / HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown Transfer-Encoding": b"POST / HTTP/1.1\r\n{host}Transfer-Encoding: shuffled\r\n\r\n",
    "Transfer-Encoding not ending in chunked": b"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two different Content-Lengths": b"POST / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "signed Content-Length": b"POST / HTTP/1.1\r\n{host}Content-Length: +7\r\n\r\nabcdefg",
    "negative Content-Length": b"POST / HTTP/1.1\r\n{host}Content-Length: -7\r\n\r\n",
    "huge Content-Length": b"POST / HTTP/1.1\r\n{host}Content-Length: 99999999999999999999\r\n\r\n",
    "body beyond the limit": b"POST / HTTP/1.1\r\n{host}Content-Length: 1073741824\r\n\r\n",
    "space before the colon": HEAD + b"{host}X-A : b\r\n\r\n",
    "folded header": HEAD + b"{host}X-A: b\r\n c\r\n\r\n",
    "NUL in a header": HEAD + b"{host}X-A: b\0c\r\n\r\n",
    "control character in the target": b"GET /\x01 HTTP/1.1\r\n{host}\r\n",
    "space in the target": b"GET /a b HTTP/1.1\r\n{host}\r\n",
    "64 KiB header": HEAD + b"{host}X-A: " + b"a" * 65536 + b"\r\n\r\n",
    "10,000 headers": HEAD + b"{host}" + b"X-A: b\r\n" * 10_000 + b"\r\n",
    "64 KiB target": b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n{host}\r\n",
    "unknown version": b"GET / HTTP/3.7\r\n{host}\r\n",
    "no version": b"GET /\r\n{host}\r\n",
    "TLS on the plain port": bytes.fromhex("160301020001000001fc0303") + bytes(500),
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "authority form": b"CONNECT other.example:443 HTTP/1.1\r\n{host}\r\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_malformed_request_is_refused(served, case):
    answer = served.server.raw(REFUSED[case].replace(b"{host}", host(served)))
    found = statuses(answer)
    assert len(found) <= 1, f"read as more than one request: {answer[:300]!r}"
    assert not found or 400 <= found[0] < 500 or found[0] in (501, 505), answer[:300]
    assert served.server.is_alive()


def test_smuggled_second_request_is_not_answered(served):
    inner = b"GET /smuggled HTTP/1.1\r\n" + host(served) + b"\r\n"
    for framing in (
        b"Content-Length: 0\r\nContent-Length: " + str(len(inner)).encode(),
        b"Transfer-Encoding: xchunked\r\nContent-Length: 0",
        b"Transfer-Encoding: chunked\r\nContent-Length: 0",
        b"Transfer-Encoding:\x0bchunked",
    ):
        answer = served.server.raw(b"POST / HTTP/1.1\r\n" + host(served) + framing + b"\r\n\r\n" + inner)
        assert len(statuses(answer)) <= 1, (framing, answer[:300])


@pytest.mark.parametrize("name", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example:{port}", "0.0.0.0@evil", ""])
def test_foreign_host_is_refused(served, name):
    """Against DNS rebinding: a page of another name must not read what this server tells its own."""
    status, _, body = served.server.get("/api/beamport/v1/datasets", Host=name.format(port=served.server.port))
    assert status in (400, 403, 421)
    assert served.dataset["id"].encode() not in body


@pytest.mark.parametrize("name", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_own_host_is_answered(served, name):
    assert served.server.get("/api/beamport/v1/datasets", Host=name.format(port=served.server.port))[0] == 200


RANGES = [
    "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=5-", "bytes=5-4", "bytes=0-18446744073709551615", "bytes=18446744073709551616-",
    "bytes=-99999999999999999999", "bytes=0-0,2-2", "bytes=" + "0-0," * 2000 + "1-1", "bytes=a-b", "bytes=--1", "bytes=1", "bytes=",
    "bits=0-1", "bytes 0-1", "bytes=0x0-0x1", "bytes= 0-1", "BYTES=0-1", "bytes=-", ",", "bytes=0-0;1-1", "bytes=999999999-",
]  # fmt: skip


@pytest.mark.parametrize("value", RANGES, ids=lambda value: value[:30])
def test_range_is_answered_exactly_or_refused(served, value):
    whole = served.server.get(served.zarr("0/zarr.json"))[2]
    status, headers, body = served.server.get(served.zarr("0/zarr.json"), Range=value)
    assert status in (200, 206, 400, 416, 431)
    if status == 200:
        assert body == whole
    if status == 206:
        first, last = headers["content-range"].removeprefix("bytes ").split("/")[0].split("-")
        assert body == whole[int(first) : int(last) + 1]
        assert len(body) > 0
    if status == 416:
        assert headers["content-range"] == f"bytes */{len(whole)}"


NUMBERS = ["-1", "0", "1", "7", "99", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e9", "0x1", "+1",
           "01", "", " ", "%20", "NaN", "a", "..", "%00", "1.5", "-0", "٣"]  # fmt: skip


def test_hostile_numbers_never_break_a_route(served):
    """Every place of a number in a route takes every odd number; none is a server error."""
    generator = random.Random(7)
    base = f"/api/beamport/v1/datasets/{served.dataset['id']}/v/{served.dataset['version']}"
    asked = 0
    for _ in range(1500):
        n = [generator.choice(NUMBERS).encode().decode("latin-1") for _ in range(6)]
        target = generator.choice([
            f"{base}/tiles/{generator.choice(['xy', 'xz', 'zy', 'yx', '', '..'])}/{n[0]}/{n[1]}/{n[2]}/{n[3]}.{generator.choice(['jpg', 'webp', 'raw', 'png', ''])}",
            f"{base}/tiles/xy/0/0/0/0.jpg?w={n[0]},{n[1]}",
            f"{base}/voxels/{n[0]}/{n[1]}/{n[2]}/{n[3]}",
            f"{base}/bricks/{n[0]}?at={n[1]}.{n[2]}.{n[3]}",
            f"{base}/bricks/0?at={','.join(['0.0.0'] * generator.choice([1, 256, 257, 3000]))}",
            f"{base}/bricks/0?{n[0]}={n[1]}&at&at=&at=0.0.0,,",
        ])  # fmt: skip
        if " " in target or any(ord(letter) > 126 for letter in target):
            continue
        status, headers, body = served.server.get(target)
        asked += 1
        assert status < 500, (target, status, body[:200])
        if status >= 400:
            assert headers["content-type"] == "application/problem+json", target
    assert asked > 500
    assert served.server.is_alive()


def test_random_bytes_never_stop_the_server(served):
    generator = random.Random(11)
    seeds = [value.replace(b"{host}", host(served))[:2000] for value in REFUSED.values()] + [HEAD + host(served) + b"\r\n"]
    for _ in range(800):
        data = bytearray(generator.choice(seeds))
        for _ in range(generator.randint(1, 12)):
            place = generator.randrange(len(data))
            action = generator.randrange(3)
            if action == 0:
                data[place] = generator.randrange(256)
            elif action == 1:
                del data[place : place + generator.randint(1, 9)]
            else:
                data[place:place] = bytes(generator.randrange(256) for _ in range(generator.randint(1, 9)))
            data = data or bytearray(b"G")
        answer = served.server.raw(bytes(data))
        assert all(status < 500 or status in (501, 505) for status in statuses(answer)), (bytes(data), answer[:200])
    assert served.server.is_alive()


def test_clients_that_leave_early_do_not_stop_the_server(served):
    """A broken-off download must not end the process with SIGPIPE."""
    for _ in range(60):
        connection = socket.create_connection(("127.0.0.1", served.server.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.sendall(b"GET " + served.zarr("0/c/0/0/0").encode() + b" HTTP/1.1\r\n" + host(served) + b"\r\n")
        connection.close()
    assert served.server.is_alive()


def test_many_idle_connections_leave_room_for_others(served):
    idle = [socket.create_connection(("127.0.0.1", served.server.port)) for _ in range(200)]
    try:
        for connection in idle:
            connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert served.server.is_alive()
    finally:
        for connection in idle:
            connection.close()
