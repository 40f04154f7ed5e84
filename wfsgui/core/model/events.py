"""What the engine tells while it runs: frozen events, in order, and one end event, always."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wfsgui.core.model.product import Product
    from wfsgui.core.model.step_image import StepImage

__all__ = [
    "EndEvent",
    "Event",
    "ExposureOpened",
    "LogLine",
    "ProductFinished",
    "ProductResult",
    "ProductState",
    "Progress",
    "Reference",
    "RunCancelled",
    "RunFailed",
    "RunFinished",
    "StepFinished",
    "StepStarted",
    "StepState",
    "product_of",
]


class StepState(StrEnum):
    """How a step ended."""

    DONE = "done"
    WARNED = "finished with a warning"
    SKIPPED = "skipped as asked"


class ProductState(StrEnum):
    """How a product ended."""

    DONE = "done"
    WARNED = "done with warnings"
    STOPPED = "stopped after the step asked for"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LogLine:
    """One record of the pipeline's log.

    Attributes
    ----------
    product : str
        Name of the product in work; empty between products.
    step : str
        Name of the step in work; empty outside the steps.
    time : float
        Seconds since the epoch.
    level : int
        Level as in `logging`.
    logger : str
        Name of the logger.
    text : str
        The message, and the traceback where there is one.
    """

    product: str
    step: str
    time: float
    level: int
    logger: str
    text: str


@dataclass(frozen=True)
class Reference:
    """A reference file as a step recorded it.

    Attributes
    ----------
    type : str
        CRDS reference type.
    name : str
        ``crds://`` and the base name, the path of an override, or ``N/A``.
    path : Path or None
        The file; None where it is not there any more.
    """

    type: str
    name: str
    path: Path | None = None


@dataclass(frozen=True)
class ExposureOpened:
    """A product's science exposure is open.

    Attributes
    ----------
    product : Product
        The product.
    steps : tuple of str
        The steps of its chain, in order.
    context : str
        CRDS context in use.
    notices : tuple of str
        What the analyst should know, a sentence each.
    image : StepImage or None
        The exposure before the first step; None where no frames were asked for.
    """

    product: Product
    steps: tuple[str, ...]
    context: str
    notices: tuple[str, ...]
    image: StepImage | None


@dataclass(frozen=True)
class StepStarted:
    """A step begins."""

    product: str
    step: str


@dataclass(frozen=True)
class StepFinished:
    """A step has ended.

    Attributes
    ----------
    product, step : str
        Which.
    state : StepState
        How.
    elapsed : float
        Wall-clock time, s.
    unit : str
        BUNIT of the image after the step.
    warnings : tuple of str
        Why the state is WARNED, a sentence each.
    references : tuple of Reference
        The reference files of the step.
    parameters : mapping of str to object
        The parameters that it ran with.
    log : tuple of LogLine
        Its log records.
    image : StepImage or None
        Its image; None where no frames were asked for.
    saved : tuple of Path
        The files written during the step.
    metadata : mapping of str to str
        The model's metadata after the step, by dotted path (``meta.instrument.filter``); empty where no frames were
        asked for.
    alarm : str
        Why the result is of no use although the step has ended: one sentence, which is among the warnings, too; empty
        otherwise.
    """

    product: str
    step: str
    state: StepState
    elapsed: float
    unit: str
    warnings: tuple[str, ...]
    references: tuple[Reference, ...]
    parameters: Mapping[str, object]
    log: tuple[LogLine, ...]
    image: StepImage | None
    saved: tuple[Path, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    alarm: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the run is.

    Attributes
    ----------
    done, total : int
        Steps, over all products.
    """

    done: int
    total: int


@dataclass(frozen=True)
class ProductResult:
    """What became of a product.

    Attributes
    ----------
    name : str
        The product.
    state : ProductState
        How it ended.
    elapsed : float
        Wall-clock time, s.
    saved : tuple of Path
        Files written, the result last.
    context : str
        CRDS context used; empty if it failed before that was known.
    warnings : tuple of str
        Every step's warnings, each beginning with the step's name.
    error : str
        Why it failed, one sentence; empty otherwise.
    alarm : str
        Why the result is of no use although every step has ended, beginning with the step's name; empty otherwise.
    """

    name: str
    state: ProductState
    elapsed: float
    saved: tuple[Path, ...] = ()
    context: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    alarm: str = ""


@dataclass(frozen=True)
class ProductFinished:
    """A product has ended, well or not; its result is on disk and its memory is free."""

    result: ProductResult


@dataclass(frozen=True)
class RunFinished:
    """End event: every product that was asked for ended well.

    Attributes
    ----------
    results : tuple of ProductResult
        Every product that was asked for.
    """

    results: tuple[ProductResult, ...]


@dataclass(frozen=True)
class RunFailed:
    """End event: at least one product failed; the others' results are on disk.

    Attributes
    ----------
    results : tuple of ProductResult
        Every product that was asked for.
    message : str
        One sentence that says what to do.
    """

    results: tuple[ProductResult, ...]
    message: str


@dataclass(frozen=True)
class RunCancelled:
    """End event: the caller asked to stop; what was finished is on disk.

    Attributes
    ----------
    results : tuple of ProductResult
        Every product that was asked for; those that were not run to their end are CANCELLED.
    """

    results: tuple[ProductResult, ...]


EndEvent = RunFinished | RunFailed | RunCancelled
Event = ExposureOpened | StepStarted | StepFinished | LogLine | Progress | ProductFinished | EndEvent


def product_of(event: Event) -> str:
    """Name the product that an event is about.

    Parameters
    ----------
    event : Event
        Any event.

    Returns
    -------
    str
        Its name; empty where the event is about the whole run.
    """
    match event:
        case ExposureOpened():
            return event.product.name
        case ProductFinished():
            return event.result.name
        case StepStarted() | StepFinished() | LogLine():
            return event.product
        case _:
            return ""
