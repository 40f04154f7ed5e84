from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits

from tests.exposures import small, write_small
from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.reference_lookup import look_up_references


@pytest.fixture
def rate(tmp_path: Path, references: Callable[[str], None]) -> Path:
    references("NRCA3")
    return write_small(tmp_path, small())


def test_the_references_are_those_that_the_official_pipeline_uses(rate: Path, demo_cache: Path) -> None:
    found = look_up_references(rate)
    result = Image2Pipeline.call(str(rate), save_results=False, steps={"resample": {"skip": True}})[0]
    assert found.context == result.meta.ref_file.crds.context_used
    used = {kind: found.places[kind] for kind in ("flat", "photom", "area", "distortion", "filteroffset")}
    for kind, place in used.items():
        assert getattr(result.meta.ref_file, kind).name == f"crds://{Path(place).name}"
        assert Path(place).is_file()
        assert demo_cache in Path(place).parents
    others = {kind for kind in found.places if kind not in used}
    assert {found.places[kind] for kind in others} == {"N/A"}


def test_a_reference_that_crds_does_not_have_is_missing(rate: Path) -> None:
    with fits.open(rate, mode="update") as hdus:
        hdus[0].header["INSTRUME"] = "MIRI"
    assert look_up_references(rate).places["flat"] == ""


def test_look_up_downloads_nothing(rate: Path, demo_cache: Path) -> None:
    before = sorted(demo_cache.rglob("*.fits"))
    look_up_references(rate)
    assert sorted(demo_cache.rglob("*.fits")) == before


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_unreadable_file_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a_rate.fits"
    path.write_bytes(content)
    with pytest.raises(WfsguiError, match=r"looking up the references of a_rate\.fits"):
        look_up_references(path)


def test_system_exit_of_crds_is_reported(rate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(*_: object, **__: object) -> None:
        raise SystemExit(-1)

    monkeypatch.setattr("crds.getrecommendations", leave)
    with pytest.raises(WfsguiError, match="names no context"):
        look_up_references(rate)


@pytest.mark.parametrize("error", [AttributeError("no meta"), RuntimeError("no index")])
def test_any_exception_of_crds_is_reported(rate: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("crds.getrecommendations", fail)
    with pytest.raises(WfsguiError, match=r"looking up the references"):
        look_up_references(rate)
