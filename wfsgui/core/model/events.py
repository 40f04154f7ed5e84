"""Events of the engine: frozen dataclasses, in order, the last of which is always one end event."""

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
    "Downloading",
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
    """State of a finished step."""

    DONE = "done"
    WARNED = "finished with a warning"
    SKIPPED = "skipped as asked"
    NOT_APPLIED = "not applied, as designed"


class ProductState(StrEnum):
    """State of a finished product."""

    DONE = "done"
    WARNED = "done with warnings"
    STOPPED = "stopped after the step asked for"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LogLine:
    """Record of the log of the pipeline.

    Attributes
    ----------
    product : str
        Name of the current product; empty between products.
    step : str
        Name of the current step; empty between steps.
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
    """Reference file that a step has recorded.

    Attributes
    ----------
    type : str
        CRDS reference type.
    name : str
        ``crds://`` and the base name, the path of an override, or ``N/A``.
    path : Path or None
        The file; None if it does not exist.
    """

    type: str
    name: str
    path: Path | None = None


@dataclass(frozen=True)
class ExposureOpened:
    """The science exposure of a product is open.

    Attributes
    ----------
    product : Product
        The product.
    steps : tuple of str
        The steps of its chain, in order.
    context : str
        CRDS context.
    notices : tuple of str
        Sentences for the analyst.
    image : StepImage or None
        The image before the first step; None if no images were requested.
    """

    product: Product
    steps: tuple[str, ...]
    context: str
    notices: tuple[str, ...]
    image: StepImage | None


@dataclass(frozen=True)
class Downloading:
    """A file of CRDS is being downloaded before the first step, or before a step with other options.

    Attributes
    ----------
    product : str
        Name of the product.
    file : str
        Base name of the file.
    done, total : int
        Bytes of its batch, received and in all; they are equal at the end, and `total` is 0 if it is not known. There
        are up to three batches: rules, parameter references, and reference files.
    """

    product: str
    file: str
    done: int
    total: int


@dataclass(frozen=True)
class StepStarted:
    """A step has started."""

    product: str
    step: str


@dataclass(frozen=True)
class StepFinished:
    """A step has ended.

    Attributes
    ----------
    product, step : str
        Names of product and step.
    state : StepState
        State of the step.
    elapsed : float
        Wall-clock time, s.
    unit : str
        BUNIT of the image after the step.
    warnings : tuple of str
        Sentences, if the state is WARNED.
    references : tuple of Reference
        The reference files of the step.
    parameters : mapping of str to object
        The parameters of the step.
    log : tuple of LogLine
        Its log records.
    image : StepImage or None
        The image after the step; None if no images were requested.
    saved : tuple of Path
        The files written during the step.
    metadata : mapping of str to str
        Metadata of the model after the step, by dotted path (``meta.instrument.filter``); empty if no images were
        requested.
    note : str
        Why the state is NOT_APPLIED, one sentence; empty otherwise.
    alarm : str
        Why the result is of no use although the step has ended, one sentence, which is also among the warnings; empty
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
    note: str = ""
    alarm: str = ""


@dataclass(frozen=True)
class Progress:
    """Progress of the run.

    Attributes
    ----------
    done, total : int
        Numbers of steps of all products.
    """

    done: int
    total: int


@dataclass(frozen=True)
class ProductResult:
    """Result of a product.

    Attributes
    ----------
    name : str
        Name of the product.
    state : ProductState
        Final state.
    elapsed : float
        Wall-clock time, s.
    saved : tuple of Path
        Files written, the result last.
    context : str
        CRDS context; empty if the exposure was not opened.
    warnings : tuple of str
        Warnings of all steps, each with the name of its step in front.
    error : str
        Sentence on the failure; empty if there was none.
    alarm : str
        Why the result is of no use although every step has ended, with the name of the step in front; empty otherwise.
    notices : tuple of str
        What the engine did in another way than expected, with the same result: a state that could not be stored, steps
        before a fork that were run again. A sentence each.
    """

    name: str
    state: ProductState
    elapsed: float
    saved: tuple[Path, ...] = ()
    context: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    alarm: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductFinished:
    """A product has ended; if it ended well, its result is on disk."""

    result: ProductResult


@dataclass(frozen=True)
class RunFinished:
    """End event: all requested products ended well.

    Attributes
    ----------
    results : tuple of ProductResult
        All requested products.
    """

    results: tuple[ProductResult, ...]


@dataclass(frozen=True)
class RunFailed:
    """End event: at least one product failed; the results of the others are on disk.

    Attributes
    ----------
    results : tuple of ProductResult
        All requested products.
    message : str
        One sentence that says what to do.
    """

    results: tuple[ProductResult, ...]
    message: str


@dataclass(frozen=True)
class RunCancelled:
    """End event: the run was cancelled; finished results are on disk.

    Attributes
    ----------
    results : tuple of ProductResult
        All requested products; those that were not finished are CANCELLED.
    """

    results: tuple[ProductResult, ...]


EndEvent = RunFinished | RunFailed | RunCancelled
Event = ExposureOpened | Downloading | StepStarted | StepFinished | LogLine | Progress | ProductFinished | EndEvent


def product_of(event: Event) -> str:
    """Return the name of the product of an event.

    Parameters
    ----------
    event : Event
        Any event.

    Returns
    -------
    str
        The name; empty if the event is about the whole run.
    """
    match event:
        case ExposureOpened():
            return event.product.name
        case ProductFinished():
            return event.result.name
        case Downloading() | StepStarted() | StepFinished() | LogLine():
            return event.product
        case _:
            return ""
