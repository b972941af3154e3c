# SPDX-License-Identifier: Apache-2.0
"""Below /zarr/{id}/ one can read that image and nothing else."""

import pytest

ESCAPES = [
    "../secret.txt", "../../secret.txt", "../../../../../../../../etc/passwd", "0/../../secret.txt", "0/c/../../../secret.txt",
    "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", ".%2e/secret.txt", "%252e%252e%252fsecret.txt",
    "..\\secret.txt", "..%5csecret.txt", "..%c0%afsecret.txt", "..%c1%9csecret.txt", "%c0%ae%c0%ae/secret.txt",
    "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "0//../../secret.txt", "./../secret.txt", "..;/secret.txt",
    "zarr.json%00.txt", "%00", "..%00/secret.txt", "zarr.json/", "zarr.json/..", "zarr.json/../zarr.json", "./zarr.json",
    "0/./zarr.json", "0//zarr.json", "link", "folder/secret.txt", "folder", "0/c/9", "0", "0/", "", "0/c", ".zarr.json",
    "zarr.json~", "%", "%zz", "%2", "a" * 300, "a/" * 200, "c" + "/0" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("key", ESCAPES, ids=lambda key: key[:40] or "empty")
def test_nothing_but_the_image_is_reachable(served, key, method):
    status, headers, body = served.server.request(method, served.zarr(key))
    assert status in (400, 404, 414, 431), (status, body[:100])
    assert served.secret not in body
    assert b"root:" not in body


@pytest.mark.parametrize("identifier", ["..", ".", "%2e%2e", "scan", "scan.ome.zarr", "x" * 24, "0" * 24, "A" * 24, "", "0" * 25])
def test_only_real_ids_lead_anywhere(served, identifier):
    for target in (f"/zarr/{identifier}/zarr.json", f"/zarr/{identifier}/secret.txt", f"/api/beamport/v1/datasets/{identifier}"):
        status, _, body = served.server.get(target)
        if target.endswith("/datasets/"):
            continue
        assert status in (400, 404), (target, status)
        assert served.secret not in body


def test_unknown_and_forbidden_look_alike(served):
    """404 for a link that leads out says no more than 404 for nothing."""
    status, _, body = served.server.get(served.zarr("link"))
    other_status, _, other = served.server.get(served.zarr("lunk"))
    assert status == other_status == 404
    assert len(body) == len(other)


@pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../secret.txt", "/assets/..%2f..%2fsecret.txt", "/d/../../secret.txt",
                                  "/.git/config", "/etc/passwd", "/assets/%00"])
def test_the_web_app_serves_only_its_own_files(served, path):
    status, headers, body = served.server.get(path)
    assert served.secret not in body
    assert status in (400, 404)


def test_the_image_itself_is_readable(served):
    for key in ("zarr.json", "0/zarr.json", "0/c/0/0/0"):
        status, headers, body = served.server.get(served.zarr(key))
        assert status == 200
        assert int(headers["content-length"]) == len(body) > 0
        assert headers["access-control-allow-origin"] == "*"
        assert headers["etag"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "BREW"])
def test_nothing_can_be_written(served, method):
    for target in (served.zarr("zarr.json"), "/api/beamport/v1/datasets", "/"):
        status, headers, _ = served.server.request(method, target, body=b"x")
        assert status in (400, 404, 405, 501), (method, target, status)
    assert served.server.get(served.zarr("zarr.json"))[0] == 200
