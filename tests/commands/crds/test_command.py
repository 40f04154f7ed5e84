"""``wfsgui crds`` with a stub server, in this process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crds_server import NOBODY, CrdsServer, add_context, connected, serving
from tests.exposures import small, write_small
from wfsgui.cli import main
from wfsgui.demo.references.crds_cache import CONTEXT_NAME

FLAT = "jwst_nircam_flat_demo-nrca3.fits"

Program = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def rate(references: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    references("NRCA3")
    return write_small(tmp_path_factory.mktemp("in"), small())


@pytest.fixture
def server(rate: Path, demo_cache: Path) -> Iterator[CrdsServer]:
    assert rate.is_file()
    with serving(demo_cache) as state:
        yield state


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    """Run the command and return its status and what it prints."""

    def call(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        status = main(["crds", *map(str, arguments)])
        return status, capsys.readouterr().out

    return call


def test_cache_is_prepared_checked_and_mended(rate: Path, server: CrdsServer, tmp_path: Path, program: Program) -> None:
    cache = tmp_path / "cache"
    with connected(cache, server.url):
        status, text = program("status", rate)
        assert status == 1
        assert "Of 6 reference files, 6 are missing (" in text
        status, text = program("prepare", rate)
        assert (status, text.splitlines()[-1]) == (0, "All exposures can be run without a network.")
        assert program("check") == (0, f"{cache}: 14 files were read.\nNothing is damaged.\n")
        (flat,) = cache.rglob(FLAT)
        flat.write_bytes(flat.read_bytes()[:-100])
        flat.with_name("other.fits.lock").touch()
        status, text = program("check")
        assert status == 1
        assert f"{flat} is damaged: it has" in text
        # Without a terminal nobody can agree to the removal of the lock.
        status, text = program("mend")
        assert status == 1
        assert f"replaced {FLAT}" in text
        assert "not removed (use --yes)" in text
        status, text = program("mend", "--yes")
        assert (status, text.splitlines()[-1]) == (0, f"removed {flat.with_name('other.fits.lock')}")
        assert program("status", rate)[0] == 0


def test_json_has_everything(rate: Path, server: CrdsServer, tmp_path: Path, program: Program) -> None:
    declined = tmp_path / "nothing_rate.fits"
    with connected(tmp_path / "cache", server.url):
        status, text = program("prepare", "--json", rate, declined)
    content: dict[str, Any] = json.loads(text)
    assert (status, content["ready"]) == (1, False)
    assert "nothing_rate.fits" in content["declined"][0]["what"]
    assert content["needs"]["context"] == CONTEXT_NAME
    assert FLAT in content["download"]["downloaded"]
    kinds = {needed["kind"]: needed["state"] for needed in content["needs"]["exposures"][0]["files"]}
    assert kinds["flat"] == "cached"


def test_contexts_are_listed_and_compared(rate: Path, demo_cache: Path, tmp_path: Path, program: Program) -> None:
    published = tmp_path / "published"
    shutil.copytree(demo_cache, published, copy_function=os.link)
    add_context(published, 9001, "flat", FLAT, "jwst_nircam_flat_other.fits")
    with serving(published) as server, connected(tmp_path / "cache", server.url):
        status, text = program("compare", "latest", "jwst_9001.pmap", rate)
        assert status == 0
        assert f"  flat: {FLAT} -> jwst_nircam_flat_other.fits\n" in text
        assert program("compare", "latest", "jwst_7.pmap", rate)[0] == 1
        # The rules name a file that the server does not have.
        status, text = program("prepare", "--context", "jwst_9001.pmap", rate)
        assert status == 1
        assert "does not have the file jwst_nircam_flat_other.fits; choose another context" in text
        assert f"Without a network CRDS would use {CONTEXT_NAME}, not jwst_9001.pmap: set CRDS_CONTEXT" in text
        status, text = program("contexts")
        assert status == 0
        assert "  jwst_9001.pmap  (in the cache)\n" in text


def test_without_network_and_cache_every_action_says_what_to_do(rate: Path, tmp_path: Path, program: Program) -> None:
    with connected(tmp_path / "cache", NOBODY):
        for arguments in (("status", rate), ("prepare", rate), ("compare", "latest", "build", rate)):
            status, text = program(*arguments)
            assert status == 1, arguments
            assert "check the network and CRDS_SERVER_URL, or set CRDS_PATH" in text, arguments
        assert program("contexts") == (1, "in force: none\n")
        assert program("check")[0] == 0
        (tmp_path / "cache" / "mappings" / "jwst").mkdir(parents=True)
        (tmp_path / "cache" / "mappings" / "jwst" / "jwst_1.pmap").write_text("damaged", "utf-8")
        status, text = program("check")
        assert status == 1
        assert "CRDS tells no checksums" in text
        assert "jwst_1.pmap cannot be used (it has no checksum)" in text
