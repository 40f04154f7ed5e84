"""Comparison of the results of a run with those of the official pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.events import EndEvent, ProductResult, ProductState, RunFinished

if TYPE_CHECKING:
    from wfsgui.commands.console import Console
    from wfsgui.core.model.product import Product
    from wfsgui.core.model.requests import RunRequest

__all__ = ["check_results"]


def check_results(end: EndEvent | None, request: RunRequest, console: Console) -> Mapping[str, ParityReport]:
    """Compare each result of a run with that of the official pipeline, and write what differs.

    Parameters
    ----------
    end : EndEvent or None
        End of the run; nothing is compared if it was cancelled or failed.
    request : RunRequest
        Products and options of the run.
    console : Console
        Terminal output.

    Returns
    -------
    mapping of str to ParityReport
        The report of each product with a result, by its name.
    """
    results = {result.name: result for result in end.results} if isinstance(end, RunFinished) else {}
    reports: dict[str, ParityReport] = {}
    for product in request.products:
        result = results.get(product.name)
        if result is None or not result.saved:
            continue
        report = _report(product, request, result)
        reports[product.name] = report
        console.write(f"{product.name}: {report.sentence}")
        for difference in report.differences[1:]:
            console.write(f"  {difference}")
    return reports


def _report(product: Product, request: RunRequest, result: ProductResult) -> ParityReport:
    # Imported late: few runs need it.
    from wfsgui.pipeline.parity.check import check_parity

    if result.state is ProductState.STOPPED:
        return ParityReport(failure="Only a result of all steps can be compared with the official pipeline.")
    return check_parity(product, request.options, result.saved[-1])
