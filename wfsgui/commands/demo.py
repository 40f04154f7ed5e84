"""``wfsgui demo --headless``: calibrate a visit of the demonstration without a window, and write its evidence."""

from __future__ import annotations

import argparse

from wfsgui.core.model.requests import StepOptions
from wfsgui.demo.provision import demo_products, demo_references, demo_settings
from wfsgui.demo.visit.kinds import Kind
from wfsgui.pipeline.crds_environment import configure

__all__ = ["demo_command"]


def demo_command(parsed: argparse.Namespace) -> int:
    """Calibrate a visit of the demonstration, and write its evidence.

    Parameters
    ----------
    parsed : argparse.Namespace
        Arguments that name the visit and the output folder.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    WfsguiError
        If the demonstration cannot be built.
    """
    # Imported late: the window imports this module and runs no calibration from it.
    from wfsgui.commands.calibrate import calibrate
    from wfsgui.commands.run import pass_over_by_role

    parsed.evidence = parsed.output_dir / "evidence"
    crds = configure(demo_settings())
    intake = demo_products(Kind(parsed.visit))
    pass_over_by_role(intake, ())
    demo_references(product.science.info.detector for product in intake.products)
    status = calibrate(intake, StepOptions(), crds, parsed)
    if status == 0 and not parsed.json:
        print(f"The results are in {parsed.output_dir.resolve()}.")
        print(f"They were made with the demonstration's reference files ({crds.context}) and are not for science.")
    return status
