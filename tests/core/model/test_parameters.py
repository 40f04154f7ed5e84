from __future__ import annotations

import pytest
from configobj.validate import ValidateError, Validator

from wfsgui.core.model.parameters import Origin, ParameterKind, ParameterSpec, ValueLayer

FLOAT = ParameterSpec("x", ParameterKind.FLOAT, "1.0", (), "", 0.0, 1.0)
INTEGER = ParameterSpec("n", ParameterKind.INTEGER, "None", (), "", None, 6)
BOOLEAN = ParameterSpec("b", ParameterKind.BOOLEAN, "False", (), "")
CHOICE = ParameterSpec("c", ParameterKind.CHOICE, "a", ("a", "b"), "")
TWO = ParameterSpec("l", ParameterKind.LIST, "None", (), "", 2, 2, ParameterKind.FLOAT)
TEXT = ParameterSpec("t", ParameterKind.TEXT, "None", (), "", None, 3)

CHECKS = {
    "x": "float(min=0.0, max=1.0, default=1.0)",
    "n": "integer(max=6, default=None)",
    "b": "boolean(default=False)",
    "c": "option('a', 'b', default='a')",
    "l": "float_list(min=2, max=2, default=None)",
    "t": "string(max=3, default=None)",
}


@pytest.mark.parametrize("spec", [FLOAT, INTEGER, BOOLEAN, CHOICE, TWO, TEXT], ids=lambda spec: spec.kind)
@pytest.mark.parametrize(
    "text",
    ["1", "0.5", "-1", "7", "2,5", "1e-3", "nan", "x", "abcd", "true", "No", "b", "B", "1, 2", "1, x", "1, 2, 3", "1,"],
)
def test_a_value_is_refused_where_stpipe_refuses_it(spec: ParameterSpec, text: str) -> None:
    value = spec.value(text)
    try:
        # A text with a comma is a text in the form, unless the parameter is a list.
        Validator().check(CHECKS[spec.name], value if spec.kind is ParameterKind.LIST else text)
        is_refused = False
    except ValidateError:
        is_refused = True
    assert bool(spec.fault(text)) is is_refused


@pytest.mark.parametrize(
    ("spec", "text", "reason"),
    [
        (FLOAT, "2", "x must be a number, from 0 to 1; 2 is not."),
        (INTEGER, "7", "n must be an integer, at most 6, or None; 7 is not."),
        (BOOLEAN, "maybe", "b must be True or False; maybe is not."),
        (CHOICE, "z", "c must be one of a, b; z is not."),
        (TWO, "1", "l must be exactly 2 numbers with commas between them, or None; 1 is not."),
        (TEXT, "long", "t must be a text, at most 3 characters, or None; long is not."),
        (FLOAT, "None", "x must be a number, from 0 to 1; None is not."),
    ],
)
def test_the_reason_says_what_is_accepted(spec: ParameterSpec, text: str, reason: str) -> None:
    assert spec.fault(text) == reason


@pytest.mark.parametrize(("spec", "text"), [(INTEGER, "None"), (TWO, "None"), (FLOAT, "")])
def test_no_value_is_accepted_where_it_is_the_default(spec: ParameterSpec, text: str) -> None:
    assert spec.fault(text) == ""


def test_origins_are_named() -> None:
    assert ValueLayer(Origin.CRDS, "3", "pars_0001.asdf").words == "CRDS: pars_0001.asdf"
    assert ValueLayer(Origin.ANALYST, "3").words == "you"
