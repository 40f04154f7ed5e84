"""Steps and options of calwebb_wfs-image2, and a configured `Image2Pipeline`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import config_parser

from wfsgui.core.errors import OptionError
from wfsgui.core.files.reference_check import reference_fault
from wfsgui.core.model.parameters import NONE, OVERRIDE, ParameterFile, ParameterKind, ParameterSpec, value_text
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import BACKGROUND, NEVER_RUN, STEPS
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.parameter_file import RESERVED, read_parameter_file, step_parameters_of
from wfsgui.pipeline.chain.step_parameters import specs_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wfsgui.core.model.product import Product

__all__ = [
    "check_options",
    "configured_pipeline",
    "described_parameter_file",
    "pipeline_keywords",
    "steps_of",
    "until",
]


def steps_of(product: Product) -> tuple[str, ...]:
    """Return the steps that apply to a product.

    Parameters
    ----------
    product : Product
        The product.

    Returns
    -------
    tuple of str
        `STEPS`; without background members without the background step.
    """
    return tuple(name for name in STEPS if name != BACKGROUND or product.backgrounds)


def until(steps: tuple[str, ...], last: str | None) -> tuple[str, ...]:
    """Return the steps up to `last`; all steps if it is None, no step if it does not apply."""
    if last is None:
        return steps
    return steps[: steps.index(last) + 1] if last in steps else ()


def check_options(options: StepOptions) -> None:
    """Check options against the specifications of the steps.

    Parameters
    ----------
    options : StepOptions
        The options.

    Raises
    ------
    OptionError
        If the chain has no such step, parameter, value or reference type, or a file is no such reference file.
    """
    if options == StepOptions():
        # The check below takes as long as reading a parameter reference.
        return
    stop = {options.stop_after} if options.stop_after is not None else set()
    for name in {*options.skip, *stop}:
        _check_step(name)
    for step, parameters in options.parameters.items():
        _check_step(step)
        reserved = sorted(RESERVED.intersection(parameters))
        if reserved:
            raise OptionError(f"{step}.{reserved[0]} is not an option here; the output folder is chosen for the run.")
    _check_overrides(pipeline_keywords(options)["steps"])
    if options.parameter_file is not None:
        _check_overrides(step_parameters_of(options.parameter_file), f" ({options.parameter_file.name})")
    try:
        pipeline = _pipeline(None, options)
    except config_parser.ValidationError as error:
        raise OptionError(f"the step options are not accepted: {_flat(error)}") from error
    for name in sorted(options.skip):
        if not getattr(pipeline, name).skip:
            raise OptionError(
                f"{name} is to be skipped, but its parameter skip says the opposite; give one of the two."
            )


def _check_overrides(steps: dict[str, dict[str, object]], source: str = "") -> None:
    for step, values in steps.items():
        for name, value in values.items():
            if not name.startswith(OVERRIDE) or value in (None, NONE):
                continue
            fault = reference_fault(name.removeprefix(OVERRIDE), str(value).strip())
            if fault:
                raise OptionError(f"{step}.{name}{source}: {fault}" if source else fault)


def described_parameter_file(path: Path) -> ParameterFile:
    """Read and check a parameter file.

    Parameters
    ----------
    path : Path
        The file, absolute.

    Returns
    -------
    ParameterFile
        What it sets in the steps of the chain.

    Raises
    ------
    OptionError
        If it cannot be read, is not for `Image2Pipeline`, or has a value that a step does not accept.
    """
    check_options(StepOptions(parameter_file=path))
    found = step_parameters_of(path)
    steps = {
        step: {name: value_text(value) for name, value in found[step].items() if _is_told(step, name, value)}
        for step in STEPS
        if step in found
    }
    return ParameterFile(path, {step: values for step, values in steps.items() if values})


def _is_told(step: str, name: str, value: object) -> bool:
    """Whether a parameter is told of: all that an analyst may set, and others that have a value of their own.

    Files that ``strun --save-parameters`` wrote name every parameter.
    """
    if name.startswith(OVERRIDE):
        return value_text(value) != NONE
    own, defaults = _known_parameters(step)
    return name in own or value != defaults.get(name)


@cache
def _known_parameters(step: str) -> tuple[frozenset[str], Mapping[str, object]]:
    """Return the parameters that an analyst may set, and the default of every parameter."""
    kind = Image2Pipeline.step_defs[step]
    return frozenset(spec.name for spec in specs_of(kind)), kind().get_pars()


def _check_step(name: str) -> None:
    if name == NEVER_RUN:
        raise OptionError("resample never runs here, by design: phase retrieval needs the original pixels.")
    if name not in STEPS:
        raise OptionError(f"{name} is not a step of the chain; the steps are {', '.join(STEPS)}.")


def _flat(error: Exception) -> str:
    return " ".join(str(error).split())


def pipeline_keywords(options: StepOptions) -> dict[str, dict[str, dict[str, object]]]:
    """Return options as keyword arguments of `Image2Pipeline.call`; resample is skipped.

    Parameters
    ----------
    options : StepOptions
        The options; the parameter file is not among the arguments.

    Returns
    -------
    dict
        The argument ``steps``: parameters by step.

    Raises
    ------
    OptionError
        If the chain has no such reference type, or a step gets two references of one type.
    """
    steps: dict[str, dict[str, object]] = {
        step: {name: _keyword(step, name, value) for name, value in values.items()}
        for step, values in options.parameters.items()
    }
    for name in options.skip:
        steps.setdefault(name, {}).setdefault("skip", True)
    for reference_type, path in options.overrides.items():
        for name in _steps_using(reference_type):
            if steps.setdefault(name, {}).setdefault(f"{OVERRIDE}{reference_type}", path) != path:
                raise OptionError(f"Two {reference_type} references are given for {name}; give one of the two.")
    steps[NEVER_RUN] = {"skip": True}
    return {"steps": steps}


def _keyword(step: str, name: str, text: str) -> object:
    """Return the value that a text stands for: None and lists would be something else as texts."""
    spec = _lists_of(step).get(name)
    if spec is not None:
        return spec.value(text)
    return None if text == NONE else text


@cache
def _lists_of(step: str) -> Mapping[str, ParameterSpec]:
    """Return the parameters of a step whose values are lists."""
    specs = specs_of(Image2Pipeline.step_defs[step]) if step in STEPS else ()
    return {spec.name: spec for spec in specs if spec.kind is ParameterKind.LIST}


def _steps_using(reference_type: str) -> tuple[str, ...]:
    types = {name: Image2Pipeline.step_defs[name].reference_file_types for name in STEPS}
    using = tuple(name for name in STEPS if reference_type in types[name])
    if not using:
        known = sorted({reference for of_step in types.values() for reference in of_step})
        raise OptionError(f"{reference_type} is not a reference type of the chain; the types are {', '.join(known)}.")
    return using


def configured_pipeline(dataset: JwstDataModel, options: StepOptions) -> Image2Pipeline:
    """Make an `Image2Pipeline` with the parameters that `Image2Pipeline.call` would give it.

    Parameters
    ----------
    dataset : JwstDataModel
        The science exposure, whose metadata select the CRDS parameter references.
    options : StepOptions
        The options, which take precedence over the parameter references.

    Returns
    -------
    Image2Pipeline
        An instance with configured child steps, whose `resample` is skipped.
    """
    return _pipeline(dataset, options)


def _pipeline(dataset: JwstDataModel | None, options: StepOptions) -> Image2Pipeline:
    """Configure a pipeline: by CRDS, then by the parameter file, then by the analyst's choices."""
    keywords, path = pipeline_keywords(options), options.parameter_file
    if path is None:
        config, _ = Image2Pipeline.build_config(dataset, **keywords)
    else:
        config, _ = Image2Pipeline.build_config(dataset)
        config_parser.merge_config(config, read_parameter_file(path))
        # As sections: a plain dictionary would take the place of all that the file says.
        config_parser.merge_config(config, config_parser.ConfigObj(keywords))
    # As `Step.call` does: the class is known, and would be taken for a parameter.
    config.pop("class", None)
    config_file = None if path is None else str(path)
    return Image2Pipeline.from_config_section(config, name=config.get("name"), config_file=config_file)
