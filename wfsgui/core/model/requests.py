"""What the caller asks the engine to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from wfsgui.core.model.product import Product

__all__ = ["AdvanceRequest", "CancelFlag", "RunRequest", "RunShare", "StepOptions"]


class CancelFlag(Protocol):
    """Whatever can be asked whether to stop; a `threading.Event` does."""

    def is_set(self) -> bool:
        """Whether to stop at the next step boundary."""


@dataclass(frozen=True, kw_only=True)
class StepOptions:
    """How the chain is to be run; everything not named keeps the pipeline's own value.

    Attributes
    ----------
    parameters : mapping of str to mapping of str to str
        Step, parameter, and value as text, for example ``{"bkg_subtract": {"sigma": "2.5"}}``. The step's own
        specification says what values are possible.
    overrides : mapping of str to str
        Reference type and the file to use instead of the one that CRDS selects; ``"N/A"`` for none.
    skip : frozenset of str
        Steps to leave out.
    stop_after : str or None
        Last step to run; None for the whole chain.
    parameter_file : Path or None
        A parameter file of the pipeline, ASDF or ``.cfg``, absolute. It takes precedence over the parameter references
        of CRDS, and `parameters`, `overrides` and `skip` over it.
    """

    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    stop_after: str | None = None
    parameter_file: Path | None = None

    def names_skip(self, step: str) -> bool:
        """Whether the caller chose if a step is skipped; what was chosen is the value that the step has then."""
        return step in self.skip or "skip" in self.parameters.get(step, {})


@dataclass(frozen=True, kw_only=True)
class RunShare:
    """What the requests have in common into which a run was divided, to be done by several processes.

    Attributes
    ----------
    folder : Path
        Folder of the run, for what the processes tell each other; whoever made it removes it.
    inputs : frozenset of Path
        Every file that the run reads.
    one_folder : bool
        Whether all results go to one folder, where their names may clash.
    backgrounds : frozenset of tuple of Path
        The backgrounds that several products have, see `wfsgui.core.model.product.shared_backgrounds`.
    """

    folder: Path
    inputs: frozenset[Path]
    one_folder: bool
    backgrounds: frozenset[tuple[Path, ...]]


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One run of the engine.

    Attributes
    ----------
    products : tuple of Product
        Calibrated one at a time, in this order.
    options : StepOptions
        How.
    output_dir : Path or None
        Folder of the results; None to save nothing.
    overwrite : bool
        Whether a result may take the place of a file that exists.
    save_steps : bool
        Whether each step's result is saved, too.
    images : bool
        Whether finished steps carry a copy of their planes.
    share : RunShare or None
        What it has in common with other requests; None where it is the whole run.
    """

    products: tuple[Product, ...]
    options: StepOptions = field(default_factory=StepOptions)
    output_dir: Path | None = None
    overwrite: bool = False
    save_steps: bool = False
    images: bool = True
    share: RunShare | None = None


@dataclass(frozen=True, kw_only=True)
class AdvanceRequest:
    """Take one product further along the chain, and leave it there.

    Attributes
    ----------
    key : str
        Under which the product's session is kept between two requests.
    product : Product
        What to calibrate.
    options : StepOptions
        How; `StepOptions.stop_after` is not used. Where they differ from those of the session that is kept in more
        than the steps to come, the chain begins anew.
    until : str or None
        Last step to run now; None to run the rest and write the result.
    redo : bool
        Whether the step that was run last is taken back and run again, with `options`.
    result_dir : Path
        Folder of its own for the result.
    """

    key: str
    product: Product
    options: StepOptions = field(default_factory=StepOptions)
    until: str | None = None
    redo: bool = False
    result_dir: Path
