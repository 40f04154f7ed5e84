"""Summary of a run as JSON, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

from wfsgui import __version__
from wfsgui.commands.preflight import preflight_summary
from wfsgui.core.model.events import Event, ExposureOpened, ProductFinished, RunCancelled, RunFailed, StepFinished
from wfsgui.core.visit.pointing import pointing_is_planned
from wfsgui.core.visit.preflight import recorded_card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from wfsgui.core.intake.products import Intake
    from wfsgui.core.judgement.parity import ParityReport
    from wfsgui.core.model.events import EndEvent
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Member, Product

__all__ = ["Summary", "info_summary", "product_summary"]


class Summary:
    """Collect a run's events into one JSON object.

    Parameters
    ----------
    products : iterable of Product, optional
        Products of the run.
    notices : tuple of str, optional
        Notices about the whole run, one sentence each.

    Attributes
    ----------
    notices : tuple of str
        Notices about the whole run, one sentence each.
    reference_types : set of str
        Types of the reference files that the finished steps used.
    quip : tuple of Path
        Files of QUIP that were written at the end.
    evidence : tuple of Path
        Evidence files that were written.
    parity : mapping of str to ParityReport
        Comparison of each result with that of the official pipeline, by the name of the product.
    """

    def __init__(self, products: Iterable[Product] = (), notices: tuple[str, ...] = ()) -> None:
        self.notices = notices
        self.reference_types: set[str] = set()
        self.quip: tuple[Path, ...] = ()
        self.evidence: tuple[Path, ...] = ()
        self.parity: Mapping[str, ParityReport] = {}
        self._known = {product.name: product for product in products}
        self._products: list[dict[str, object]] = []
        self._steps: list[dict[str, object]] = []

    def add(self, event: Event) -> None:
        """Add an event to the summary."""
        match event:
            case ExposureOpened():
                self._known[event.product.name] = event.product
                self._steps = []
            case StepFinished():
                self._steps.append(_step_summary(event))
                self.reference_types.update(reference.type for reference in event.references)
            case ProductFinished():
                entry: dict[str, object] = asdict(event.result)
                # Products that were not opened are added too: an exposure may fail before it is opened.
                if (product := self._known.get(event.result.name)) is not None:
                    card = recorded_card(product, version("jwst"), event.result.context)
                    entry.update(product_summary(product) | preflight_summary(product, card))
                self._products.append({**entry, "steps": self._steps})
                self._steps = []
            case _:
                pass

    def text(
        self, end: EndEvent | None, intake: Intake, crds: dict[str, object], left_out: tuple[str, ...] = ()
    ) -> str:
        """Return the summary as JSON.

        Parameters
        ----------
        end : RunFinished or RunFailed or RunCancelled or None
            End of the run; None if there was nothing to run.
        intake : Intake
            Accepted and declined inputs.
        crds : dict of str to object
            The CRDS settings.
        left_out : tuple of str, optional
            Requested work that was not done, one sentence each.

        Returns
        -------
        str
            JSON.
        """
        summary = {
            "wfsgui": __version__,
            "jwst": version("jwst"),
            "crds": crds,
            "end": type(end).__name__ if end is not None else "NothingToRun",
            "complete": not left_out,
            "left_out": left_out,
            "notices": self.notices,
            "message": end.message if isinstance(end, RunFailed) else "",
            "cancelled": isinstance(end, RunCancelled),
            "evidence": self.evidence,
            "parity": {name: asdict(report) for name, report in self.parity.items()},
            "products": self._products,
            "quip": self.quip,
            "declined": [asdict(entry) for entry in intake.declined],
            "passed_over": [asdict(entry) for entry in intake.passed_over],
        }
        return json.dumps(summary, indent=2, default=str)


def _step_summary(event: StepFinished) -> dict[str, object]:
    return {
        "step": event.step,
        "state": event.state,
        "note": event.note,
        "elapsed": event.elapsed,
        "unit": event.unit,
        "warnings": event.warnings,
        "alarm": event.alarm,
        "references": {reference.type: reference.name for reference in event.references},
        "parameters": dict(event.parameters),
        "saved": event.saved,
    }


def product_summary(product: Product) -> dict[str, object]:
    """Describe a product and its members.

    Parameters
    ----------
    product : Product
        The product.

    Returns
    -------
    dict of str to object
        Plain values, with paths as `Path`.
    """
    return {
        "name": product.name,
        "association": product.association.table if product.association else None,
        "science": _member_summary(product.science) | info_summary(product.science.info),
        "backgrounds": [_member_summary(member) for member in product.backgrounds],
        "pointing": {
            "quality": product.science.info.circumstances.pointing_quality,
            "planned": pointing_is_planned(product.science.info),
        },
        "notices": product.notices,
    }


def _member_summary(member: Member) -> dict[str, object]:
    return {"path": member.path, "found_by": member.found_by}


def info_summary(info: ExposureInfo) -> dict[str, object]:
    """Describe an exposure.

    Parameters
    ----------
    info : ExposureInfo
        Its header quick look.

    Returns
    -------
    dict of str to object
        Plain values, with paths as `Path`.
    """
    return asdict(info) | {"shape": info.shape, "planes": dict(info.planes), "steps": dict(info.steps)}
