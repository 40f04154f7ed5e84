"""Products that are taken along the chain a step at a time, and wait in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    LogLine,
    ProductResult,
    ProductState,
    Progress,
    StepStarted,
)
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag, StepOptions
from wfsgui.pipeline.chain.chain import check_options, steps_of
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.speedups import unburdened
from wfsgui.pipeline.chain.step_parameters import reference_types
from wfsgui.pipeline.output.output_folder import OutputFolder, Staging
from wfsgui.pipeline.runs.product_record import ProductRecord, Results, end_once
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.input_files import InputChangedError, InputFiles
from wfsgui.pipeline.session.product_session import ProductSession

__all__ = ["StepwiseEngine"]

log = logging.getLogger(__name__)

# Each holds an exposure and the state before its last step.
_MOST_PAUSED: Final = 3
_CHECKING: Final = "checking the parameters and references"
_INPUTS: Final = "checking the inputs"
_PREPARING: Final = "preparing the output folder"


@dataclass(eq=False)
class _Place:
    """One product on the bench.

    Attributes
    ----------
    product, options
        What is calibrated, and how.
    record : ProductRecord
        What has happened to it.
    told : tuple of str
        The steps whose results the caller has taken.
    is_presented : bool
        Whether the caller has taken the opened exposure of this session.
    inputs : InputFiles or None
        Its files when they were opened.
    preparing : str
        What is done before the session is at work, for messages; empty once it is.
    session : ProductSession or None
        None once it was released: when the caller comes back, the steps told are run again in silence.
    """

    product: Product
    options: StepOptions
    record: ProductRecord
    told: tuple[str, ...] = ()
    is_presented: bool = False
    inputs: InputFiles | None = None
    session: ProductSession | None = None
    preparing: str = _CHECKING

    @property
    def doing(self) -> str:
        """What is being done, for messages."""
        return self.preparing or (_PREPARING if self.session is None else self.session.doing)

    def begin(self) -> None:
        """Begin another piece of work."""
        self.record.resumed()
        self.preparing = _CHECKING

    def adapt(self, request: AdvanceRequest) -> None:
        """Take back what the request wants otherwise."""
        kept = self.told[:-1] if request.redo else self.told
        agrees = self.product == request.product and all(
            _choices(self.options, step) == _choices(request.options, step) for step in kept
        )
        if not agrees:
            self.release()
            self.product, self.record, self.inputs = request.product, ProductRecord(request.product), None
        self._go_back_to(kept if agrees and not (request.redo and request.until in kept) else ())

    def _go_back_to(self, kept: tuple[str, ...]) -> None:
        self.told = kept
        self.record.taken_back(kept)
        while self.session is not None and len(self.session.finished) > len(kept):
            if self.session.can_take_back:
                self.session.take_back()
            else:
                self.release()

    def release(self) -> None:
        """Release the session's memory."""
        self.is_presented = False
        if self.session is not None:
            self.session.close()
            self.session = None


class StepwiseEngine:
    """Take products along the chain, and keep them where they stand. One call at a time."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._emit: Callable[[Event], None] = _nobody
        self._capture = LogCapture(self._pass_on)
        self._averages = BackgroundAverages()

    def advance(self, request: AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Take one product further along the chain.

        Steps that have been run with the same options stay; where others are wanted, the chain begins anew.

        Parameters
        ----------
        request : AdvanceRequest
            What to do.
        emit : callable
            Receives every `Event`, in this thread, in order; the last is the end event, always.
        cancel : CancelFlag
            Looked at before each step; what has been run until then is kept.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.

        Raises
        ------
        KeyboardInterrupt
            If the work is broken off by one; the end event has been emitted all the same.
        """

        def work(results: Results) -> None:
            results.add(0, self._take_further(request, cancel))

        self._emit = emit
        try:
            with unburdened():
                return end_once((request.product,), work, emit)
        finally:
            self._emit = _nobody

    @property
    def is_empty(self) -> bool:
        """Whether no product is open."""
        return all(place.session is None for place in self._places.values())

    def release(self, key: str) -> None:
        """Forget a product, if it is here.

        Parameters
        ----------
        key : str
            Its key.
        """
        place = self._places.pop(key, None)
        if place is not None:
            place.release()

    def close(self) -> None:
        """Forget every product."""
        for key in list(self._places):
            self.release(key)

    def _take_further(self, request: AdvanceRequest, cancel: CancelFlag) -> ProductResult:
        # Taken out and put back: the order is that of use.
        place = self._places.pop(request.key, None) or _Place(
            request.product, request.options, ProductRecord(request.product)
        )
        self._places[request.key] = place
        self._capture.product = request.product.name
        place.begin()
        try:
            return place.record.result(self._drive(place, request, cancel))
        except (Exception, SystemExit) as error:
            with self._capture.listening():
                log.exception("%s failed for %s.", place.doing, request.product.name)
            if isinstance(error, InputChangedError):
                self.release(request.key)
            return place.record.result(ProductState.FAILED, explain(error, place.doing))
        finally:
            self._capture.product = ""
            self._tidy(request.key, place)

    def _drive(self, place: _Place, request: AdvanceRequest, cancel: CancelFlag) -> ProductState | None:
        if cancel.is_set():
            return ProductState.CANCELLED
        _check(request)
        place.preparing = _PREPARING
        with Staging(_result_folder(request)) as staging:
            place.preparing = ""
            place.adapt(request)
            session = self._session(place, request, staging)
            place.options = request.options
            steps = session.steps
            goal = len(steps) if request.until is None else steps.index(request.until) + 1
            while len(session.finished) < goal:
                if cancel.is_set():
                    return ProductState.CANCELLED
                self._step(place, session, undoable=request.until is not None)
            if request.until is not None:
                return ProductState.STOPPED
            place.record.saved(session.conclude())
        self.release(request.key)
        return None

    def _session(self, place: _Place, request: AdvanceRequest, staging: Staging) -> ProductSession:
        """Return the product's session, ready for the next step."""
        place.preparing = _INPUTS
        if place.inputs is None or not (place.told or place.session):
            place.inputs = InputFiles(place.product)
        place.inputs.check()
        # From here on the session says what it does.
        place.preparing = ""
        options = replace(request.options, stop_after=None)
        if place.session is not None:
            place.session.resume(options, staging)
            return place.session
        session = place.session = ProductSession(place.product, options, self._capture, averages=self._averages)
        opened = session.open(staging)
        place.record.opened(opened)
        self._emit(opened)
        place.is_presented = True
        return session

    def _step(self, place: _Place, session: ProductSession, *, undoable: bool) -> None:
        name = session.pending[0]
        # What the caller has already is not told again: it would take back what the analyst thinks of it.
        news = name not in place.told
        if news:
            self._emit(StepStarted(place.product.name, name))
        finished = session.advance(undoable=undoable)
        place.record.finished(finished)
        if news:
            self._emit(finished)
            place.told = (*place.told, name)
        self._emit(Progress(len(session.finished), len(session.steps)))

    def _tidy(self, key: str, place: _Place) -> None:
        """Keep what can be gone on with, and no more than there is room for."""
        if place.session is not None and not (place.session.is_sound and place.is_presented):
            place.release()
        if place.session is None and not place.told:
            self._places.pop(key, None)
        paused = [other for other in self._places.values() if other.session is not None]
        for other in paused[:-_MOST_PAUSED]:
            other.release()

    def _pass_on(self, line: LogLine) -> None:
        self._emit(line)


def _nobody(_event: Event) -> None:
    """Take events while nothing is being done."""


def _result_folder(request: AdvanceRequest) -> OutputFolder:
    inputs = [member.path for member in request.product.members]
    return OutputFolder(request.result_dir, overwrite=True, inputs=inputs)


def _check(request: AdvanceRequest) -> None:
    until = request.until
    check_options(replace(request.options, stop_after=until))
    if until is not None and until not in steps_of(request.product):
        raise WfsguiError(f"{request.product.name} has no background members: there is no {until} to run.")


def _choices(options: StepOptions, step: str) -> tuple[object, ...]:
    """Return what is asked of one step, to compare."""
    overrides = {kind: path for kind, path in options.overrides.items() if kind in reference_types()[step]}
    return dict(options.parameters.get(step, {})), step in options.skip, overrides, options.parameter_file
