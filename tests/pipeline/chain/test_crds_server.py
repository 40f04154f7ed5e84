"""Reference files from a CRDS server: working, unreachable, and sending damaged files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from tests.crds_server import NOBODY, serving
from tests.exposures import small, write_small
from tests.limits import PROGRAM_S
from wfsgui.demo.references.crds_cache import CONTEXT_NAME, SERVERLESS_URL


@pytest.fixture
def rate(references: Callable[[str], None], tmp_path: Path) -> Path:
    references("NRCA3")
    return write_small(tmp_path / "in", small())


def calibrate(rate: Path, cache: Path, server: str, output: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the program in a process of its own, because crds reads its settings only once in each."""
    environ = {key: value for key, value in os.environ.items() if key != "CRDS_CONTEXT"}
    environ |= {"CRDS_PATH": str(cache), "CRDS_SERVER_URL": server}
    command = [sys.executable, "-m", "wfsgui", "run", str(rate), "-o", str(output), "--json", *options]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=PROGRAM_S)
    summary: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, summary


def test_references_are_fetched_once_and_then_used_without_a_network(
    rate: Path, demo_cache: Path, tmp_path: Path
) -> None:
    with serving(demo_cache) as server:
        status, summary = calibrate(rate, tmp_path / "cache", server.url, tmp_path / "online")
        assert (status, summary["end"]) == (0, "RunFinished")
        assert {name.split("_")[2] for name in server.served if "nrca3" in name} >= {
            "flat",
            "photom",
            "area",
            "distortion",
        }
    (saved,) = (tmp_path / "online").iterdir()
    assert fits.getval(saved, "CRDS_CTX") == CONTEXT_NAME
    status, summary = calibrate(rate, tmp_path / "cache", NOBODY, tmp_path / "offline")
    assert (status, summary["end"]) == (0, "RunFinished")


def test_damaged_reference_is_reported_and_not_used(rate: Path, demo_cache: Path, tmp_path: Path) -> None:
    with serving(demo_cache) as server:
        server.damaged.add("jwst_nircam_flat_demo-nrca3.fits")
        status, summary = calibrate(rate, tmp_path / "cache", server.url, tmp_path / "out")
        assert (status, summary["end"]) == (1, "RunFailed")
        assert "sent a damaged jwst_nircam_flat_demo-nrca3.fits" in summary["message"]
        # It is not kept either: CRDS would find it in its cache and say nothing.
        assert not list((tmp_path / "cache").rglob("*flat*.fits*"))
        assert list((tmp_path / "out").iterdir()) == []


def test_an_edited_copy_of_a_reference_can_be_used_under_its_name(rate: Path, demo_cache: Path, tmp_path: Path) -> None:
    """CRDS has published another file of this name."""
    (flat,) = demo_cache.rglob("jwst_nircam_flat_demo-nrca3.fits")
    edited = Path(shutil.copy(flat, tmp_path))
    fits.setval(edited, "HISTORY", value="edited")
    with serving(demo_cache) as server:
        status, summary = calibrate(
            rate, tmp_path / "cache", server.url, tmp_path / "out", "--override-flat", str(edited)
        )
    assert (status, summary["end"]) == (0, "RunFinished"), summary["message"]
    (saved,) = (tmp_path / "out").iterdir()
    assert fits.getval(saved, "R_FLAT") == str(edited)


def test_damaged_file_of_the_cache_is_reported_as_override_too(rate: Path, demo_cache: Path, tmp_path: Path) -> None:
    with serving(demo_cache) as server:
        status, _ = calibrate(rate, tmp_path / "cache", server.url, tmp_path / "first")
        assert status == 0
        (flat,) = (tmp_path / "cache").rglob("jwst_nircam_flat_demo-nrca3.fits")
        fits.setval(flat, "HISTORY", value="edited in place")
        (tmp_path / "link.fits").symlink_to(flat)
        for number, name in enumerate((flat, tmp_path / "link.fits")):
            out = tmp_path / str(number)
            status, summary = calibrate(rate, tmp_path / "cache", server.url, out, "--override-flat", str(name))
            assert (status, summary["end"]) == (1, "RunFailed")
            assert f"{flat} is damaged" in summary["message"]


def test_missing_server_with_empty_cache_is_reported(rate: Path, tmp_path: Path) -> None:
    status, summary = calibrate(rate, tmp_path / "cache", NOBODY, tmp_path / "out")
    assert (status, summary["end"]) == (1, "RunFailed")
    assert f"The CRDS server {NOBODY} cannot be reached" in summary["message"]
    assert f"{tmp_path / 'cache'} names no context; check the network" in summary["message"]


@pytest.mark.parametrize(
    ("name", "kept"), [("jwst_nircam_flat_demo-nrca3.fits", 0.4), ("jwst_nircam_pars-image2pipeline_demo.asdf", 0)]
)
def test_damaged_reference_in_the_cache_is_reported(
    rate: Path, demo_cache: Path, tmp_path: Path, name: str, kept: float
) -> None:
    """Where nobody knows its checksum."""
    cache = tmp_path / "cache"
    shutil.copytree(demo_cache, cache, copy_function=os.link)
    (damaged,) = cache.rglob(name)
    content = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(content[: int(kept * len(content))])
    status, summary = calibrate(rate, cache, SERVERLESS_URL, tmp_path / "out")
    assert (status, summary["end"]) == (1, "RunFailed")
    assert f"{damaged} cannot be used" in summary["message"]
    assert "mend the cache" in summary["message"]
