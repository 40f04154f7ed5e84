"""The summary of a run that a program can read."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

from wfsgui import __version__
from wfsgui.core.model.events import Event, ExposureOpened, ProductFinished, RunCancelled, RunFailed, StepFinished
from wfsgui.core.visit.pointing import pointing_is_planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.intake.products import Intake
    from wfsgui.core.model.events import EndEvent
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Member, Product

__all__ = ["Summary", "info_summary", "product_summary"]


class Summary:
    """Collect a run's events into one JSON object.

    Parameters
    ----------
    products : iterable of Product, optional
        The products of the run.
    """

    def __init__(self, products: Iterable[Product] = ()) -> None:
        self._known = {product.name: product for product in products}
        self._products: list[dict[str, object]] = []
        self._steps: list[dict[str, object]] = []

    def note(self, event: Event) -> None:
        """Take in what an event adds to the summary."""
        match event:
            case ExposureOpened():
                self._known[event.product.name] = event.product
                self._steps = []
            case StepFinished():
                self._steps.append(_step_summary(event))
            case ProductFinished():
                entry: dict[str, object] = asdict(event.result)
                # Not only what was opened: an exposure may fail before.
                if (product := self._known.get(event.result.name)) is not None:
                    entry.update(product_summary(product))
                self._products.append({**entry, "steps": self._steps})
                self._steps = []
            case _:
                pass

    def text(
        self, end: EndEvent | None, intake: Intake, crds: dict[str, object], left_out: tuple[str, ...] = ()
    ) -> str:
        """Write the summary.

        Parameters
        ----------
        end : RunFinished or RunFailed or RunCancelled or None
            How the run ended; None where there was nothing to run.
        intake : Intake
            What was taken and declined.
        crds : dict of str to object
            The CRDS settings.
        left_out : tuple of str, optional
            What was asked for and was not done.

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
            "message": end.message if isinstance(end, RunFailed) else "",
            "cancelled": isinstance(end, RunCancelled),
            "products": self._products,
            "declined": [asdict(entry) for entry in intake.declined],
            "passed_over": [asdict(entry) for entry in intake.passed_over],
        }
        return json.dumps(summary, indent=2, default=str)


def _step_summary(event: StepFinished) -> dict[str, object]:
    return {
        "step": event.step,
        "state": event.state,
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
