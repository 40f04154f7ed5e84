"""``wfsgui run``: calibrate without a window."""

from __future__ import annotations

import argparse
from dataclasses import replace

from wfsgui.commands.calibrate import calibrate
from wfsgui.commands.options import NamedOptions, split_parameter_file
from wfsgui.core.intake.products import Intake, take_in
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.crds_environment import CrdsEnvironment, configure

__all__ = ["run_command"]


def run_command(parsed: argparse.Namespace, named: NamedOptions, crds: CrdsEnvironment | None) -> int:
    """Calibrate what the command line names.

    Parameters
    ----------
    parsed : argparse.Namespace
        Its arguments.
    named : NamedOptions
        Its step parameters and overrides.
    crds : CrdsEnvironment or None
        The CRDS settings; None for the demonstration's.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OptionError
        If the chain does not know an option.
    """
    inputs, parameter_file = split_parameter_file(parsed.inputs, parsed.parameter_file)
    intake = take_in(inputs, allow_mismatch=parsed.allow_mismatch)
    options = StepOptions(
        parameters=named.parameters,
        overrides=named.overrides,
        skip=frozenset(parsed.skip),
        stop_after=parsed.stop_after,
        parameter_file=parameter_file,
    )
    return calibrate(intake, options, crds or _demo_crds(intake), parsed, save_steps=parsed.save_steps)


def _demo_crds(intake: Intake) -> CrdsEnvironment:
    from wfsgui.demo.provision import demo_references, demo_settings

    crds = configure(demo_settings())
    crds = replace(crds, notices=("The demonstration's reference files are used: the results are not for science.",))
    demo_references(product.science.info.detector for product in intake.products)
    return crds
