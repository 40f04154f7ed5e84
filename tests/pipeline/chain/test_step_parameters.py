from __future__ import annotations

import pytest
from jwst.resample.resample_step import ResampleStep

from wfsgui.core.errors import OptionError
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.pipeline.chain.chain import check_options
from wfsgui.pipeline.chain.step_parameters import parameter_specs, reference_types, specs_of

ALL = [(step, spec) for step, specs in parameter_specs().items() for spec in specs]


def spec_of(step: str, name: str) -> ParameterSpec:
    return next(spec for spec in parameter_specs()[step] if spec.name == name)


def test_every_step_can_be_skipped_and_has_parameters() -> None:
    assert tuple(parameter_specs()) == STEPS
    for step in STEPS:
        assert spec_of(step, "skip") == ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step")
        assert len(parameter_specs()[step]) > 1


def test_parameters_are_read_with_kind_default_and_help() -> None:
    assert spec_of("bkg_subtract", "sigma") == ParameterSpec(
        "sigma", ParameterKind.FLOAT, "3.0", (), "Clipping threshold"
    )
    assert spec_of("bkg_subtract", "maxiters").default == "None"
    assert spec_of("bkg_subtract", "bkg_list").kind is ParameterKind.LIST
    assert spec_of("assign_wcs", "sip_degree").kind is ParameterKind.INTEGER
    assert spec_of("assign_wcs", "slit_y_low").default == "-0.55"
    assert spec_of("assign_wcs", "sip_npoints").help == "number of points for SIP"
    assert spec_of("flat_field", "user_supplied_flat").kind is ParameterKind.TEXT


def test_choices_are_read() -> None:
    """No step of the chain has one today; resampling has."""
    specs = {spec.name: spec for spec in specs_of(ResampleStep)}
    assert specs["weight_type"].kind is ParameterKind.CHOICE
    assert specs["weight_type"].choices == ("ivm", "exptime", "None")
    assert specs["weight_type"].default == "ivm"
    assert specs["output_shape"].kind is ParameterKind.LIST


@pytest.mark.parametrize(("step", "spec"), ALL, ids=[f"{step}.{spec.name}" for step, spec in ALL])
def test_offered_parameters_are_accepted_with_their_defaults(step: str, spec: ParameterSpec) -> None:
    given = {spec.name: spec.default}
    check_options(StepOptions(parameters={step: given}))


@pytest.mark.parametrize(
    ("step", "name", "value"),
    [
        ("bkg_subtract", "sigma", "2"),
        ("bkg_subtract", "maxiters", "7"),
        ("assign_wcs", "sip_degree", "6"),
        ("assign_wcs", "sip_approx", "false"),
        ("photom", "skip", "True"),
    ],
)
def test_typed_values_are_accepted(step: str, name: str, value: str) -> None:
    assert spec_of(step, name).default != value
    check_options(StepOptions(parameters={step: {name: value}}))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["output_dir", "suffix", "save_results", "pre_hooks", "search_output_file"])
def test_parameters_of_output_files_are_not_offered(step: str, name: str) -> None:
    assert name not in {spec.name for spec in parameter_specs()[step]}


def test_reference_types_are_those_of_the_steps() -> None:
    types = reference_types()
    assert types["photom"] == ("photom", "area")
    assert "distortion" in types["assign_wcs"]
    for step, kinds in types.items():
        assert not any(spec.name.startswith("override_") for spec in parameter_specs()[step])
        for kind in kinds:
            check_options(StepOptions(overrides={kind: "N/A"}))


def test_a_value_of_another_kind_is_not_accepted() -> None:
    with pytest.raises(OptionError, match="sip_npoints"):
        check_options(StepOptions(parameters={"assign_wcs": {"sip_npoints": "many"}}))


@pytest.mark.parametrize(
    ("step", "name", "accepted"),
    [
        ("assign_wcs", "sip_degree", "an integer, at most 6, or None"),
        ("bkg_subtract", "soss_bkg_percentile", "exactly 2 numbers with commas between them, or None"),
        ("bkg_subtract", "sigma", "a number"),
    ],
)
def test_limits_are_read(step: str, name: str, accepted: str) -> None:
    assert spec_of(step, name).accepted == accepted


def test_limits_of_both_sides_are_read() -> None:
    (pixfrac,) = [spec for spec in specs_of(ResampleStep) if spec.name == "pixfrac"]
    assert (pixfrac.minimum, pixfrac.maximum) == (0, 1)


def test_a_list_is_accepted_as_it_is_typed() -> None:
    check_options(StepOptions(parameters={"bkg_subtract": {"soss_bkg_percentile": "20, 60"}}))
    with pytest.raises(OptionError, match="soss_bkg_percentile"):
        check_options(StepOptions(parameters={"bkg_subtract": {"soss_bkg_percentile": "20"}}))
