from __future__ import annotations

from pathlib import Path

import jwst
import pytest
from crds.core import config
from stdatamodels.jwst.datamodels import dqflags

from wfsgui.core.model.flags import DO_NOT_USE, FLAGS
from wfsgui.pipeline.chain.engine_info import flag_meanings, locate_reference, versions


def test_versions_are_those_installed() -> None:
    found = versions()
    assert found["jwst"] == jwst.__version__
    assert list(found) == ["jwst", "stpipe", "stdatamodels", "crds", "gwcs", "stcal", "astropy", "numpy"]
    assert all(found.values())


def test_every_flag_has_its_bit_and_good_has_none() -> None:
    assert dict(FLAGS) == {name: value for name, value in dqflags.pixel.items() if value}
    assert dqflags.pixel["DO_NOT_USE"] == DO_NOT_USE


def test_every_flag_has_a_meaning() -> None:
    meanings = flag_meanings()
    assert meanings.keys() == FLAGS.keys()
    assert meanings["JUMP_DET"] == "Jump detected during exposure"


def test_meanings_are_empty_without_source_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspect.getsource", _no_source)
    assert flag_meanings() == {}


def _no_source(_module: object) -> str:
    raise OSError("could not get source code")


def test_references_are_found_in_the_cache_and_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRDS_PATH", str(tmp_path))
    cached = Path(config.locate_file("jwst_nircam_flat_0001.fits", "jwst"))
    assert cached.is_relative_to(tmp_path)
    assert locate_reference("crds://jwst_nircam_flat_0001.fits") is None
    cached.parent.mkdir(parents=True, exist_ok=True)
    cached.touch()
    assert locate_reference("crds://jwst_nircam_flat_0001.fits") == cached
    own = tmp_path / "my flat.fits"
    own.touch()
    assert locate_reference(str(own)) == own
    assert locate_reference(str(tmp_path / "none.fits")) is None
