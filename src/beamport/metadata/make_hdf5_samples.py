#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the HDF5 samples in corpus/dialect with h5py (not needed to build or test): old and new forms of the format."""

import sys
from pathlib import Path

import h5py
import numpy

HERE = Path(__file__).resolve().parent / "corpus/dialect"


def with_unit(group, name, value, unit, **options):
    group.create_dataset(name, data=value, **options).attrs["units"] = unit


def nxtomo(path: Path) -> None:
    """NeXus with an NXtomo subentry: old groups, fixed texts, chunks in a B-tree, hard, soft and external links."""
    with h5py.File(path, "w", libver="earliest") as f:
        entry = f.create_group("entry1")
        entry.attrs["NX_class"] = "NXentry"
        entry["title"] = numpy.array([b"shell"])
        entry["experiment_identifier"] = numpy.array([b"mt1234-1"])
        entry["start_time"] = numpy.array([b"2026-03-14T09:00:40+01:00"])
        instrument = entry.create_group("instrument")
        instrument["name"] = numpy.array([b"i99"])
        with_unit(instrument.create_group("source"), "current", numpy.array([300.5]), "mA")
        detector = instrument.create_group("detector")
        detector.create_dataset("image_key", data=numpy.array([2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 1], ">i2"), chunks=(4,))
        with_unit(detector, "count_time", numpy.full(11, 0.15), "s")
        with_unit(detector, "distance", numpy.float32(67.5), "mm")
        detector.create_dataset("data", data=numpy.zeros((11, 2, 3), "u2"))
        sample = entry.create_group("sample")
        with_unit(sample, "rotation_angle", numpy.array([0, 0, 0, 0, 0, 0, 45, 90, 135, 180, 180.0]), "deg", chunks=(1,))
        sample["zipped"] = 1
        sample.create_dataset("compressed", data=numpy.arange(100.0), compression="gzip")
        tomo = entry.create_group("tomo_entry")
        tomo["sample"] = sample  # a second name for the same group
        tomo["definition"] = h5py.SoftLink("/entry1/title")
        tomo["data"] = h5py.ExternalLink("frames.h5", "/data")


def data_exchange(path: Path) -> None:
    """Data Exchange: new groups, one of them with so many links that they lie in a heap; texts of any length."""
    with h5py.File(path, "w", libver="latest") as f:
        exchange = f.create_group("exchange")
        exchange.create_dataset("data", data=numpy.zeros((5, 2, 3), "u2"))
        exchange.create_dataset("data_white", data=numpy.zeros((2, 2, 3), "u2"))
        exchange.create_dataset("data_dark", data=numpy.zeros((3, 2, 3), "u2"))
        with_unit(exchange, "theta", numpy.linspace(0, numpy.pi, 5), "radian")
        instrument = f.create_group("measurement/instrument")
        instrument["name"] = "2-BM"
        with_unit(instrument.create_group("monochromator"), "energy", 27400.0, "eV")
        detector = instrument.create_group("detector")
        detector["model"] = "Oryx"
        with_unit(detector, "exposure_time", numpy.float32(0.25), "s")
        detector["enabled"] = True
        with_unit(instrument.create_group("detection_system/objective"), "resolution", 0.69, "microns")
        f["measurement/sample/name"] = "tooth \N{MICRO SIGN}"
        f["measurement/sample/experiment/proposal"] = "GUP-1"
        many = f.create_group("measurement/motors")
        for number in range(60):
            many[f"motor_{number:03}"] = float(number)


def main() -> int:
    nxtomo(HERE / "scan.nxs")
    data_exchange(HERE / "exchange.h5")
    return 0


if __name__ == "__main__":
    sys.exit(main())
