"""Reference files of each step: which apply, where they are, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exposures import small, write_small
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.queries import Origin, Standing, StepReference, StepReferences, StepReferencesQuery
from wfsgui.pipeline.references.described import references_of_steps


@pytest.fixture(scope="module")
def product(references: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Product:
    references("NRCA3")
    (found,) = take_in([write_small(tmp_path_factory.mktemp("in"), small())]).products
    return found


def ask(product: Product, options: StepOptions | None = None, *used: Path) -> StepReferences:
    return references_of_steps(StepReferencesQuery(product, options or StepOptions(), frozenset(used)))


def of(answer: StepReferences, kind: str) -> StepReference:
    return next(each for each in answer.references if each.kind == kind)


def test_only_types_that_apply_have_a_file(product: Product, demo_cache: Path) -> None:
    answer = ask(product)
    applying = [(each.step, each.kind) for each in answer.references if each.standing is not Standing.NOT_APPLICABLE]
    assert applying == [
        ("assign_wcs", "distortion"),
        ("assign_wcs", "filteroffset"),
        ("flat_field", "flat"),
        ("photom", "photom"),
        ("photom", "area"),
        ("", "pars-image2pipeline"),
    ]
    assert len([each for each in answer.references if each.step == "assign_wcs" and "pars" not in each.kind]) == 16
    flat = of(answer, "flat")
    assert (flat.standing, flat.origin) == (Standing.CACHED, Origin.CRDS)
    assert flat.path is not None
    assert demo_cache in flat.path.parents
    assert answer.context == "jwst_demonstration.pmap"


def test_each_file_is_told_with_its_size_and_what_it_says_of_itself(product: Product) -> None:
    answer = ask(product)
    for kind in ("flat", "distortion", "pars-image2pipeline"):
        path = of(answer, kind).path
        assert path is not None
        file = answer.files[path]
        assert file.size == path.stat().st_size
        assert file.facts is not None
        assert file.facts.reference_type == kind
        assert (file.facts.pedigree, file.facts.use_after) == ("DUMMY", "2022-01-01T00:00:00")
        assert file.facts.author == "wfsgui demonstration"
        assert file.facts.description.startswith("wfsgui demonstration reference, not for science")


def test_overrides_take_the_place_of_files_of_crds(product: Product, tmp_path: Path) -> None:
    mine = tmp_path / "mine.cfg"
    mine.write_text('class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[photom]]\noverride_area = N/A\n', "utf-8")
    broken = tmp_path / "broken.fits"
    broken.write_text("no FITS file")
    options = StepOptions(overrides={"flat": str(broken), "photom": str(tmp_path / "gone.fits")}, parameter_file=mine)
    answer = ask(product, options)
    assert of(answer, "flat") == StepReference("flat_field", "flat", Standing.GIVEN, Origin.ANALYST, broken)
    assert of(answer, "photom").standing is Standing.GONE
    assert of(answer, "area") == StepReference("photom", "area", Standing.NONE, Origin.PARAMETER_FILE)
    assert "broken.fits cannot be read" in answer.files[broken].fault


def test_file_that_a_step_has_recorded_is_described_too(product: Product, demo_cache: Path) -> None:
    other = next(demo_cache.rglob("*_area_*nrca3*.fits"))
    facts = ask(product, StepOptions(overrides={"area": "N/A"}), other).files[other].facts
    assert facts is not None
    assert facts.reference_type == "area"


def test_file_that_is_not_in_the_cache_is_away(tmp_path: Path, demo_cache: Path) -> None:
    # No test makes the references of this detector.
    (product,) = take_in([write_small(tmp_path, small("NRCB2"))]).products
    answer = ask(product)
    flat = of(answer, "flat")
    assert flat.standing is Standing.AWAY
    assert flat.path is not None
    assert demo_cache in flat.path.parents
    assert answer.files[flat.path].facts is None
