# SPDX-License-Identifier: Apache-2.0
"""A server with accounts: two tenants made by the beam-time hook, and what each of them, and nobody, gets to see."""

import http.client
import json
import re
import subprocess
import threading
import time

import pytest
from beamport_program import BINARY, Server, beamport, free_port
from tiff_stacks import make_volume, write_slices

API = "/api/beamport/v1"
DAYS = {  # of the beam times, which are going on
    "anna": time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400)),
    "eve": time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400)),
    "cleo": time.strftime("%Y-%m-%d", time.gmtime()),
}
FOLDERS = {account: day.replace("-", "") for account, day in DAYS.items()}
# Metrics: to this machine.
PUBLIC = {"getHealth", "getReadiness", "getOpenapi", "getServer", "getMetrics"}
SHOWN = re.compile(rb"bpt_[0-9a-f]{24}_[0-9a-f]{72}")


class Facility:
    def __init__(self, folder) -> None:
        self.folder, self.port = folder, free_port()
        self.config = folder / "beamport.toml"
        (folder / "landing").mkdir()
        self.config.write_text(
            f'[server]\nport = {self.port}\ndata = "data"\n[ingest]\nreserve = "1 MB"\nsettle = "1 s"\n'
            '[accounts]\nenabled = true\nbeamline = "P14"\n'
            '[[root]]\nname = "p14"\npath = "landing"\nshortest_period = "1 s"\n'
        )
        stack = write_slices(folder / "slices", make_volume((70, 64, 64), "uint16"))
        for account in ("anna", "eve"):
            image = folder / "data" / account / FOLDERS[account] / f"canary-{account}.ome.zarr"
            image.parent.mkdir(parents=True)
            assert beamport("convert", stack, image).returncode == 0
        self.log = (folder / "service.log").open("w")
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.config], stdout=self.log, stderr=self.log)
        self.server = Server(self.port, self.process)
        deadline = time.monotonic() + 60
        while True:
            try:
                if self.server.is_alive():
                    break
            except OSError:
                pass
            assert self.process.poll() is None and time.monotonic() < deadline, (folder / "service.log").read_text()
            time.sleep(0.05)
        self.admin = self.token("--name", "test")
        self.beam_times = {account: self.ensure(account) for account in ("anna", "eve")}
        self.tokens = {name: self.token("--person", f"door:{name}") for name in ("anna", "eve")}

    def token(self, *options: str) -> str:
        made = beamport("token", "make", "--config", self.config, *options)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def call(self, method: str, target: str, token: str | None, body: dict | None = None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        status, _, content = self.server.request(method, target, headers, content)
        return status, content

    def json(self, method: str, target: str, token: str | None, body: dict | None = None, wanted: int = 200):
        status, content = self.call(method, target, token, body)
        assert status == wanted, content
        return json.loads(content)

    def ensure(self, account: str) -> dict:
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() // 3600 * 3600 + 3 * 86400))
        body = {
            "key": f"door:{account}", "proposal": f"MX-{account}", "beamline": "P14", "account": account,
            "begins": f"{DAYS[account]}T00:00:00Z", "ends": ends,
            "people": [{"key": f"door:{account}", "name": f"{account} canary-{account}", "role": "leader"}],
        }  # fmt: skip
        return self.json("POST", f"{API}/beamtimes", self.admin, body)

    def datasets(self, token: str) -> list[dict]:
        return self.json("GET", f"{API}/datasets", token)["datasets"]

    def wait_for_datasets(self, token: str, count: int) -> list[dict]:
        deadline = time.monotonic() + 30
        while len(found := self.datasets(token)) < count:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found


@pytest.fixture(scope="module")
def facility(tmp_path_factory):
    facility = Facility(tmp_path_factory.mktemp("facility"))
    facility.wait_for_datasets(facility.admin, 2)
    yield facility
    facility.process.terminate()
    assert facility.process.wait(timeout=30) == 0


def operations() -> list[tuple[str, str, dict]]:
    document = json.loads(subprocess.run([BINARY, "openapi"], capture_output=True, text=True, check=True).stdout)
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "patch", "put", "delete")
    ]


def filled(path: str, ids: dict) -> str:
    for name, value in ids.items():
        path = path.replace("{" + name + "}", value)
    return re.sub(r"\{[^}]*\}", "0", path)


def test_each_sees_her_own_and_the_admin_all(facility):
    assert [one["name"] for one in facility.datasets(facility.tokens["anna"])] == [f"anna/{FOLDERS['anna']}/canary-anna"]
    assert [one["name"] for one in facility.datasets(facility.tokens["eve"])] == [f"eve/{FOLDERS['eve']}/canary-eve"]
    assert len(facility.datasets(facility.admin)) == 2


@pytest.mark.parametrize("token", [None, "bpt_" + "0" * 24 + "_" + "0" * 72, "x" * 30])
def test_nobody_gets_anything_but_what_is_public(facility, token):
    ids = {"id": facility.datasets(facility.admin)[0]["id"]}
    answered = []
    for method, path, operation in operations():
        status, _ = facility.call(method, filled(path, ids), token, {} if method in ("POST", "PATCH") else None)
        if status not in (401, 404):
            answered.append((operation["operationId"], status))
    assert {name for name, _ in answered} <= PUBLIC, answered


def test_no_byte_of_the_other_tenant(facility):
    """Anna asks every route about everything of Eve's; nothing of it may come back."""
    [theirs] = facility.datasets(facility.tokens["eve"])
    beam_time = facility.beam_times["eve"]
    things = [theirs["id"], beam_time["id"], beam_time["team"], beam_time["folder"], beam_time["beamline"]]
    for method, path, operation in operations():
        if operation["operationId"] == "followIngests":  # has no end; below
            continue
        for thing in things:
            target = filled(path, {"id": thing, "version": theirs["version"], "key": "door:eve"})
            body = {"version": 1, "name": "x", "role": "reader", "reason": "x"} if method in ("POST", "PATCH") else None
            status, content = facility.call(method, target, facility.tokens["anna"], body)
            assert b"canary-eve" not in content and b"MX-eve" not in content, (operation["operationId"], target)
            if "{id}" in path:
                assert status in (400, 403, 404), (operation["operationId"], target, status, content)
                assert status != 403 or thing == beam_time["beamline"], (target, content)


def test_no_proxy_keeps_what_one_person_may_see(facility):
    [own] = facility.datasets(facility.tokens["anna"])
    tile = f"{API}/datasets/{own['id']}/v/{own['version']}/tiles/xy/0/0/0/0.jpg"
    headers = {"Authorization": f"Bearer {facility.tokens['anna']}"}
    status, answered, _ = facility.server.request("GET", tile, headers)
    assert status == 200 and answered["cache-control"] == "private, max-age=31536000, immutable"
    assert facility.call("GET", tile, facility.tokens["eve"])[0] == 404


def test_hidden_and_absent_look_alike(facility):
    [theirs] = facility.datasets(facility.tokens["eve"])
    for path in (f"{API}/datasets/{{}}", f"{API}/objects/{{}}", "/zarr/{}/zarr.json"):
        hidden = facility.call("GET", path.format(theirs["id"]), facility.tokens["anna"])
        absent = facility.call("GET", path.format("0" * 24), facility.tokens["anna"])
        assert hidden[0] == absent[0] == 404
        strip = re.compile(rb"[0-9a-f]{24}|\"request_id\":\"[^\"]*\"")
        assert strip.sub(b"", hidden[1]) == strip.sub(b"", absent[1])


def test_a_grant_opens_and_its_end_closes_the_next_request(facility):
    [theirs] = facility.datasets(facility.tokens["eve"])
    anna = next(
        one for one in facility.json("GET", f"{API}/people", facility.admin)["people"] if one["key"] == "door:anna"
    )
    target = f"{API}/objects/{theirs['id']}/grants"
    body = {"person": anna["id"], "role": "reader", "reason": "asked by mail"}
    facility.json("POST", target, facility.tokens["anna"], body, wanted=404)
    grant = facility.json("POST", target, facility.tokens["eve"], body)
    assert len(facility.datasets(facility.tokens["anna"])) == 2
    zarr = f"/zarr/{theirs['id']}/zarr.json"
    assert facility.call("GET", zarr, facility.tokens["anna"])[0] == 200

    # Many readers; after the end is said to be over, no request that begins succeeds.
    ended = threading.Event()
    wrong: list[int] = []

    def read() -> None:
        while not (over := ended.is_set()) or not wrong:
            status, _ = facility.call("GET", zarr, facility.tokens["anna"])
            if over:
                if status != 404:
                    wrong.append(status)
                return

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    time.sleep(0.3)
    facility.json("DELETE", f"{API}/grants/{grant['id']}", facility.tokens["eve"])
    ended.set()
    for reader in readers:
        reader.join(timeout=60)
    assert wrong == []
    assert len(facility.datasets(facility.tokens["anna"])) == 1


def test_a_hundred_identical_beam_times_make_one(facility):
    before = len(facility.json("GET", f"{API}/beamtimes", facility.admin)["beam_times"])
    answers: list[dict] = []
    callers = [
        threading.Thread(target=lambda: answers.append(facility.ensure("cleo"))) for _ in range(100)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=60)
    assert len(answers) == 100 and len({answer["id"] for answer in answers}) == 1
    assert sum(answer["is_new"] for answer in answers) == 1 and sum("token" in answer for answer in answers) == 1
    assert len(facility.json("GET", f"{API}/beamtimes", facility.admin)["beam_times"]) == before + 1


def test_only_who_may_makes_beam_times_people_and_greater_tokens(facility):
    anna = facility.tokens["anna"]
    body = {
        "key": "x", "proposal": "x", "beamline": "P14", "begins": "2026-01-01T00:00:00Z", "ends": "2026-01-02T00:00:00Z",
        "people": [],
    }  # fmt: skip
    facility.json("POST", f"{API}/beamtimes", anna, body, wanted=403)
    facility.json("GET", f"{API}/people", anna, wanted=403)
    facility.json("GET", f"{API}/audit", anna, wanted=403)
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    small = {"name": "script", "scopes": ["dataset:read"], "expires": soon}
    reading = facility.json("POST", f"{API}/tokens", anna, small)["token"]
    assert len(facility.datasets(reading)) == 1
    facility.json("POST", f"{API}/tokens", reading, small | {"scopes": ["dataset:write"]}, wanted=403)
    facility.json("POST", f"{API}/tokens", anna, small | {"for_program": True}, wanted=403)
    facility.json("POST", f"{API}/tokens", anna, small | {"expires": "2099-01-01T00:00:00Z"}, wanted=403)


def test_the_automation_hands_in_for_its_beam_time_only(facility):
    token = facility.beam_times["anna"]["token"]
    for account, wanted in (("anna", 200), ("eve", 403)):
        scan = facility.folder / "landing" / FOLDERS[account][:4] / account / FOLDERS[account] / "scan1"
        write_slices(scan, make_volume((70, 64, 64), "uint16"))
        body = {"source": str(scan)}
        facility.json("POST", f"{API}/ingests", token, body, wanted=wanted)
        # Saying that it is one's own does not help.
        said = body | {"user": "anna", "date": FOLDERS["anna"]}
        facility.json("POST", f"{API}/ingests", token, said, wanted=wanted)
    # An account whose name only looks like hers is another one.
    alike = facility.folder / "landing" / FOLDERS["anna"][:4] / "Anna" / FOLDERS["anna"] / "scan9"
    write_slices(alike, make_volume((70, 64, 64), "uint16"))
    facility.json("POST", f"{API}/ingests", token, {"source": str(alike)}, wanted=403)
    theirs = facility.folder / "landing" / FOLDERS["eve"][:4] / "eve" / FOLDERS["eve"] / "scan1"
    hidden = facility.json("POST", f"{API}/ingests", facility.admin, {"source": str(theirs)})
    found = facility.json("GET", f"{API}/ingests", facility.tokens["anna"])["ingests"]
    assert {one["user"] for one in found} == {"anna"}
    for method, path in (("GET", ""), ("POST", "/retry"), ("POST", "/cancel")):
        facility.json(method, f"{API}/ingests/{hidden['id']}{path}", facility.tokens["anna"], wanted=404)
        facility.json(method, f"{API}/ingests/{hidden['id']}{path}", token, wanted=404)


def test_the_events_are_ones_own(facility):
    """Comes after the scan that the automation handed in."""

    def events_of(token: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", facility.port, timeout=60)
        connection.request("GET", f"{API}/ingests/events", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        assert response.status == 200
        content = b""
        while b"caught_up" not in content:
            content += response.read1(65536)
        connection.close()
        return content

    for own, other in (("anna", "eve"), ("eve", "anna")):
        assert f'"user":"{other}"'.encode() not in events_of(facility.tokens[own])


def test_the_audit_record_tells_and_holds(facility):
    entries = facility.json("GET", f"{API}/audit?limit=1000", facility.admin)["entries"]
    assert {"beam_time.make", "team.take_in", "grant.give", "token.make"} <= {entry["event"] for entry in entries}
    checked = beamport("audit", "verify", "--config", facility.config, "--json")
    assert checked.returncode == 0 and json.loads(checked.stdout)["entries"] >= len(entries)


def test_no_token_is_written_down(facility):
    facility.log.flush()
    assert not SHOWN.search((facility.folder / "service.log").read_bytes())
    for file in (facility.folder / "data" / ".beamport").rglob("*"):
        if file.is_file():
            assert not SHOWN.search(file.read_bytes()), file
