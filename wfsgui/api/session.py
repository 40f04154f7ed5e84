"""Sessions: opened products, the engine that calibrates them, and the folder of their results."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wfsgui.api.exposure import Exposure
from wfsgui.api.told import WfsguiWarning, tell
from wfsgui.core.branches.family import free_branch_name
from wfsgui.core.errors import InputDeclinedError, WfsguiError
from wfsgui.core.intake.attached_backgrounds import read_backgrounds, with_backgrounds
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.exposure import Exposure as Model
from wfsgui.pipeline.crds_environment import configure

if TYPE_CHECKING:
    from os import PathLike

    from wfsgui.core.model.product import Product
    from wfsgui.pipeline.runs.stepwise import StepwiseEngine

__all__ = ["Session", "open_product"]


class Session:
    """Open exposures, and their results until they are saved; made by `open_product`.

    To be used in a ``with`` statement, or to be closed: results that were not saved are removed then.

    Parameters
    ----------
    products : sequence of Product
        The products.
    notices : tuple of str
        Sentences on settings and inputs.
    engine : StepwiseEngine
        Calibrates them.
    folder : Path
        Folder of the session, which `close` removes.

    """

    def __init__(
        self, products: Sequence[Product], notices: tuple[str, ...], engine: StepwiseEngine, folder: Path
    ) -> None:
        self._notices = notices
        self._engine, self._folder = engine, folder
        # Also at the end of a program that does not close it.
        self._remove = weakref.finalize(self, partial(rmtree, ignore_errors=True), folder)
        self._exposures: list[Exposure] = []
        for number, product in enumerate(products, 1):
            model = Model(key=f"{number}", product=product)
            self._exposures.append(Exposure(self, engine, model, folder / model.key))

    @property
    def notices(self) -> tuple[str, ...]:
        """What was told when the session was opened, a sentence each."""
        return self._notices

    @property
    def exposures(self) -> tuple[Exposure, ...]:
        """The exposures and their branches, in the order in which they were opened and made."""
        return tuple(self._exposures)

    @property
    def exposure(self) -> Exposure:
        """The exposure of a session that has one.

        Raises
        ------
        WfsguiError
            If it was opened with several exposures.
        """
        first, *others = [each for each in self._exposures if each.origin is None]
        if others:
            names = ", ".join(each.name for each in (first, *others))
            raise WfsguiError(f"The session has several exposures; take one of session.exposures: {names}.")
        return first

    @property
    def is_open(self) -> bool:
        """Whether its exposures can be run."""
        return self._remove.alive

    def __iter__(self) -> Iterator[Exposure]:
        """Return an iterator over `exposures`."""
        return iter(self.exposures)

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the session."""
        self.close()

    def close(self) -> None:
        """Free the memory of the exposures, and remove what was not saved. Frames that the caller holds stay valid."""
        for exposure in self._exposures:
            self._engine.release(exposure.key)
        self._remove()

    def add_branch(self, model: Model, wanted: str) -> Exposure:
        """Add a branch of an exposure; called by `Exposure.branch`.

        Parameters
        ----------
        model : wfsgui.core.model.exposure.Exposure
            The branch; it gets its key and its name here.
        wanted : str
            Name, to which a number is added if another branch has it.

        Returns
        -------
        Exposure
            The branch.
        """
        members = [each.model for each in self._exposures if each.model.product == model.product]
        model.key = f"{len(self._exposures) + 1}"
        model.branch = free_branch_name(wanted, members)
        branch = Exposure(self, self._engine, model, self._folder / model.key)
        self._exposures.append(branch)
        return branch


def open_product(
    given: str | PathLike[str] | Sequence[str | PathLike[str]] | Mapping[str, object],
    *,
    table: str = "",
    backgrounds: Sequence[str | PathLike[str]] = (),
    allow_mismatch: bool = False,
    crds: Mapping[str, str] | None = None,
) -> Session:
    """Open exposures for calibration. Reads headers only, and imports the pipeline, which takes seconds.

    Parameters
    ----------
    given : path, sequence of paths, or mapping
        ``_rate`` files, level-2 associations and folders that hold them; or the content of an association, whose
        members are absolute paths.
    table : str, optional
        File name of the association whose content is given, for example ``jw..._image2_00001_asn.json``. The pipeline
        writes it into the result.
    backgrounds : sequence of paths, optional
        ``_rate`` files whose average is subtracted, in place of those of the association.
    allow_mismatch : bool, optional
        Whether backgrounds are taken although they differ from the exposure in detector, filter, pupil, subarray or
        shape; that is told.
    crds : mapping of str to str, optional
        Settings that replace those of the environment: CRDS_PATH, CRDS_SERVER_URL, CRDS_CONTEXT. They hold for the
        whole process.

    Returns
    -------
    Session
        Of at least one exposure. Inputs that are not taken are told as `WfsguiWarning`.

    Raises
    ------
    InputDeclinedError
        If nothing can be calibrated: why, in one sentence.
    WfsguiError
        If crds has been imported already with other settings.
    """
    settings = configure(crds)
    folder = Path(mkdtemp(prefix="wfsgui-api-"))
    try:
        products, declined = _products(_paths(given, table, folder), allow_mismatch=allow_mismatch)
        if backgrounds:
            members = read_backgrounds([Path(path) for path in backgrounds])
            products = [with_backgrounds(each, members, allow_mismatch=allow_mismatch) for each in products]
        # After the settings, which crds reads when it is imported.
        from wfsgui.pipeline.runs.stepwise import StepwiseEngine

        told = (*settings.notices, *declined, *(notice for product in products for notice in product.notices))
        session = Session(products, told, StepwiseEngine(), folder)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    _tell(told)
    return session


def _tell(sentences: Sequence[str]) -> None:
    tell(sentences, WfsguiWarning)


def _paths(
    given: str | PathLike[str] | Sequence[str | PathLike[str]] | Mapping[str, object], table: str, folder: Path
) -> list[Path]:
    """Return the files; the content of an association is written to one."""
    if isinstance(given, Mapping):
        if not table or Path(table).name != table:
            raise InputDeclinedError("An association without a file needs a file name; give it as table=.")
        path = folder / table
        path.write_text(json.dumps(given, indent=4), encoding="utf-8")
        return [path]
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [Path(path) for path in given]
    return [Path(given)]


def _products(paths: list[Path], *, allow_mismatch: bool) -> tuple[list[Product], list[str]]:
    """Return the products, and why others are not calibrated."""
    intake = take_in(paths, allow_mismatch=allow_mismatch, one_folder=False)
    declined = [entry.why for entry in intake.declined]
    if not intake.products:
        raise InputDeclinedError(" ".join(declined) or "There is no exposure to calibrate; give a _rate file.")
    return intake.products, [f"Not opened: {why}" for why in declined]
