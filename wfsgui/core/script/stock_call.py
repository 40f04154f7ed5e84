"""What the official pipeline has to be told to make the same result: the base of the texts for strun and Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import OptionError
from wfsgui.core.files.fits_files import FITS_ENDINGS
from wfsgui.core.intake.attached_backgrounds import association_text
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.parameters import NONE, OVERRIDE
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import NEVER_RUN, STEPS

__all__ = ["StockCall", "stock_call", "stock_steps"]

_NO_REFERENCE: Final = "N/A"


@dataclass(frozen=True, kw_only=True)
class StockCall:
    """A call of the official pipeline.

    Attributes
    ----------
    exposure : Path
        The science exposure, absolute.
    association : str
        Name of the association of the product; empty for an exposure without one.
    members : mapping of str to object
        Content of the association, with this product only; empty for an exposure without one.
    steps : mapping of str to mapping of str to object
        Step, parameter and value; only what is set, and ``skip`` of resample.
    config_file : Path or None
        Parameter file, absolute.
    environment : mapping of str to str
        CRDS settings; only those that are set.
    notes : tuple of str
        What the official pipeline cannot do in the same way, one sentence each.
    """

    exposure: Path
    association: str
    members: Mapping[str, object]
    steps: Mapping[str, Mapping[str, object]]
    config_file: Path | None
    environment: Mapping[str, str]
    notes: tuple[str, ...]


def stock_call(product: Product, options: StepOptions, engine: EngineInfo) -> StockCall:
    """Describe the call of the official pipeline that makes the result of a product.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of its run.
    engine : EngineInfo
        Parameters and reference types of the steps, and the CRDS settings of the call.

    Returns
    -------
    StockCall
        The call.

    Raises
    ------
    OptionError
        If the chain has no such reference type, or a step gets two references of one type.
    """
    notes = []
    if options.stop_after is not None:
        notes.append(f"The official pipeline cannot stop after {options.stop_after}; this runs the whole chain.")
    wrong = [each.path.name for each in product.members if not each.path.name.endswith(FITS_ENDINGS)]
    if wrong:
        notes.append(
            f"The official pipeline does not open {', '.join(wrong)}; rename the file so that it ends in .fits."
        )
    entry, file = product.association, options.parameter_file
    return StockCall(
        exposure=product.science.path.absolute(),
        association="" if entry is None else entry.table,
        members={} if entry is None else json.loads(association_text(product)),
        steps=stock_steps(options, engine),
        config_file=None if file is None else file.absolute(),
        environment={name: value for name, value in engine.crds.items() if value},
        notes=tuple(notes),
    )


def stock_steps(options: StepOptions, engine: EngineInfo) -> dict[str, dict[str, object]]:
    """Return options as the argument ``steps`` of `Image2Pipeline.call`, with resample skipped.

    Parameters
    ----------
    options : StepOptions
        The options; the parameter file is not among the arguments.
    engine : EngineInfo
        Parameters and reference types of the steps.

    Returns
    -------
    dict of str to dict of str to object
        Step, parameter and value, in the order of the chain.

    Raises
    ------
    OptionError
        If the chain has no such reference type, or a step gets two references of one type.
    """
    steps: dict[str, dict[str, object]] = {step: {} for step in STEPS}
    for step, values in options.parameters.items():
        specs = {spec.name: spec for spec in engine.parameters.get(step, ())}
        for name, text in values.items():
            plain = None if text == NONE else _path_or_text(name, text)
            steps.setdefault(step, {})[name] = specs[name].value(text) if name in specs else plain
    for step in options.skip:
        # A value of the parameter says more than the wish: it may be False.
        steps.setdefault(step, {}).setdefault("skip", True)
    for kind, path in options.overrides.items():
        name, value = f"{OVERRIDE}{kind}", _path_or_text(f"{OVERRIDE}{kind}", path)
        for step in _steps_using(kind, engine):
            if steps[step].setdefault(name, value) != value:
                raise OptionError(f"Two {kind} references are given for {step}; give one of the two.")
    return {**{step: values for step, values in steps.items() if values}, NEVER_RUN: {"skip": True}}


def _path_or_text(name: str, text: str) -> str:
    """Return the path of a reference file as an absolute one, because the text may be run in another folder."""
    is_file = name.startswith(OVERRIDE) and text not in ("", NONE, _NO_REFERENCE)
    return str(Path(text).absolute()) if is_file else text


def _steps_using(kind: str, engine: EngineInfo) -> list[str]:
    using = [step for step in STEPS if kind in engine.reference_types.get(step, ())]
    if not using:
        raise OptionError(f"{kind} is not a reference type of the chain.")
    return using
