from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from wfsgui.core.sky import siaf
from wfsgui.core.sky.siaf import SiafError, import_pysiaf, read_siaf

BAD_NUMBER = "<Siaf><SiafEntry><XDetRef>x</XDetRef><YDetRef>1</YDetRef></SiafEntry></Siaf>"
INSTRUMENTS = ("NIRCAM", "NIRISS", "MIRI", "NIRSPEC", "FGS")


@pytest.fixture
def unread() -> Iterator[None]:
    """Clear the cache of the SIAF before and after the test."""
    read_siaf.cache_clear()
    yield
    read_siaf.cache_clear()


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_apertures_equal_pysiaf(instrument: str) -> None:
    package = import_pysiaf()
    theirs, ours = package.Siaf(instrument).apertures, read_siaf(instrument)
    assert ours.version == package.JWST_PRD_VERSION
    assert set(ours.entries) == set(theirs)
    for name, entry in ours.entries.items():
        their = theirs[name]
        if entry is None:
            assert their.XSciRef is None or their.DetSciYAngle is None
            continue
        assert entry.detector_reference == (their.XDetRef, their.YDetRef)
        assert entry.reference == (their.XSciRef, their.YSciRef)
        assert entry.size == (their.XSciSize, their.YSciSize)
        assert entry.scale == (their.XSciScale, their.YSciScale)
        assert entry.to_science(10.0, 20.0) == pytest.approx(their.det_to_sci(10.0, 20.0))


def test_reading_the_siaf_imports_neither_pysiaf_nor_matplotlib() -> None:
    program = """
import sys
from wfsgui.core.sky.siaf import read_siaf
assert read_siaf("NIRCAM").entries["NRCA1_FP6"]
assert not {"pysiaf", "matplotlib", "requests", "numpy", "astropy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_siaf_is_read_once_in_a_process() -> None:
    assert read_siaf("NIRISS") is read_siaf("NIRISS")


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("content", [None, "<SiafEntries><SiafEntry>", "", BAD_NUMBER])
def test_unreadable_siaf_raises_with_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None) -> None:
    where = SimpleNamespace(JWST_PRD_DATA_ROOT=str(tmp_path), JWST_PRD_VERSION="PRDOPSSOC-075")
    monkeypatch.setattr("wfsgui.core.sky.siaf._constants", lambda: where)
    path = tmp_path / "NIRCam_SIAF.xml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SiafError, match=f"The SIAF {path} cannot be read"):
        read_siaf("NIRCAM")


@pytest.mark.usefixtures("unread")
def test_missing_pysiaf_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siaf, "find_spec", lambda _name: None)
    with pytest.raises(SiafError, match="pysiaf, which carries the SIAF, is not installed"):
        read_siaf("NIRCAM")


def test_other_instrument_raises() -> None:
    with pytest.raises(SiafError, match="INSTRUME is WFC3, which has no SIAF"):
        read_siaf("WFC3")


@pytest.mark.parametrize("former", [{}, {"https_proxy": "http://proxy:3128", "no_proxy": "github.com"}])
def test_import_of_pysiaf_makes_no_request_and_restores_environment(former: dict[str, str]) -> None:
    """Counts the connections, which may only go to the address of the missing proxy."""
    program = """
import os, socket
asked = []
connect = socket.socket.connect
def note(self, address):
    asked.append(address)
    return connect(self, address)
socket.socket.connect = note
before = dict(os.environ)
from wfsgui.core.sky.siaf import import_pysiaf
assert import_pysiaf().Siaf("NIRISS")
assert dict(os.environ) == before
assert {address[1] for address in asked} == {9}, asked
"""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120, env=environment | former)
