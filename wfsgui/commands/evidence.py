"""Evidence of ``wfsgui run``: exposures are measured while the run goes on, the files are written at its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.assess.limits import Limits
from wfsgui.core.errors import WfsguiError
from wfsgui.core.evidence.build import document_name, evidence_document
from wfsgui.core.evidence.files_page import Checksums
from wfsgui.core.evidence.parts import compared_pair, exposure_part, pair_part
from wfsgui.core.evidence.records import EvidenceContext, ExposureRecord, snapshot
from wfsgui.core.evidence.writing import check_names, evidence_files, write_evidence
from wfsgui.core.files.planes import read_image
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ExposureOpened,
    LogLine,
    ProductFinished,
    ProductState,
    Progress,
    StepFinished,
)
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.pair.pairing import pairs_of
from wfsgui.core.pair.results import PairSide
from wfsgui.demo.visit.model_star import model_star

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.core.evidence.parts import ExposurePart, PairPart
    from wfsgui.core.model.product import Product
    from wfsgui.core.model.requests import StepOptions
    from wfsgui.core.model.step_image import WcsReader

__all__ = ["EvidenceRun"]

log = logging.getLogger(__name__)


class EvidenceRun:
    """Collect the evidence of a run, and write it.

    Of a finished exposure only measurements and small pictures are kept. Several threads may report events of different
    products.

    Parameters
    ----------
    products : sequence of Product
        Products of the run.
    options : StepOptions
        Options of the run.
    crds : mapping of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT in force.
    folder : Path
        Folder of the evidence files.
    overwrite : bool
        Whether existing evidence files may be replaced.
    sensing_stage : callable, optional
        ``sensing_stage(product)``: stage of the sensing that an operation file names; empty if none does.

    Attributes
    ----------
    written : list of Path
        Evidence files, complete.
    notes : list of str
        What the evidence does not contain for a reason, one sentence each.
    faults : list of str
        Evidence that was asked for and was not written, one sentence each.

    Raises
    ------
    WfsguiError
        If an evidence file exists and may not be replaced.
    """

    def __init__(
        self,
        products: Sequence[Product],
        options: StepOptions,
        crds: Mapping[str, str],
        folder: Path,
        *,
        overwrite: bool,
        sensing_stage: Callable[[Product], str] | None = None,
    ) -> None:
        self._sensing_stage = sensing_stage or (lambda _product: "")
        self._products, self._options = tuple(products), options
        self._folder, self._overwrite = folder, overwrite
        self._groups = dict(_groups(self._products))
        self._context = EvidenceContext(
            engine=EngineInfo(crds=dict(crds)), when=_now(), limits=Limits(), model_star=model_star
        )
        self._checksums = Checksums()
        self._open: dict[int, Exposure] = {}
        self._parts: dict[int, ExposurePart] = {}
        self._results: dict[int, Path] = {}
        self._wcs: dict[int, WcsReader] = {}
        self.written: list[Path] = []
        self.notes: list[str] = []
        self.faults: list[str] = []
        if folder.exists() and not folder.is_dir():
            raise WfsguiError(f"{folder} is not a folder; choose another one for the evidence.")
        if not overwrite:
            check_names([path for name in self._groups for path in evidence_files(folder, name)])

    def begin(self, info: EngineInfo) -> None:
        """Receive versions and parameters of the engine, before the first event."""
        self._context = replace(self._context, engine=replace(info, crds=self._context.engine.crds))

    def see(self, number: int, event: Event) -> Event:
        """Receive an event of a product.

        Parameters
        ----------
        number : int
            Index of the product.
        event : Event
            The event, with its image.

        Returns
        -------
        Event
            The same event without the image, which would take memory until it is received elsewhere.
        """
        if isinstance(event, LogLine | Progress | EndEvent):
            return event
        exposure = self._open.setdefault(number, Exposure(f"{number}", self._products[number], self._options))
        apply_event(exposure, event)
        if isinstance(event, ProductFinished):
            self._measure(number, event)
        return replace(event, image=None) if isinstance(event, ExposureOpened | StepFinished) else event

    def write(self, notices: Sequence[str], left_out: Sequence[str]) -> None:
        """Write the evidence files, one document for each visit.

        Parameters
        ----------
        notices : sequence of str
            Notices about the whole run.
        left_out : sequence of str
            Work of the run that was not done.
        """
        self._context = replace(self._context, when=_now(), notices=tuple(notices))
        if not self._parts:
            self.notes.append("There is no evidence to write: no product was calibrated.")
        for name, numbers in self._groups.items():
            if any(number in self._parts for number in numbers):
                self._write_group(name, numbers, left_out)

    def _measure(self, number: int, event: ProductFinished) -> None:
        """Measure a finished product, and forget its images."""
        exposure, result = self._open.pop(number), event.result
        if result.state is ProductState.CANCELLED:
            return
        if result.saved:
            exposure.saved = self._results[number] = result.saved[-1]
        if exposure.wcs is not None:
            self._wcs[number] = exposure.wcs
        stage = self._sensing_stage(exposure.product)
        record = ExposureRecord(exposure=snapshot(exposure), saved=result.saved, sensing_stage=stage)
        try:
            self._parts[number] = exposure_part(record, self._context, self._checksums, _ignore)
        # Whatever fails here, the result is saved and the run goes on.
        except Exception as error:
            log.exception("The evidence of %s cannot be made.", result.name)
            self.faults.append(f"The evidence of {result.name} is missing: it could not be measured ({error}).")

    def _write_group(self, name: str, numbers: Sequence[int], left_out: Sequence[str]) -> None:
        parts = {number: self._parts[number] for number in numbers if number in self._parts}
        missing = [self._products[number].name for number in numbers if number not in self._parts]
        notes: list[str] = [f"{each} was not calibrated, or could not be measured." for each in missing]
        try:
            pairs = list(self._pairs(parts, notes))
            told = (*left_out, *notes)
            document = evidence_document(tuple(parts.values()), pairs, self._context, name=name, left_out=told)
            self.written += write_evidence(document, self._folder, _ignore, overwrite=self._overwrite)
        # As above; the other groups are written, and the exit status tells.
        except Exception as error:
            log.debug("The evidence was not written.", exc_info=True)
            why = str(error) if isinstance(error, WfsguiError) else f"{type(error).__name__}: {error}"
            self.faults.append(f"The evidence {name} was not written: {why}")
        self.notes += notes
        self.faults += [fault for part in parts.values() for fault in part.faults]

    def _pairs(self, parts: Mapping[int, ExposurePart], notes: list[str]) -> Iterator[PairPart]:
        """Compare the pairs among products with a result; add a sentence to `notes` for a pair without comparison."""
        by_path = {part.product.science.path: number for number, part in parts.items()}
        finished = [part.product for number, part in parts.items() if number in self._results]
        for link in pairs_of(finished):
            one, other = by_path[link.first], by_path[link.second]
            try:
                names = parts[one].name, parts[other].name
                sides = self._side(one), self._side(other)
                record = compared_pair(link, names, sides, self._context.limits)
                yield pair_part(record, self._context)
            except WfsguiError as error:
                notes.append(f"The pair {parts[one].name} and {parts[other].name} was not compared: {error}")

    def _side(self, number: int) -> PairSide:
        part = self._parts[number]
        assessment = part.assessment
        if assessment is None or assessment.regions is None:
            raise WfsguiError(f"no star was found in {part.name}.")
        # The WCS of the result in memory: it is in the ASDF tree of the file, which only the engine reads.
        image = replace(read_image(self._results[number]), wcs=self._wcs.get(number))
        return PairSide(info=part.info, stage=assessment.stage, image=image, regions=assessment.regions)


def _groups(products: Sequence[Product]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the name of each document and the products that it is about: those of one visit."""
    visits: dict[tuple[str, str, str], list[int]] = {}
    for number, product in enumerate(products):
        info = product.science.info
        visits.setdefault((info.program, info.observation, info.visit), []).append(number)
    used: dict[str, int] = {}
    for numbers in visits.values():
        name = document_name([products[number] for number in numbers])
        used[name] = used.get(name, 0) + 1
        yield (name if used[name] == 1 else f"{name}_{used[name]}"), tuple(numbers)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _ignore(_text: str) -> None:
    """Report nothing: the lines of the run are the progress."""
