"""``wfsgui run``: calibrate exposures without a window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wfsgui.commands.calibrate import calibrate
from wfsgui.commands.options import NamedOptions, split_parameter_file
from wfsgui.commands.quip import QuipRun, output_folder
from wfsgui.core.files.fits_files import is_folder
from wfsgui.core.intake.products import Declined, Intake, take_in
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.quip.operations import expand
from wfsgui.core.visit.roles import role_of
from wfsgui.core.visit.run_all import in_run_all
from wfsgui.pipeline.crds_environment import CrdsEnvironment, configure

__all__ = ["pass_over_by_role", "run_command"]


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
        If an option names a step, parameter or reference type that the chain does not have, if the output folder is
        not clear, or if a file of QUIP exists.
    """
    inputs, parameter_file = split_parameter_file(parsed.inputs, parsed.parameter_file)
    expanded = expand(inputs)
    parsed.output_dir = output_folder(parsed.output_dir, inputs, expanded)
    quip = QuipRun(expanded.operations, overwrite=parsed.overwrite)
    intake = take_in(expanded.paths, allow_mismatch=parsed.allow_mismatch)
    intake.declined[:0] = expanded.declined
    pass_over_by_role(intake, expanded.paths)
    options = StepOptions(
        parameters=named.parameters,
        overrides=named.overrides,
        skip=frozenset(parsed.skip),
        stop_after=parsed.stop_after,
        parameter_file=parameter_file,
    )
    return calibrate(intake, options, crds or _demo_crds(intake), parsed, save_steps=parsed.save_steps, quip=quip)


def pass_over_by_role(intake: Intake, given: Sequence[Path]) -> None:
    """Pass over exposures of a folder that a run of a visit leaves out, unless their files were given by name.

    Parameters
    ----------
    intake : Intake
        What was taken; its products and `Intake.passed_over` are changed.
    given : sequence of Path
        What was asked for: a file, or the association that lists it, is asked for by name.
    """
    named = {path.resolve() for path in given if not is_folder(path)}
    tables = {path.name for path in named}
    for product in list(intake.products):
        table = product.association.table if product.association else ""
        if in_run_all(product) or product.science.path.resolve() in named or table in tables:
            continue
        role = role_of(product.science.info)
        why = f"{product.name} is left out, its role is {role.role} ({role.reason}); give it by name to calibrate it."
        intake.products.remove(product)
        intake.passed_over.append(Declined(str(product.science.path), why))


def _demo_crds(intake: Intake) -> CrdsEnvironment:
    from wfsgui.demo.provision import demo_references, demo_settings

    crds = configure(demo_settings())
    crds = replace(crds, notices=("The demonstration's reference files are used: the results are not for science.",))
    demo_references(product.science.info.detector for product in intake.products)
    return crds
