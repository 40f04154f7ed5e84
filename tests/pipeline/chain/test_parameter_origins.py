"""Tests of the values that a run would use, of where they come from, and of saved parameter files."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import asdf
import pytest
from astropy.io import fits
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels
from stpipe import crds_client

from tests.exposures import small, write_small
from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.parameters import Origin, ParameterOrigins, value_text
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.pipeline.chain.chain import configured_pipeline
from wfsgui.pipeline.chain.parameter_origins import parameter_origins, save_parameters

CFG = 'name = "Image2Pipeline"\nclass = "jwst.pipeline.Image2Pipeline"\n[steps]\n'


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, references: Callable[[str], None]) -> Product:
    references("NRCA3")
    (found,) = take_in([write_small(tmp_path_factory.mktemp("in"), small())]).products
    return found


@pytest.fixture
def crds_sets(
    demo_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, references: Callable[[str], None]
) -> str:
    """Let the parameter reference of the demonstration set values of two steps, and return its name."""
    references("NRCA3")
    kind = "pars-image2pipeline"
    with asdf.open(next(demo_cache.rglob(f"jwst_nircam_{kind}_*.asdf"))) as file:
        tree = copy.deepcopy(file.tree)
    for name, parameters in (
        ("bkg_subtract", {"sigma": 2.0, "maxiters": 4}),
        ("assign_wcs", {"sip_npoints": 14, "sip_degree": 3}),
    ):
        step = Image2Pipeline.step_defs[name]
        tree["steps"].append({"class": f"{step.__module__}.{step.__name__}", "name": name, "parameters": parameters})
    path = tmp_path / "jwst_nircam_pars-image2pipeline_0099.asdf"
    asdf.AsdfFile(tree).write_to(path)
    select = crds_client.get_reference_file

    def selected(parameters: dict[str, str], reference_type: str, observatory: str) -> str:
        return str(path) if reference_type == kind else str(select(parameters, reference_type, observatory))

    monkeypatch.setattr(crds_client, "get_reference_file", selected)
    return path.name


def used(product: Product, options: StepOptions) -> dict[str, dict[str, str]]:
    """Return what the steps of a configured pipeline have."""
    with datamodels.open(product.science.path) as model:
        pipeline = configured_pipeline(model, options)
    found = {}
    for name in STEPS:
        step = getattr(pipeline, name)
        overrides = {f"override_{kind}": getattr(step, f"override_{kind}", None) for kind in step.reference_file_types}
        found[name] = {key: value_text(value) for key, value in {**step.get_pars(), **overrides}.items()}
    return found


def effective(origins: ParameterOrigins) -> dict[str, dict[str, str]]:
    return {step: {name: layers[-1].value for name, layers in values.items()} for step, values in origins.steps.items()}


def flat(folder: Path) -> Path:
    path = folder / "my flat.fits"
    fits.PrimaryHDU(header=fits.Header({"REFTYPE": "FLAT"})).writeto(path)
    return path


def mixed(folder: Path) -> StepOptions:
    """Choose values in a parameter file and as an analyst, which hide each other."""
    path = folder / "mine.cfg"
    path.write_text(f"{CFG}[[bkg_subtract]]\nsigma = 1.5\n[[photom]]\nskip = True\n[[assign_wcs]]\nsip_degree = 4\n")
    return StepOptions(
        parameters={"bkg_subtract": {"maxiters": "9"}, "assign_wcs": {"sip_degree": "5", "skip": "false"}},
        overrides={"flat": str(flat(folder))},
        skip=frozenset({"flat_field"}),
        parameter_file=path,
    )


def test_every_value_has_its_origin(product: Product, crds_sets: str, tmp_path: Path) -> None:
    options = mixed(tmp_path)
    steps = parameter_origins(product, options).steps

    def words(step: str, name: str) -> list[tuple[str, str]]:
        return [(layer.words, layer.value) for layer in steps[step][name]]

    crds, file = f"CRDS: {crds_sets}", "parameter file: mine.cfg"
    assert words("bkg_subtract", "sigma") == [("default", "3.0"), (crds, "2.0"), (file, "1.5")]
    assert words("bkg_subtract", "maxiters") == [("default", "None"), (crds, "4"), ("you", "9")]
    assert words("assign_wcs", "sip_npoints") == [("default", "12"), (crds, "14")]
    assert words("assign_wcs", "sip_degree") == [("default", "None"), (crds, "3"), (file, "4"), ("you", "5")]
    assert words("assign_wcs", "skip") == [("default", "False"), ("you", "False")]
    assert words("photom", "skip") == [("default", "False"), (file, "True")]
    assert words("flat_field", "skip") == [("default", "False"), ("you", "True")]
    assert words("flat_field", "override_flat") == [("default", "None"), ("you", options.overrides["flat"])]
    assert words("photom", "inverse") == [("default", "False")]


@pytest.mark.parametrize("by_crds", [False, True])
@pytest.mark.parametrize("chosen", [False, True])
def test_values_are_those_of_a_configured_pipeline(
    product: Product, request: pytest.FixtureRequest, tmp_path: Path, *, by_crds: bool, chosen: bool
) -> None:
    if by_crds:
        request.getfixturevalue("crds_sets")
    options = mixed(tmp_path) if chosen else StepOptions()
    found, expected = effective(parameter_origins(product, options)), used(product, options)
    assert sum(map(len, found.values())) > 30
    for step, values in found.items():
        assert values == {name: expected[step][name] for name in values}


def test_a_value_that_the_step_does_not_accept_is_said_and_left_out(product: Product) -> None:
    options = StepOptions(parameters={"bkg_subtract": {"sigma": "high", "maxiters": "7"}})
    origins = parameter_origins(product, options)
    assert set(origins.faults) == {("bkg_subtract", "sigma")}
    assert "bkg_subtract does not accept high for sigma" in origins.faults["bkg_subtract", "sigma"]
    assert [layer.origin for layer in origins.steps["bkg_subtract"]["sigma"]] == [Origin.DEFAULT]
    assert origins.steps["bkg_subtract"]["maxiters"][-1].value == "7"


@pytest.mark.usefixtures("crds_sets")
def test_a_run_with_the_saved_file_has_the_same_parameters(product: Product, tmp_path: Path) -> None:
    options = mixed(tmp_path)
    path = save_parameters(product, options, tmp_path / "saved.asdf")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    again = StepOptions(parameter_file=path)
    assert used(product, again) == used(product, options)
    origins = parameter_origins(product, again).steps
    assert origins["flat_field"]["override_flat"][-1].words == "parameter file: saved.asdf"


def test_parameters_that_no_run_accepts_are_not_saved(product: Product, tmp_path: Path) -> None:
    options = StepOptions(parameters={"bkg_subtract": {"sigma": "high"}})
    with pytest.raises(OptionError, match="sigma"):
        save_parameters(product, options, tmp_path / "saved.asdf")
    with pytest.raises(WfsguiError, match="cannot be written"):
        save_parameters(product, replace(options, parameters={}), tmp_path / "no folder" / "saved.asdf")
    assert list(tmp_path.iterdir()) == []
