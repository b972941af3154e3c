# SPDX-License-Identifier: Apache-2.0
"""Input stacks under the work folder: made once, recognised again, counted against the free disk before they are made."""

import json
import os
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import page_cache
import tiff_slices
from cases import Case
from texture import PlaneSource

SEED = 20251
_VERSION = 1  # of the generator: other bytes need another number
RESERVE = 3_000_000_000  # left free on the disk whatever happens


class NoSpace(RuntimeError):
    """The disk has not enough free space for what was about to be written."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + RESERVE > free:
        raise NoSpace(f"needs {needed / 1e9:.3g} GB and {RESERVE / 1e9:.3g} GB of reserve, {free / 1e9:.3g} GB are free")


class Inputs:
    """The stacks of one work folder."""

    def __init__(self, work: Path, seed: int = SEED) -> None:
        self._folder = work / "inputs"
        self._seed = seed
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, case: Case) -> Path:
        return self._folder / case.name

    def _is_made(self, case: Case, facts: dict) -> bool:
        marker = self._folder / f"{case.name}.json"
        return marker.exists() and json.loads(marker.read_text()) == facts and self.path(case).is_dir()

    def _mark(self, case: Case, facts: dict) -> None:
        (self._folder / f"{case.name}.json").write_text(json.dumps(facts))

    def stack(self, case: Case, output_bytes: int = 0) -> Path:
        """A stack with voxels; `output_bytes` more must fit on the disk beside it."""
        source = PlaneSource(case.shape[1], case.shape[2], case.dtype, self._seed)
        facts = {"shape": list(case.shape), "dtype": case.dtype, "seed": self._seed, "version": _VERSION,
                 "texture": source.fingerprint()}
        folder = self.path(case)
        if self._is_made(case, facts):
            require_space(self._folder, output_bytes)
            return folder
        self.delete(case)
        require_space(self._folder, case.input_bytes + output_bytes)
        say(f"making {case.name}: {case}, {source.origin} and noise")
        started = time.monotonic()
        folder.mkdir()
        for z in range(case.shape[0]):
            path = tiff_slices.slice_path(folder, z)
            tiff_slices.write_slice(path, source.plane(z))
            page_cache.start_writing(path)
        page_cache.sync_file_system(folder)
        self._mark(case, facts)
        say(f"  made in {time.monotonic() - started:.1f} s")
        return folder

    def sparse_stack(self, case: Case) -> Path:
        """Slices of zeros that cost no disk."""
        facts = {"shape": list(case.shape), "dtype": case.dtype, "hollow": True, "version": _VERSION}
        folder = self.path(case)
        if self._is_made(case, facts):
            return folder
        self.delete(case)
        folder.mkdir()
        for z in range(case.shape[0]):
            tiff_slices.write_hollow_slice(tiff_slices.slice_path(folder, z), *case.shape[1:], np.dtype(case.dtype))
        page_cache.sync_file_system(folder)
        self._mark(case, facts)
        return folder

    def leading_slices(self, case: Case, count: int) -> tuple[Case, Path]:
        """The first slices of a stack as a stack of their own: hard links, so that a series of sizes costs the largest one."""
        part = case.first_slices(count, f"{case.name}-{count}")
        folder = self.path(part)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for z in range(count):
            os.link(tiff_slices.slice_path(self.path(case), z), tiff_slices.slice_path(folder, z))
        return part, folder

    def delete(self, case: Case) -> None:
        (self._folder / f"{case.name}.json").unlink(missing_ok=True)
        shutil.rmtree(self.path(case), ignore_errors=True)

    def delete_all(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
