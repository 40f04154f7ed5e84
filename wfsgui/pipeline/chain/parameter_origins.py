"""Where the values come from that a run would use: specification, CRDS, parameter file or analyst."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import asdf
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import Step, config_parser, crds_client
from stpipe.step import get_disable_crds_steppars

from wfsgui.core.crds.progress import UNWATCHED
from wfsgui.core.files.atomic_text import write_bytes
from wfsgui.core.model.parameters import OVERRIDE, Origin, ParameterOrigins, ValueLayer, value_text
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import NEVER_RUN, STEPS
from wfsgui.pipeline.chain.chain import check_options, configured_pipeline, pipeline_keywords
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.chain.parameter_file import step_parameters_of
from wfsgui.pipeline.chain.references import ReferenceFiles
from wfsgui.pipeline.chain.step_parameters import specs_of

__all__ = ["parameter_origins", "save_parameters"]

_NO_REFERENCE: Final = "N/A"

Values = Mapping[str, Mapping[str, object]]
"""Step, parameter and value."""


def parameter_origins(product: Product, options: StepOptions) -> ParameterOrigins:
    """Find out which values a run of a product would use, and where each of them comes from.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of the run.

    Returns
    -------
    ParameterOrigins
        The values of every parameter that an analyst may set and of every override, for each step of the chain. Values
        of the analyst that a step does not accept are left out, and said.

    Raises
    ------
    WfsguiError
        If the exposure, a parameter reference or the parameter file cannot be used.
    """
    faults = _faults(options)
    sound = replace(
        options,
        parameters={
            step: {name: value for name, value in values.items() if (step, name) not in faults}
            for step, values in options.parameters.items()
        },
    )
    with _opened(product) as model:
        sources = [*_references(model), *_given(sound)]
        pipeline = configured_pipeline(model, sound)
    steps = {step: _layers(step, getattr(pipeline, step), sources) for step in STEPS}
    return ParameterOrigins(steps, faults)


def save_parameters(product: Product, options: StepOptions, path: Path) -> Path:
    """Write the parameters of a run to a parameter file, by the export of stpipe.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of the run.
    path : Path
        The file, which is replaced if it exists.

    Returns
    -------
    Path
        The file. It has all parameters, also those of CRDS, and the reference files that replace those of CRDS.

    Raises
    ------
    OptionError
        If a step does not accept a value.
    WfsguiError
        If the exposure or a parameter reference cannot be used, or the file cannot be written.
    """
    check_options(options)
    with _opened(product) as model:
        pipeline = configured_pipeline(model, options)
    with tempfile.TemporaryDirectory(prefix="wfsgui-parameters-") as folder:
        exported = Path(folder, "parameters.asdf")
        pipeline.export_config(exported)
        _add_overrides(exported, pipeline)
        write_bytes(path, exported.read_bytes(), overwrite=True)
    return path


def _add_overrides(path: Path, pipeline: Image2Pipeline) -> None:
    """Add the overrides to a file: the export of stpipe leaves them out, and reading accepts them."""
    with asdf.open(path, memmap=False, lazy_load=False) as file:
        tree = dict(file.tree)
    for entry in tree["steps"]:
        step = getattr(pipeline, entry["name"])
        given = {name: getattr(step, name, None) for name in _override_names(step)}
        entry["parameters"] |= {name: value for name, value in given.items() if value is not None}
    asdf.AsdfFile({name: tree[name] for name in ("class", "name", "parameters", "steps")}).write_to(path)


@contextmanager
def _opened(product: Product) -> Iterator[JwstDataModel]:
    with openable([product.science.path]) as (name,), datamodels.open(name) as model:
        ReferenceFiles(model, UNWATCHED).prepare()
        yield model


def _faults(options: StepOptions) -> dict[tuple[str, str], str]:
    """Check each value of the analyst by the specification of its step."""
    faults = {}
    for step, values in pipeline_keywords(options)["steps"].items():
        if step == NEVER_RUN:
            continue
        spec = Image2Pipeline.step_defs[step].load_spec_file()
        for name, value in values.items():
            try:
                config_parser.config_from_dict({name: value}, spec)
            except config_parser.ValidationError as error:
                why = " ".join(str(error).split())
                faults[step, name] = f"{step} does not accept {value_text(value)} for {name} ({why})."
    return faults


def _references(model: JwstDataModel) -> Iterator[tuple[Origin, str, Values]]:
    """Yield what the parameter references of CRDS set, in the order in which stpipe merges them."""
    if get_disable_crds_steppars():
        return
    for step, kind in Image2Pipeline.step_defs.items():
        path = _reference(kind, model)
        if path is not None:
            yield Origin.CRDS, path.name, {step: config_parser.load_config_file(str(path))}
    path = _reference(Image2Pipeline, model)
    if path is not None:
        yield Origin.CRDS, path.name, config_parser.load_config_file(str(path)).get("steps", {})


def _reference(kind: type[Step], model: JwstDataModel) -> Path | None:
    reftype = kind.get_config_reftype()
    try:
        found = crds_client.get_reference_file(model.get_crds_parameters(), reftype, model.crds_observatory)
    except crds_client.CrdsError:
        # The context has no such type or no file of it.
        return None
    return None if found == _NO_REFERENCE else Path(found)


def _given(options: StepOptions) -> Iterator[tuple[Origin, str, Values]]:
    """Yield what the parameter file and the analyst set."""
    path = options.parameter_file
    if path is not None:
        yield Origin.FILE, path.name, step_parameters_of(path)
    yield Origin.ANALYST, "", pipeline_keywords(options)["steps"]


def _layers(
    step: str, configured: Step, sources: list[tuple[Origin, str, Values]]
) -> dict[str, tuple[ValueLayer, ...]]:
    """Return the values of each parameter of a step; the last one is that of the configured step."""
    specs = specs_of(type(configured))
    defaults = {**{spec.name: spec.default for spec in specs}, **dict.fromkeys(_override_names(configured), None)}
    used = configured.get_pars()
    found = {}
    for name, default in defaults.items():
        layers = [ValueLayer(Origin.DEFAULT, value_text(default))]
        layers += [
            ValueLayer(origin, value_text(values[step][name]), source)
            for origin, source, values in sources
            if name in values.get(step, {})
        ]
        in_use = value_text(used[name] if name in used else getattr(configured, name, None))
        found[name] = (*layers[:-1], replace(layers[-1], value=in_use))
    return found


def _override_names(step: Step) -> list[str]:
    return [f"{OVERRIDE}{kind}" for kind in step.reference_file_types]
