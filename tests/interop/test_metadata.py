# SPDX-License-Identifier: Apache-2.0
"""`beamport metadata` on samples of our own and on real sidecars."""

import csv
import io
import json

import pytest
from beamport_program import ROOT, beamport, shared

SAMPLES = ROOT / "src/beamport/metadata/corpus/dialect"
P14 = SAMPLES / "mouse_lung_07_2_00001.json"
OLDER = SAMPLES / "bone_1_00001.json"
DESY = SAMPLES / "beamtime-metadata-11012345.json"


def as_json(*arguments) -> dict:
    done = beamport("metadata", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_sidecars_of_one_scan_become_one_record():
    said = as_json(P14, DESY)
    fields = said["metadata"]["fields"]
    assert fields["photon_energy"]["value"] == 18
    assert fields["photon_energy"]["unit"] == "keV"
    assert fields["photon_energy"]["source"]["file"] == str(P14)
    assert fields["proposal_id"]["value"] == "20260099"
    assert "proposal_id" not in said["completeness"]["purposes"]["finding"]["missing"]
    assert "detector_model" in said["completeness"]["purposes"]["scan"]["missing"]


def test_the_earlier_file_counts_and_the_other_stays_visible():
    said = as_json(P14, OLDER)
    energy = said["metadata"]["fields"]["photon_energy"]
    assert energy["value"] == 18
    assert [conflict["value"] for conflict in energy["conflicts"]] == [17]
    assert energy["conflicts"][0]["source"] == {"file": str(OLDER), "place": "/collect/energy"}
    assert "photon_energy" in said["completeness"]["conflicting"]
    assert as_json(OLDER, P14)["metadata"]["fields"]["photon_energy"]["value"] == 17


def test_the_table_is_for_people():
    done = beamport("metadata", P14)
    assert done.returncode == 0, done.stderr
    assert "photon_energy" in done.stdout and "18 keV" in done.stdout
    assert "/collect/energy" in done.stdout
    assert "to repeat the scan" in done.stdout and "missing: " in done.stdout


def test_a_facility_adds_fields(tmp_path):
    site = tmp_path / "site.json"
    site.write_text(json.dumps({"schema": "site", "version": 1, "fields": [
        {"name": "passes", "group": "site", "type": "integer", "text": "Passes of the scan.",
         "from": ["p14:/collect/oscillation_sequence/0/number_of_passes"]}]}))
    fields = as_json(P14, "--schema", site)["metadata"]["fields"]
    assert fields["passes"]["value"] == 1
    assert "p14:/collect/oscillation_sequence/0/number_of_passes" not in fields
    site.write_text("{}")
    done = beamport("metadata", P14, "--schema", site)
    assert done.returncode != 0 and "a schema is" in done.stderr


@pytest.mark.parametrize("format_name", ["json-ld", "scicat"])
def test_exports_are_json(format_name):
    done = beamport("metadata", P14, "--format", format_name)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_csv_is_read_by_python():
    done = beamport("metadata", P14, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["value"] for row in rows if row["field"] == "photon_energy"] == ["18"]


def test_a_file_of_another_kind_is_an_error_and_the_rest_is_shown(tmp_path):
    other = tmp_path / "other.json"
    other.write_text('{"some": "thing"}')
    done = beamport("metadata", other)
    assert done.returncode != 0 and "other.json" in done.stderr and not done.stdout
    done = beamport("metadata", P14, other)
    assert done.returncode != 0 and "other.json" in done.stderr and "photon_energy" in done.stdout
    assert beamport("metadata", P14, "--format", "xml").returncode != 0


@pytest.mark.parametrize("name", ["scan.nxs", "exchange.h5"])
def test_hdf5_is_read(name):
    fields = as_json(SAMPLES / name)["metadata"]["fields"]
    assert fields["projection_count"] | {"source": None} == {"value": 5, "known": "derived", "source": None}


def test_real_sidecars():
    raw = as_json(shared("sidecars/tomcat/dacat_raw_example.json"))["metadata"]["fields"]
    assert raw["exposure_time"] == {
        "value": 0.002, "unit": "s", "known": "read", "stated": "2 ms",
        "source": {"file": str(shared("sidecars/tomcat/dacat_raw_example.json")),
                   "place": "/scientificMetadata/detectorParameters/Exposure time"}}
    log = shared("sidecars/bruker/skyscan_1173/MML0514A_gg_lumbar1_al_26.8um_2k_.log")
    assert as_json(log)["metadata"]["fields"]["volume_shape"]["value"] == [1841, 2240, 2240]
