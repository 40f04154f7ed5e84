from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from jwst.associations.lib import dms_base, rules_level2b
from jwst.lib.exposure_types import IMAGING_TYPES
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels
from stdatamodels.schema import walk_schema

from tests.headers_only import write_exposure
from wfsgui.core.errors import OptionError
from wfsgui.core.intake import eligibility
from wfsgui.core.intake.association import MEMBER_TYPES
from wfsgui.core.intake.exposure_types import IMAGE2_EXP_TYPES, STOCK_FAILS
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import NEVER_RUN, STEPS
from wfsgui.pipeline.chain.chain import check_options, described_parameter_file, steps_of
from wfsgui.pipeline.chain.parameter_file import file_sets_skip


def test_the_steps_are_the_pipelines_own_without_resampling() -> None:
    assert (*STEPS, NEVER_RUN) == ("bkg_subtract", "assign_wcs", "flat_field", "photom", "resample")
    assert tuple(name for name in Image2Pipeline.step_defs if name != NEVER_RUN) == STEPS


def test_backgrounds_decide_whether_the_background_step_applies(tmp_path: Path) -> None:
    member = Member(read_exposure_info(write_exposure(tmp_path / "a_rate.fits")))
    assert steps_of(Product("a", member)) == STEPS[1:]
    assert steps_of(Product("a", member, (member,))) == STEPS


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (StepOptions(skip=frozenset({"flatfield"})), "flatfield is not a step of the chain"),
        (StepOptions(skip=frozenset({"resample"})), "resample never runs here"),
        (StepOptions(stop_after="jump"), "jump is not a step"),
        (StepOptions(parameters={"ramp_fit": {"a": "1"}}), "ramp_fit is not a step"),
        (StepOptions(parameters={"resample": {"skip": "false"}}), "resample never runs here"),
        (StepOptions(parameters={"photom": {"invers": "true"}}), "invers"),
        (StepOptions(parameters={"photom": {"inverse": "perhaps"}}), "inverse"),
        (StepOptions(parameters={"photom": {"skip": "perhaps"}}), "perhaps"),
        (
            StepOptions(skip=frozenset({"photom"}), parameters={"photom": {"skip": "no"}}),
            "photom is to be skipped, but its parameter skip says the opposite",
        ),
        (StepOptions(parameters={"bkg_subtract": {"sigma": "high"}}), "sigma"),
        (StepOptions(parameters={"photom": {"output_dir": "/tmp"}}), "output_dir is not an option here"),
        (StepOptions(overrides={"dark": "x.fits"}), "dark is not a reference type of the chain"),
        (StepOptions(parameters={"flat_field": {"override_flat": "no_such_flat.fits"}}), "no_such_flat.fits"),
        (StepOptions(parameters={"photom": {"suffix": "cal"}}), "suffix is not an option here"),
        (StepOptions(overrides={"flat": "no_such_flat.fits"}), "no_such_flat.fits does not exist"),
    ],
)
def test_unknown_options_are_declined(options: StepOptions, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        check_options(options)


def test_known_options_are_accepted(tmp_path: Path) -> None:
    flat = tmp_path / "flat.fits"
    fits.PrimaryHDU(header=fits.Header({"REFTYPE": "FLAT"})).writeto(flat)
    check_options(
        StepOptions(
            skip=frozenset({"bkg_subtract"}),
            stop_after="flat_field",
            parameters={
                "assign_wcs": {"sip_degree": "4", "skip": "0"},
                "bkg_subtract": {"skip": "on"},
                "photom": {"skip": "true"},
            },
            overrides={"flat": str(flat), "area": "N/A"},
        )
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"REFTYPE": "AREA"}, "is a reference file of type area; choose one of type flat"),
        ({"S_RAMP": "COMPLETE"}, "is an exposure"),
    ],
)
def test_file_of_another_type_is_declined_as_override(tmp_path: Path, header: dict[str, str], said: str) -> None:
    path = tmp_path / "x.fits"
    fits.PrimaryHDU(header=fits.Header(header)).writeto(path)
    with pytest.raises(OptionError, match=said):
        check_options(StepOptions(overrides={"flat": str(path)}))


def test_two_references_of_one_type_are_declined(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("first.fits", "second.fits"))
    for path in (first, second):
        fits.PrimaryHDU(header=fits.Header({"REFTYPE": "FLAT"})).writeto(path)
    parameters = {"flat_field": {"override_flat": str(first)}}
    check_options(StepOptions(parameters=parameters, overrides={"flat": str(first)}))
    with pytest.raises(OptionError, match="Two flat references are given for flat_field"):
        check_options(StepOptions(parameters=parameters, overrides={"flat": str(second)}))


def _matched_by(rule: type, exp_type: str) -> bool:
    """Whether an association rule of jwst takes an exposure of this type, in a WFS&C visit or in another."""
    common = {
        "program": "1",
        "target": "1",
        "pntgtype": "science",
        "tsovisit": "f",
        "grating": "mirror",
        "msastate": "primarypark_allopen",
        "subarray": "full",
        "instrume": "any",
        "detector": "any",
        "template": "any",
        "exp_type": exp_type.lower(),
    }
    visits = ("prime_wfsc_routine", "prime_targeted_fixed")
    return any(rule().constraints.check_and_set(common | {"visitype": visit})[0] for visit in visits)


def test_exposure_types_are_those_of_jwst_image2_rules() -> None:
    known: set[str] = set()

    def note(subschema: dict[str, object], *_: object) -> None:
        choices = subschema.get("enum")
        if subschema.get("fits_keyword") == "EXP_TYPE" and isinstance(choices, list):
            known.update(choices)

    walk_schema(datamodels.ImageModel().schema, note)
    rules = (
        rules_level2b.Asn_Lv2WFSC,
        rules_level2b.Asn_Lv2Image,
        rules_level2b.Asn_Lv2ImageNonScience,
        rules_level2b.Asn_Lv2FGS,
        rules_level2b.Asn_Lv2NRSLAMPImage,
    )
    # Neither is a type of an exposure.
    found = {kind for kind in known - {"N/A", "ANY"} for rule in rules if _matched_by(rule, kind)}
    assert found == {*IMAGE2_EXP_TYPES, *STOCK_FAILS}
    assert {name.lower() for name in IMAGE2_EXP_TYPES} <= IMAGING_TYPES


def test_the_member_types_of_jwst_are_known() -> None:
    made = {*dms_base.EXPTYPE_MAP.values(), *dms_base.SPECIAL_EXPOSURE_MODIFIERS, "science", "background"}
    assert made <= MEMBER_TYPES


def test_keywords_of_headers_are_those_of_the_data_models() -> None:
    known = set()

    def note(subschema: dict[str, object], *_: object) -> None:
        known.add(subschema.get("fits_keyword"))

    walk_schema(datamodels.ImageModel().schema, note)
    used = {
        "TELESCOP",
        "INSTRUME",
        "DETECTOR",
        "FILTER",
        "PUPIL",
        "SUBARRAY",
        "EXP_TYPE",
        "VISITYPE",
        "PROGRAM",
        "OBSERVTN",
    }
    used |= {"TELESCOP", "VISIT", "EXPOSURE", "TARGPROP", "TARGNAME", "DATE-OBS", "TIME-OBS", "BUNIT", "S_RAMP"}
    assert used <= known
    assert set(eligibility.LATER_PRODUCTS) <= known


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mine.cfg", None, "does not exist"),
        ("mine.cfg", "[[", "cannot be read"),
        ("mine.asdf", "#ASDF 1.0.0", "that names no class"),
        ("mine.cfg", "", "that names no class"),
        ("mine.cfg", 'class = "jwst.pipeline.Spec2Pipeline"', "a parameter file of jwst.pipeline.Spec2Pipeline"),
        ("mine.cfg", 'class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[photom]]\ninvers = True', "invers"),
        ("mine.cfg", 'class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[photom]]\ninverse = maybe', "inverse"),
    ],
)
def test_parameter_file_that_cannot_be_used_is_declined(
    tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(OptionError, match=said):
        check_options(StepOptions(parameter_file=path))


def cfg(path: Path, steps: str) -> Path:
    path.write_text(f'class = "jwst.pipeline.Image2Pipeline"\n[steps]\n{steps}', "utf-8")
    return path


def test_reference_named_in_a_parameter_file_is_checked_by_name(tmp_path: Path) -> None:
    path = cfg(tmp_path / "mine.cfg", "[[flat_field]]\noverride_flat = nowhere.fits\n")
    with pytest.raises(OptionError, match=r"flat_field\.override_flat \(mine\.cfg\): nowhere\.fits does not exist"):
        check_options(StepOptions(parameter_file=path))


@pytest.mark.parametrize("named", [True, False])
def test_skip_in_the_file_of_a_single_step_is_a_choice_of_the_parameter_file(tmp_path: Path, *, named: bool) -> None:
    path = cfg(tmp_path / "mine.cfg", "[[flat_field]]\nconfig_file = flat.cfg\n")
    content = "skip = True\n" if named else "inverse = True\n"
    (tmp_path / "flat.cfg").write_text(
        f'name = "flat_field"\nclass = "jwst.flatfield.FlatFieldStep"\n{content}', "utf-8"
    )
    check_options(StepOptions(parameter_file=path))
    assert file_sets_skip(path, "flat_field") is named
    assert not file_sets_skip(path, "photom")


def test_missing_file_of_a_single_step_is_named(tmp_path: Path) -> None:
    path = cfg(tmp_path / "mine.cfg", "[[flat_field]]\nconfig_file = flat.cfg\n")
    with pytest.raises(OptionError, match=r"flat\.cfg does not exist"):
        check_options(StepOptions(parameter_file=path))


def test_parameter_file_is_described_by_what_it_sets(tmp_path: Path) -> None:
    flat = tmp_path / "flat.fits"
    primary = fits.PrimaryHDU()
    primary.header["REFTYPE"] = "FLAT"
    primary.writeto(flat)
    path = cfg(
        tmp_path / "mine.cfg",
        f"[[bkg_subtract]]\nsigma = 2.5\n[[flat_field]]\noverride_flat = {flat}\n[[resample]]\nskip = False\n",
    )
    content = described_parameter_file(path)
    assert content.path == path
    assert content.steps == {"bkg_subtract": {"sigma": "2.5"}, "flat_field": {"override_flat": str(flat)}}


def test_file_with_every_parameter_is_described_by_those_that_an_analyst_may_set(tmp_path: Path) -> None:
    pipeline = Image2Pipeline()
    pipeline.photom.skip = True
    pipeline.photom.save_results = True
    pipeline.export_config(tmp_path / "mine.asdf", include_metadata=True)
    photom = described_parameter_file(tmp_path / "mine.asdf").steps["photom"]
    assert (photom["skip"], photom["save_results"]) == ("True", "True")
    assert "pre_hooks" not in photom
    assert "override_photom" not in photom
