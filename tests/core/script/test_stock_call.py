"""Tests of the texts for strun and Python; `tests/pipeline/parity/test_stock_texts.py` runs them."""

from __future__ import annotations

import ast
import shlex
from pathlib import Path

import pytest
from configobj import ConfigObj

from tests.gui import fakes
from wfsgui.core.errors import OptionError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.script.literal import literal
from wfsgui.core.script.python_call import python_call
from wfsgui.core.script.stock_call import stock_call, stock_steps
from wfsgui.core.script.strun_line import strun_line

ENGINE = EngineInfo(
    crds={"CRDS_PATH": "/my cache", "CRDS_CONTEXT": ""},
    parameters={
        "bkg_subtract": (
            ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), ""),
            ParameterSpec("both", ParameterKind.LIST, "None", (), "", 2, 2, ParameterKind.FLOAT),
            ParameterSpec("names", ParameterKind.LIST, "None", (), ""),
        ),
        "photom": (ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), ""),),
    },
    reference_types={"flat_field": ("flat", "area"), "photom": ("photom", "area")},
)


def argument(line: str, name: str) -> str:
    """Return what strun receives for a parameter."""
    (found,) = [word for word in shlex.split(line.replace("\\\n", "")) if word.startswith(f"--steps.{name}=")]
    return found.partition("=")[2]


def test_values_have_the_type_of_the_parameter_and_only_what_is_set_is_named() -> None:
    parameters = {"bkg_subtract": {"sigma": "2.5", "both": "10, 20", "names": "a,"}, "photom": {"skip": "None"}}
    assert stock_steps(StepOptions(parameters=parameters), ENGINE) == {
        "bkg_subtract": {"sigma": 2.5, "both": [10.0, 20.0], "names": ["a"]},
        "photom": {"skip": None},
        "resample": {"skip": True},
    }


@pytest.mark.parametrize(("value", "skipped"), [("false", False), ("no", False), ("true", True)])
def test_skip_false_is_not_a_wish_to_skip(value: str, *, skipped: bool) -> None:
    options = StepOptions(parameters={"photom": {"skip": value}})
    call = stock_call(fakes.product(), options, ENGINE)
    assert call.steps["photom"] == {"skip": skipped}
    assert f"--steps.photom.skip={skipped}" in strun_line(call).text
    assert f'"photom": {{"skip": {skipped}}}' in python_call(call)


@pytest.mark.parametrize(("parameters", "skipped"), [({}, True), ({"photom": {"skip": "false"}}, False)])
def test_the_value_of_skip_goes_before_the_wish(parameters: dict[str, dict[str, str]], *, skipped: bool) -> None:
    options = StepOptions(skip=frozenset({"photom"}), parameters=parameters)
    assert stock_steps(options, ENGINE)["photom"] == {"skip": skipped}


def test_a_reference_file_is_given_to_each_step_that_uses_it_by_its_absolute_path() -> None:
    steps = stock_steps(StepOptions(overrides={"area": "my area.fits", "flat": "N/A"}), ENGINE)
    area = str(Path.cwd() / "my area.fits")
    assert steps["flat_field"] == {"override_area": area, "override_flat": "N/A"}
    assert steps["photom"] == {"override_area": area}


@pytest.mark.parametrize(
    "options",
    [
        StepOptions(overrides={"dark": "/x.fits"}),
        StepOptions(overrides={"flat": "/x.fits"}, parameters={"flat_field": {"override_flat": "/y.fits"}}),
    ],
)
def test_a_reference_that_no_run_accepts_has_no_text(options: StepOptions) -> None:
    with pytest.raises(OptionError):
        stock_call(fakes.product(), options, ENGINE)


@pytest.mark.parametrize(
    "value", ["plain", "a b", "a, b", "it's", "a #1", '"quoted"', "'", " blank ", "-1", "$HOME", "a\\b", 'say "x"']
)
def test_strun_receives_the_value_as_it_is(value: str) -> None:
    options = StepOptions(parameters={"photom": {"source_type": value}})
    received = argument(strun_line(stock_call(fakes.product(), options, ENGINE)).text, "photom.source_type")
    # stpipe reads values of the command line with the rules of ConfigObj.
    assert ConfigObj([f"x = {received}"])["x"] == value


@pytest.mark.parametrize("items", [["a"], ["a", "b c"], ["x,y", "#"]])
def test_strun_receives_lists(items: list[str]) -> None:
    call = stock_call(fakes.product(), StepOptions(), ENGINE)
    object.__setattr__(call, "steps", {"bkg_subtract": {"names": items}})
    received = argument(strun_line(call).text, "bkg_subtract.names")
    assert ConfigObj([f"x = {received}"])["x"] == items


@pytest.mark.parametrize(("value", "why"), [("None", "is None"), ("\"'", "both kinds of quotes")])
def test_what_strun_cannot_be_told_is_said(value: str, why: str) -> None:
    line = strun_line(stock_call(fakes.product(), StepOptions(parameters={"photom": {"source_type": value}}), ENGINE))
    assert "source_type" not in line.text
    assert len(line.notes) == 1
    assert why in line.notes[0]
    assert strun_line(stock_call(fakes.product(), StepOptions(), ENGINE)).notes == ()


def test_settings_that_are_empty_are_not_exported() -> None:
    call = stock_call(fakes.product(), StepOptions(), ENGINE)
    assert strun_line(call).text.splitlines()[0] == "export CRDS_PATH='/my cache'"
    assert "CRDS_CONTEXT" not in strun_line(call).text + python_call(call)


def test_an_association_is_written_to_a_folder_of_its_own() -> None:
    call = stock_call(fakes.product(backgrounds=2), StepOptions(), ENGINE)
    assert call.association == "jw99001-o001_image2_00001_asn.json"
    line, program = strun_line(call).text, python_call(call)
    assert "association=$(mktemp -d)/jw99001-o001_image2_00001_asn.json" in line
    assert line.count("jw99001002001_02101") == 2
    assigned = [node.value for node in ast.parse(program).body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(assigned[-1]) == call.members


def test_what_the_official_pipeline_cannot_do_is_said() -> None:
    assert stock_call(fakes.product(), StepOptions(), ENGINE).notes == ()
    (note,) = stock_call(fakes.product(), StepOptions(stop_after="photom"), ENGINE).notes
    assert "cannot stop after photom" in note


@pytest.mark.parametrize(
    "value",
    [{"a": [1, 2.5, None, True], "b": {}}, ["it's", 'say "x"', "both \"'", "\\n", "é\n"], -0.0],
)
def test_a_literal_is_the_value(value: object) -> None:
    for depth in (0, 30):
        assert ast.literal_eval(literal(value, depth)) == value


def test_infinity_is_written_as_python_reads_it() -> None:
    assert literal([float("-inf")]) == '[float("-inf")]'
