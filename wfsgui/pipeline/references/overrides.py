"""Reference files that take the place of those of CRDS, and their checks before a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import OptionError
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.parameters import OVERRIDE
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.check import check_fits
from wfsgui.core.references.judgement import Judgement, joined
from wfsgui.core.references.queries import Origin
from wfsgui.pipeline.chain.chain import pipeline_keywords, steps_of, until
from wfsgui.pipeline.chain.parameter_file import step_parameters_of
from wfsgui.pipeline.references.trees import judged_tree

__all__ = ["Override", "check_overrides", "doubts_of_step", "judged", "overrides_of"]

_SKIP: Final = "skip"
_NO_FILE: Final = "None"
# Values of `skip` that stpipe takes as true.
_TRUE: Final = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True)
class Override:
    """One override.

    Attributes
    ----------
    step, kind : str
        The step and the reference type.
    value : str
        Path of the file, or ``N/A``.
    origin : Origin
        What says so.
    """

    step: str
    kind: str
    value: str
    origin: Origin


def overrides_of(options: StepOptions) -> tuple[Override, ...]:
    """List the overrides in force: choices of the analyst go before those of the parameter file.

    Parameters
    ----------
    options : StepOptions
        The options.

    Returns
    -------
    tuple of Override
        One for each step and reference type; without those of steps that are skipped.

    Raises
    ------
    OptionError
        If the parameter file cannot be read, or two references are given for one type.
    """
    path = options.parameter_file
    of_file = step_parameters_of(path) if path is not None else {}
    given = pipeline_keywords(options)["steps"]
    found = {}
    for origin, steps in ((Origin.PARAMETER_FILE, of_file), (Origin.ANALYST, given)):
        for step, values in steps.items():
            if _is_skipped({**of_file.get(step, {}), **given.get(step, {})}):
                continue
            for name, value in values.items():
                if name.startswith(OVERRIDE) and value not in (None, _NO_FILE):
                    kind = name.removeprefix(OVERRIDE)
                    found[step, kind] = Override(step, kind, str(value).strip(), origin)
    return tuple(found.values())


def check_overrides(product: Product, options: StepOptions) -> None:
    """Check all overrides of a run of a product, before it begins.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        Its options.

    Raises
    ------
    OptionError
        If a step would fail with a file, would not be applied, or would leave a wrong or empty image.
    """
    steps = until(steps_of(product), options.stop_after)
    for override in overrides_of(options):
        if override.step not in steps:
            continue
        fault = judged(override.kind, override.value, product.science.info).fault
        if fault:
            raise OptionError(fault if override.origin is Origin.ANALYST else f"{_source(override, options)}: {fault}")


def doubts_of_step(product: Product, options: StepOptions, step: str) -> tuple[str, ...]:
    """Return what makes the overrides of a step doubtful, a sentence each.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        Its options.
    step : str
        The step.

    Returns
    -------
    tuple of str
        Sentences for the analyst.
    """
    given = (override for override in overrides_of(options) if override.step == step)
    return joined(judged(each.kind, each.value, product.science.info) for each in given).doubts


def judged(kind: str, value: str, info: ExposureInfo) -> Judgement:
    """Check a file of either format.

    Parameters
    ----------
    kind : str
        CRDS reference type.
    value : str
        Path of the file, or ``N/A``.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.
    """
    found = check_fits(kind, value, info)
    return judged_tree(kind, Path(value), info) if found is None else found


def _source(override: Override, options: StepOptions) -> str:
    name = options.parameter_file.name if options.parameter_file is not None else ""
    return f"{override.step}.{OVERRIDE}{override.kind} ({name})"


def _is_skipped(values: dict[str, object]) -> bool:
    return str(values.get(_SKIP, "")).strip().lower() in _TRUE
