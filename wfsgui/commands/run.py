"""``wfsgui run``: calibrate exposures without a window."""

from __future__ import annotations

import argparse
from dataclasses import replace

from wfsgui.commands.calibrate import calibrate
from wfsgui.commands.options import NamedOptions
from wfsgui.core.intake.products import Intake, take_in
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.crds_environment import CrdsEnvironment, configure

__all__ = ["run_command"]


def run_command(parsed: argparse.Namespace, named: NamedOptions, crds: CrdsEnvironment | None) -> int:
    """Calibrate the inputs of a command line.

    Parameters
    ----------
    parsed : argparse.Namespace
        Arguments of ``wfsgui run``.
    named : NamedOptions
        Step parameters and reference overrides.
    crds : CrdsEnvironment or None
        CRDS settings; None to use those of the demonstration.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OptionError
        If an option names a step, parameter or reference type that the chain does not have.
    """
    intake = take_in(parsed.inputs, allow_mismatch=parsed.allow_mismatch)
    options = StepOptions(
        parameters=named.parameters,
        overrides=named.overrides,
        skip=frozenset(parsed.skip),
        stop_after=parsed.stop_after,
    )
    return calibrate(intake, options, crds or _demo_crds(intake), parsed, save_steps=parsed.save_steps)


def _demo_crds(intake: Intake) -> CrdsEnvironment:
    from wfsgui.demo.provision import demo_references, demo_settings

    crds = configure(demo_settings())
    crds = replace(crds, notices=("The demonstration's reference files are used: the results are not for science.",))
    demo_references(product.science.info.detector for product in intake.products)
    return crds
