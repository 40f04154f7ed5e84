"""Session of one product: the exposure is opened, the steps are run one at a time, the result is saved."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui import __version__
from wfsgui.core.crds.progress import UNWATCHED, DownloadWatch
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.names import ascii_name
from wfsgui.core.model.events import ExposureOpened, LogLine, StepFinished
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.visit.card import State
from wfsgui.core.visit.preflight import recorded_card
from wfsgui.pipeline.chain.chain import configured_pipeline, steps_of, until
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.chain.parameter_file import file_sets_skip
from wfsgui.pipeline.chain.references import ReferenceFiles
from wfsgui.pipeline.crds.selection import QuickLookUp
from wfsgui.pipeline.output.output_folder import Staging
from wfsgui.pipeline.references.overrides import doubts_of_step
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.coverage import warn_of_coverage
from wfsgui.pipeline.session.model_reading import contradictions, image_of, metadata_of, references_of, unit_of
from wfsgui.pipeline.session.outcome import Traces, judge, not_applied
from wfsgui.pipeline.session.product_log import ProductLog
from wfsgui.pipeline.session.session_output import SessionOutput
from wfsgui.pipeline.session.session_state import ModelPacker, SessionState
from wfsgui.pipeline.session.usable_pixels import UsablePixels
from wfsgui.pipeline.session.wcs_reader import GwcsReader

__all__ = ["ProductSession"]

# What Image2Pipeline.process records for an exposure that comes without an association.
_NO_ASSOCIATION: Final = "singleton"
# Lines of the preflight card that are recorded whatever their state.
_ALWAYS_RECORDED: Final = ("role", "pointing")
# Steps that change the unit of the image.
_CHANGES_UNIT: Final = frozenset({"photom"})


class ProductSession:
    """Run the child steps of one `Image2Pipeline` instance as its `process` does, but one at a time.

    Between two calls nothing of the engine is active: the caller may pause, continue or close the session.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        Options of the steps.
    capture : LogCapture
        Captures the log during each call.
    save_steps : bool
        Whether the result of each step is saved, too, if anything is saved.
    images : bool
        Whether events contain copies of the planes.
    averages : BackgroundAverages, optional
        Cache of averaged backgrounds, for products that share backgrounds.

    Attributes
    ----------
    steps : tuple of str
        The steps that will be run, in order.
    doing : str
        What is being done, for error messages.
    """

    def __init__(
        self,
        product: Product,
        options: StepOptions,
        capture: LogCapture,
        *,
        save_steps: bool = False,
        images: bool = True,
        averages: BackgroundAverages | None = None,
    ) -> None:
        chain = steps_of(product)
        self.product = product
        self.steps = until(chain, options.stop_after)
        self.doing = "preparing the output folder"
        self._whole = self.steps == chain
        self._options = options
        self._is_configured = False
        self._capture = capture
        self._output = SessionOutput(product, self.steps, is_whole=self._whole, save_steps=save_steps)
        self._images = images
        self._averages = averages
        self._done = 0
        self._log = ProductLog()
        self._pipeline: Image2Pipeline
        self._model: JwstDataModel
        self._look_up: QuickLookUp
        self._image: StepImage | None = None
        self._packer = ModelPacker()
        self._usable = UsablePixels(product)
        self._is_open = self._is_broken = False

    def close(self) -> None:
        """Close the model, if there is one."""
        if self._is_open:
            self._is_open, self._image = False, None
            self._model.close()
            del self._model

    @property
    def finished(self) -> tuple[str, ...]:
        """The steps that have been run."""
        return self.steps[: self._done]

    @property
    def pending(self) -> tuple[str, ...]:
        """The steps that have not been run yet."""
        return self.steps[self._done :]

    @property
    def is_sound(self) -> bool:
        """Whether the session can continue: not after a failed step."""
        return self._is_open and not self._is_broken

    @property
    def is_whole(self) -> bool:
        """Whether the whole chain is run, so that the result is a ``_cal`` file."""
        return self._whole

    def open(self, staging: Staging | None = None, watch: DownloadWatch = UNWATCHED) -> ExposureOpened:
        """Open the science exposure, configure the pipeline for it and find its reference files.

        Parameters
        ----------
        staging : Staging, optional
            Where results are written; None to write nothing.
        watch : DownloadWatch, optional
            Who waits for downloads.

        Returns
        -------
        ExposureOpened
            The opened exposure.

        Raises
        ------
        WfsguiError
            If the name of a result is not free, CRDS has a fault, or the last step does not apply.
        StoppedError
            If a download was stopped.
        """
        if not self.steps:
            raise WfsguiError(
                f"{self.product.name} has no background members: there is no {self._options.stop_after} to stop after, "
                "choose another step."
            )
        self.doing = "opening the exposure"
        self._is_broken = True
        with self._capture.listening():
            with openable([self.product.science.path]) as (name,):
                self._model = datamodels.open(name)
            self._is_open = True
            self._usable.note(self._model, steps_done=0)
            self.doing = "reading the parameter references"
            self._configure(staging, watch)
            self._describe_origin()
        context = self._look_up.context
        self._describe_exposure(context)
        self._is_broken = False
        notices = (*self.product.notices, *contradictions(self.product.science.info, self._model))
        return ExposureOpened(self.product, self.steps, context, notices, self._copied_image())

    def resume(self, options: StepOptions, staging: Staging | None = None, watch: DownloadWatch = UNWATCHED) -> None:
        """Continue after a pause, or after `restore`.

        Parameters
        ----------
        options : StepOptions
            Options of the steps that have not been run.
        staging : Staging, optional
            Where results are written; None to write nothing.
        watch : DownloadWatch, optional
            Who waits for downloads.

        Raises
        ------
        WfsguiError
            As `open`.
        """
        if options != self._options:
            self._options, self._is_configured = options, False
        self.doing = "reading the parameter references"
        with self._capture.listening():
            self._configure(staging, watch)

    def state(self) -> SessionState:
        """Return the state from which another session of the product can continue.

        Raises
        ------
        WfsguiError
            If there is something in the model that cannot be packed.
        """
        if self._image is None:
            raise ValueError("there is no image, which has the planes of the state")
        packed = self._packer.pack(self._model, self._image)
        return SessionState(packed, self._done, tuple(self._log.lines), dict(self._usable.after))

    def restore(self, state: SessionState, image: StepImage) -> None:
        """Take the place of another session of the product, instead of `open`. To be followed by `resume`.

        Parameters
        ----------
        state : SessionState
            State of the other session.
        image : StepImage
            Its image, which has the planes of the state.
        """
        self.doing = "reading the state of the exposure"
        self._model = state.model.unpacked(image)
        self._is_open, self._image = True, image
        self._done, self._log.lines = state.steps_done, list(state.lines)
        self._usable.after = dict(state.usable)
        if isinstance(image.wcs, GwcsReader):
            image.wcs.reads_copy(self._model.meta.wcs)

    def use_image(self, image: StepImage) -> None:
        """Use an equal image, whose planes are mapped from files, in place of the copied one."""
        self._image = image

    def _configure(self, staging: Staging | None, watch: DownloadWatch) -> None:
        if not self._is_configured:
            self._look_up = ReferenceFiles(self._model, watch).prepare()
            self._pipeline = configured_pipeline(self._look_up.reduced(self._model), self._options)
        self._output.use(self._pipeline, staging)
        if not self._is_configured:
            self.doing = "finding the reference files"
            ReferenceFiles(self._model, watch).fetch(self._pipeline, self._look_up)
            self._is_configured = True

    def _describe_origin(self) -> None:
        """Record the association, as `Image2Pipeline.process_exposure_product` does."""
        entry = self.product.association
        self._model.meta.asn.pool_name = ascii_name(entry.pool) if entry else _NO_ASSOCIATION
        self._model.meta.asn.table_name = ascii_name(entry.table) if entry else _NO_ASSOCIATION
        self._model.meta.filename = self._output.file_name(None)
        self._log.record(f"wfsgui {__version__} runs {self._pipeline.class_alias} one step at a time, without resample")

    def _describe_exposure(self, context: str) -> None:
        """Record what the headers tell of the exposure: its role, its pointing, and what asks for care."""
        card = recorded_card(self.product, version("jwst"), context)
        for line in card.lines:
            if line.what in _ALWAYS_RECORDED or line.state is not State.GO:
                self._log.record(f"Preflight: {line.state}, {line.text}")

    def advance(self) -> StepFinished:
        """Run the next step.

        Returns
        -------
        StepFinished
            The event. The model is changed in place; the image of the event is a copy.

        Raises
        ------
        IndexError
            If no step is pending.
        """
        name = self.doing = self.pending[0]
        # If the step fails, the model may be partly changed.
        self._is_broken = True
        unit_before = unit_of(self._model)
        with self._capture.listening(), self._capture.during(name) as lines:
            start = time.perf_counter()
            self._run(name)
            elapsed = time.perf_counter() - start
            saved = self._output.save_step(name, self._model)
        finished = self._finished(name, unit_before, elapsed, tuple(lines), saved)
        self._done += 1
        self._is_broken = False
        return finished

    def _run(self, name: str) -> None:
        step = getattr(self._pipeline, name)
        self._log.record_parameters(name, step.get_pars())
        if name == BACKGROUND:
            if not step.skip:
                warn_of_coverage(self._model, self.product)
            if self._averages is not None:
                step = self._averages.step_for(step, self._model, self.product)
            with openable(self.product.background_paths) as names:
                self._model = step.run(self._model, names)
        else:
            self._model = step.run(self._model)
        self._log.lines.extend(step.log_records)

    def _finished(
        self, name: str, unit_before: str, elapsed: float, lines: tuple[LogLine, ...], saved: tuple[Path, ...]
    ) -> StepFinished:
        step, unit = getattr(self._pipeline, name), unit_of(self._model)
        references = () if step.skip else references_of(step, self._model)
        alarm = self._usable.alarm(self._model, name, self._done + 1, references, skipped=bool(step.skip))
        traces = Traces(
            step=name,
            status=str(getattr(self._model.meta.cal_step, step.class_alias) or ""),
            skip_chosen=self._options.names_skip(name) or file_sets_skip(self._options.parameter_file, name),
            skip_set=bool(step.skip),
            unit_before=unit_before,
            unit_after=unit,
            changes_unit=name in _CHANGES_UNIT,
            elements=self.product.science.info.optical_elements,
            log=lines,
            exp_type=self.product.science.info.exp_type,
            reference_chosen=any(step.get_ref_override(kind) is not None for kind in step.reference_file_types),
            alarm=alarm,
            doubts=() if step.skip else doubts_of_step(self.product, self._options, name),
        )
        state, warnings = judge(traces)
        return StepFinished(
            product=self.product.name,
            step=name,
            state=state,
            elapsed=elapsed,
            unit=unit,
            warnings=warnings,
            references=references,
            parameters=dict(step.get_pars()),
            log=lines,
            image=self._copied_image(),
            saved=saved,
            metadata=metadata_of(self._model) if self._images else {},
            note=not_applied(traces),
            alarm=alarm,
        )

    def conclude(self) -> tuple[Path, ...]:
        """Complete the result after the last step, as `Image2Pipeline.process` and `Step.run` do, and save it.

        Returns
        -------
        tuple of Path
            The ``_cal`` file; empty if the chain was not run to its end, or nothing is saved.
        """
        self.doing = "saving the result"
        if not self._whole:
            return ()
        with self._capture.listening():
            self._mark_not_resampled()
            self._pipeline.finalize_result(self._model, [])
            self._model.meta.filename = self._output.result_file
            setattr(self._model.cal_logs, self._pipeline.class_alias, self._log.lines)
            return self._output.save_result(self._model)

    def _mark_not_resampled(self) -> None:
        """Call the skipped step, which writes its keyword, if the pipeline would call it."""
        resample = self._pipeline.resample
        if not resample.skip:
            raise AssertionError("resample must be skipped")
        if self._model.meta.exposure.type.upper() in self._pipeline.image_exptypes:
            self._model = resample.run(self._model)

    def _copied_image(self) -> StepImage | None:
        if self._images:
            self._image = image_of(self._model, self._image)
        return self._image
