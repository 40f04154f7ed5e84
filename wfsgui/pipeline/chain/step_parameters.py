"""Parameters of the steps, read from the specifications of jwst."""

from __future__ import annotations

import ast
from typing import Any, Final

from jwst.stpipe import Step

from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.stages import STEPS
from wfsgui.pipeline.chain.image2_import import Image2Pipeline

__all__ = ["parameter_specs", "reference_types", "specs_of"]

_SKIP: Final = "skip"
_OVERRIDE: Final = "override_"
_LIST_ENDING: Final = "list"
_ITEMS: Final = {
    "bool_list": ParameterKind.BOOLEAN,
    "int_list": ParameterKind.INTEGER,
    "float_list": ParameterKind.FLOAT,
}
_KINDS: Final = {
    "boolean": ParameterKind.BOOLEAN,
    "integer": ParameterKind.INTEGER,
    "float": ParameterKind.FLOAT,
    "option": ParameterKind.CHOICE,
}


def parameter_specs() -> dict[str, tuple[ParameterSpec, ...]]:
    """Return the parameters that an analyst may set, for each step of the chain."""
    return {name: specs_of(Image2Pipeline.step_defs[name]) for name in STEPS}


def reference_types() -> dict[str, tuple[str, ...]]:
    """Return the reference types that each step of the chain uses."""
    return {name: tuple(Image2Pipeline.step_defs[name].reference_file_types) for name in STEPS}


def specs_of(step: type[Step]) -> tuple[ParameterSpec, ...]:
    """Read the specification of a step.

    What every step has by inheritance is about files and hooks, which are the program's affair, but for ``skip``.
    References are overridden by type, see `reference_types`.

    Parameters
    ----------
    step : type
        A step's class.

    Returns
    -------
    tuple of ParameterSpec
        In the order of the specification.
    """
    inherited = set(Step.load_spec_file()) - {_SKIP}
    spec = step.load_spec_file()
    return tuple(
        _parameter(name, spec[name], spec.inline_comments.get(name) or "")
        for name in spec
        if name not in inherited and not name.startswith(_OVERRIDE)
    )


def _parameter(name: str, check: str, comment: str) -> ParameterSpec:
    """Read one line; a check is written as a call, for example ``integer(max=6, default=None)``."""
    call = ast.parse(check, mode="eval").body
    if not isinstance(call, ast.Call):
        call = ast.Call(func=call, args=[], keywords=[])
    function = ast.unparse(call.func)
    kind = ParameterKind.LIST if function.endswith(_LIST_ENDING) else _KINDS.get(function, ParameterKind.TEXT)
    named = {str(keyword.arg): keyword.value for keyword in call.keywords}
    limits = [*map(_number, call.args if kind is not ParameterKind.CHOICE else ()), None, None]
    return ParameterSpec(
        name=name,
        kind=kind,
        default=_text(named["default"]) if "default" in named else "None",
        choices=tuple(_text(argument) for argument in call.args) if kind is ParameterKind.CHOICE else (),
        help=comment.lstrip("# ").strip(),
        minimum=_number(named["min"]) if "min" in named else limits[0],
        maximum=_number(named["max"]) if "max" in named else limits[1],
        item=_ITEMS.get(function, ParameterKind.TEXT),
    )


def _number(node: ast.expr) -> float | None:
    """Return a limit, which may be written in quotes; None stands for no limit."""
    value: Any = ast.literal_eval(node)
    return None if value in (None, "None") else float(value)


def _text(node: ast.expr) -> str:
    """Return a value as it would be typed; a word without quotes is itself."""
    try:
        value: Any = ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
