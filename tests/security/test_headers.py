# SPDX-License-Identifier: Apache-2.0
"""What every answer carries so that a browser keeps data and pages apart."""

import json

import pytest

POLICY = {
    "default-src": "'self'", "img-src": "'self' data: blob:", "style-src": "'self'", "script-src": "'self'", "connect-src": "'self'",
    "worker-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'",
}  # fmt: skip


def parse_policy(text: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in text.split(";") if part.strip())


@pytest.mark.parametrize("path", ["/", "/d/000000000000000000000000"])
def test_the_page_carries_the_content_security_policy(served, path):
    status, headers, _ = served.server.get(path)
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert parse_policy(headers["content-security-policy"]) == POLICY
    assert headers["cache-control"] == "no-cache"


def targets(served) -> list[str]:
    base = f"/api/beamport/v1/datasets/{served.dataset['id']}"
    versioned = f"{base}/v/{served.dataset['version']}"
    return ["/", "/absent", "/api/beamport/v1/datasets", base, f"{base}0", f"{versioned}/tiles/xy/0/0/0/0.jpg",
            f"{versioned}/tiles/xy/0/0/0/0.raw", f"{versioned}/tiles/xy/0/0/9/9.raw", f"{versioned}/voxels/0/0/0/0",
            f"{versioned}/bricks/0?at=0.0.0", served.zarr("zarr.json"), served.zarr("absent")]  # fmt: skip


def test_every_answer_forbids_sniffing_and_hides_the_machinery(served):
    for target in targets(served):
        status, headers, body = served.server.get(target)
        assert headers.get("x-content-type-options") == "nosniff", target
        assert "content-type" in headers, target
        assert "beast" not in headers.get("server", "").lower()
        assert b"/src/" not in body


def test_only_plain_zarr_is_open_to_other_origins(served):
    for target in targets(served):
        _, headers, _ = served.server.get(target, Origin="https://other.example")
        if target.startswith("/zarr/"):
            assert headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in headers
        else:
            assert "access-control-allow-origin" not in headers, target


def test_preflight_for_plain_zarr(served):
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    status, headers, _ = served.server.request("OPTIONS", served.zarr("zarr.json"), asked)
    assert status in (200, 204)
    assert headers["access-control-allow-origin"] == "*"
    assert "range" in headers["access-control-allow-headers"].lower()


def test_errors_are_problem_documents_that_help(served):
    for target in ("/api/beamport/v1/absent", f"/api/beamport/v1/datasets/{'0' * 24}"):
        status, headers, body = served.server.get(target)
        problem = json.loads(body)
        assert status == problem["status"] == 404
        assert headers["content-type"] == "application/problem+json"
        assert problem["code"] == "not_found"
        assert problem["title"]
        assert problem["detail"]
        assert problem["request_id"]


def test_versioned_urls_are_immutable_and_old_versions_are_gone(served):
    base = f"/api/beamport/v1/datasets/{served.dataset['id']}/v"
    status, headers, _ = served.server.get(f"{base}/{served.dataset['version']}/tiles/xy/0/0/0/0.raw")
    assert status == 200
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    etag = headers["etag"]
    assert served.server.get(f"{base}/{served.dataset['version']}/tiles/xy/0/0/0/0.raw", If_None_Match=etag)[0] == 304
    status, _, body = served.server.get(f"{base}/{'0' * 12}/tiles/xy/0/0/0/0.raw")
    assert status == 410
    assert json.loads(body)["code"] == "version_gone"
