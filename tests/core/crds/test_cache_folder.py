"""State of a cache and what earlier downloads have left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from wfsgui.core.crds.cache_folder import cache_state, cached_paths, find_remnants
from wfsgui.core.crds.faults import FaultKind


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    for name in ("mappings/jwst/jwst_1.pmap", "references/jwst/nircam/a.fits", "config/jwst/server_config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 1000)
    return tmp_path


def test_mappings_and_references_are_counted(cache: Path) -> None:
    (cache / "references/jwst/nircam/.b.fits.part").write_bytes(b"part")
    (cache / "references/jwst/nircam/b.fits.lock").touch()
    assert [path.name for path in cached_paths(cache)] == ["jwst_1.pmap", "a.fits"]
    state = cache_state(cache)
    assert (state.files, state.size, state.exists, state.writable, state.fault) == (2, 2000, True, True, None)
    assert state.free


def test_cache_that_does_not_exist_can_be_made_or_not(tmp_path: Path) -> None:
    state = cache_state(tmp_path / "new" / "cache")
    assert (state.exists, state.writable, state.files, state.fault) == (False, True, 0, None)
    (tmp_path / "file").touch()
    state = cache_state(tmp_path / "file" / "cache")
    assert state.fault is not None
    assert (state.exists, state.writable, state.fault.kind) == (False, False, FaultKind.NO_CACHE)


def test_remnants_of_living_processes_are_told_from_others(cache: Path) -> None:
    folder = cache / "references/jwst/nircam"
    old, new = folder / ".tmp_old.fits_1", folder / ".tmp_new.fits_2"
    for path in (old, new, folder / ".held.fits.part", folder / ".left.fits.part", folder / "left.fits.lock"):
        path.touch()
    os.utime(old, (0, 0))
    with FileLock(folder / "held.fits.lock"):
        found = {remnant.path.name: remnant.fault.kind for remnant in find_remnants(cache)}
    assert found == {
        ".held.fits.part": FaultKind.LOCKED,
        "held.fits.lock": FaultKind.LOCKED,
        ".left.fits.part": FaultKind.LEFT_PART,
        "left.fits.lock": FaultKind.LEFT_LOCK,
        ".tmp_old.fits_1": FaultKind.LEFT_PART,
        ".tmp_new.fits_2": FaultKind.LOCKED,
    }
