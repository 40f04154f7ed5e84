"""One product on its way through the chain: opened, advanced one step at a time, concluded and saved."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import crds_client

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.names import ascii_name
from wfsgui.core.model.events import ExposureOpened, LogLine, StepFinished
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.chain.chain import configured_pipeline, steps_of, until
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.chain.parameter_file import file_sets_skip
from wfsgui.pipeline.chain.references import check_parameter_references, fetch_references
from wfsgui.pipeline.output.output_folder import Staging
from wfsgui.pipeline.output.publishing import publish
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.coverage import warn_of_coverage
from wfsgui.pipeline.session.model_reading import contradictions, image_of, metadata_of, references_of, unit_of
from wfsgui.pipeline.session.outcome import Traces, judge, not_applied
from wfsgui.pipeline.session.product_log import ProductLog
from wfsgui.pipeline.session.snapshot import Snapshot

__all__ = ["ProductSession"]

# What Image2Pipeline.process records for an exposure that comes without an association.
_NO_ASSOCIATION: Final = "singleton"
# The suffixes that Image2Pipeline.process gives to results, where they are not the step's own.
_RESULT_SUFFIX: Final = "cal"
_BACKGROUND: Final = "bkg_subtract"
_SUFFIXES: Final = {_BACKGROUND: "bsub"}
# Steps that leave the image in another unit when they have done their work.
_CHANGES_UNIT: Final = frozenset({"photom"})


class ProductSession:
    """Drive the child steps of one `Image2Pipeline` instance as its `process` would, but one at a time.

    Between two calls nothing of the engine is active: the caller may look, wait, go on, or leave.

    Parameters
    ----------
    product : Product
        What to calibrate.
    options : StepOptions
        How.
    capture : LogCapture
        Listens while the session works.
    save_steps : bool
        Whether each step's result is saved, too, where anything is saved.
    images : bool
        Whether finished steps carry copies of their planes.
    averages : BackgroundAverages, optional
        Given where other products have the same backgrounds, whose average is then made once.

    Attributes
    ----------
    steps : tuple of str
        The steps that will be run, in order.
    doing : str
        What is being done, for messages.
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
        self._staging: Staging | None = None
        self._save_steps = save_steps
        self._images = images
        self._averages = averages
        self._done = 0
        self._log = ProductLog()
        self._pipeline: Image2Pipeline
        self._model: JwstDataModel
        self._image: StepImage | None = None
        self._snapshot: Snapshot | None = None
        self._is_open = self._is_broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the model, if there is one."""
        self._drop_snapshot()
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
    def can_take_back(self) -> bool:
        """Whether the state before the step that was run last is kept."""
        return self._snapshot is not None and self._snapshot.steps_done == self._done - 1

    @property
    def is_sound(self) -> bool:
        """Whether the session can go on; if need be from before a step that failed."""
        return self._is_open and not (self._is_broken and self._snapshot is None)

    @property
    def is_whole(self) -> bool:
        """Whether the whole chain is run, so that the result is a ``_cal`` file."""
        return self._whole

    def open(self, staging: Staging | None = None) -> ExposureOpened:
        """Open the science exposure, configure the pipeline for it and find its reference files.

        Parameters
        ----------
        staging : Staging, optional
            Where results are written; without it nothing is written.

        Returns
        -------
        ExposureOpened
            What was opened.

        Raises
        ------
        WfsguiError
            If the run cannot end well: the result's name is taken, a reference is damaged, the last step is none.
        """
        if not self.steps:
            raise WfsguiError(
                f"{self.product.name} has no background members: there is no {self._options.stop_after} to stop after, "
                "choose another step."
            )
        self.doing = "opening the exposure"
        self._staging = staging
        self._is_broken = True
        with self._capture.listening():
            with openable([self.product.science.path]) as (name,):
                self._model = datamodels.open(name)
            self._is_open = True
            self.doing = "reading the parameter references"
            check_parameter_references(self._model)
            self._configure()
            self._describe_origin()
            context = str(crds_client.get_context_used(self._model.crds_observatory))
        self._is_broken = False
        notices = (*self.product.notices, *contradictions(self.product.science.info, self._model))
        return ExposureOpened(self.product, self.steps, context, notices, self._look())

    def resume(self, options: StepOptions, staging: Staging | None = None) -> None:
        """Go on after a pause, from before the step that failed if one did.

        Parameters
        ----------
        options : StepOptions
            How the steps to come are run; those that have been run are as they are.
        staging : Staging, optional
            Where results are written; without it nothing is written.

        Raises
        ------
        WfsguiError
            If the run cannot end well, see `open`.
        """
        self._staging = staging
        if self._is_broken:
            self._restore()
        if options != self._options:
            self._options, self._is_configured = options, False
        self.doing = "reading the parameter references"
        with self._capture.listening():
            self._configure()

    def take_back(self) -> None:
        """Take back the step that was run last, as if it had never been; see `can_take_back`.

        To be followed by `resume`.
        """
        self.doing = f"taking {self.finished[-1]} back"
        self._restore()

    def _restore(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            raise AssertionError("nothing to go back to")
        model = snapshot.restored()
        self._model.close()
        self._model = model
        self._image = snapshot.image
        self._done = snapshot.steps_done
        self._log.cut(snapshot.lines_logged)
        # A step changes its own parameters while it runs: what is run again begins with new ones.
        self._is_broken = self._is_configured = False

    def _configure(self) -> None:
        if not self._is_configured:
            self._pipeline = configured_pipeline(self._model, self._options)
            self._pipeline.set_primary_input(str(self.product.science.path))
            self._pipeline.output_file = ascii_name(self.product.name)
            for name, suffix in _SUFFIXES.items():
                getattr(self._pipeline, name).suffix = suffix
        if self._staging is not None:
            self._pipeline.output_dir = str(self._staging.folder)
        self._check_names()
        if not self._is_configured:
            self.doing = "finding the reference files"
            fetch_references(self._pipeline, self._model)
            self._is_configured = True

    def _check_names(self) -> None:
        """Decline at the beginning what could not be saved at the end."""
        if self._staging is None:
            return
        saved = self.steps if self._save_steps else () if self._whole else self.steps[-1:]
        names = [self._name(self._suffix(step)) for step in saved]
        for name in [*names, self._name(_RESULT_SUFFIX)] if self._whole else names:
            self._staging.output.check_free(name)

    def _describe_origin(self) -> None:
        """Record the association, as `Image2Pipeline.process_exposure_product` does."""
        entry = self.product.association
        self._model.meta.asn.pool_name = ascii_name(entry.pool) if entry else _NO_ASSOCIATION
        self._model.meta.asn.table_name = ascii_name(entry.table) if entry else _NO_ASSOCIATION
        self._model.meta.filename = self._name(None)
        self._log.record(f"wfsgui {__version__} runs {self._pipeline.class_alias} one step at a time, without resample")

    def advance(self, *, undoable: bool = False) -> StepFinished:
        """Run the next step.

        Parameters
        ----------
        undoable : bool, optional
            Whether the state before it is kept, so that it can be taken back.

        Returns
        -------
        StepFinished
            What it did. The model is changed in place; the event's frame is a copy.

        Raises
        ------
        IndexError
            If no step is pending.
        """
        name = self.doing = self.pending[0]
        self._keep_state(undoable=undoable)
        # Until it has ended well the model is neither what it was nor what it is to be.
        self._is_broken = True
        unit_before = unit_of(self._model)
        with self._capture.listening(), self._capture.during(name) as lines:
            start = time.perf_counter()
            self._run(name)
            elapsed = time.perf_counter() - start
            saved = self._save_step(name)
        finished = self._finished(name, unit_before, elapsed, tuple(lines), saved)
        self._done += 1
        self._is_broken = False
        return finished

    def _keep_state(self, *, undoable: bool) -> None:
        if undoable and self._snapshot is not None and self._snapshot.steps_done == self._done:
            return
        self._drop_snapshot()
        if undoable:
            self._snapshot = Snapshot(self._model, self._image, self._done, len(self._log.lines))

    def _drop_snapshot(self) -> None:
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    def _run(self, name: str) -> None:
        step = getattr(self._pipeline, name)
        self._log.record_parameters(name, step.get_pars())
        if name == _BACKGROUND:
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
        )
        state, warnings = judge(traces)
        return StepFinished(
            product=self.product.name,
            step=name,
            state=state,
            elapsed=elapsed,
            unit=unit,
            warnings=warnings,
            references=() if step.skip else references_of(step, self._model),
            parameters=dict(step.get_pars()),
            log=lines,
            image=self._look(),
            saved=saved,
            metadata=metadata_of(self._model) if self._images else {},
            note=not_applied(traces),
        )

    def _save_step(self, name: str) -> tuple[Path, ...]:
        """Save a step's result if that was asked for, and publish whatever the step itself wrote."""
        if self._staging is None:
            return ()
        step = getattr(self._pipeline, name)
        is_result = not self._whole and name == self.steps[-1]
        wanted = is_result or (self._save_steps and not step.skip)
        if wanted:
            step.save_model(self._model, force=True)
        return publish(self._staging, self._name(self._suffix(name)) if wanted else None)

    def conclude(self) -> tuple[Path, ...]:
        """Finish the result after the last step, as `Image2Pipeline.process` and `Step.run` do, and save it.

        Returns
        -------
        tuple of Path
            The files written: the ``_cal`` file, or nothing where the run stopped early or saves nothing.
        """
        self.doing = "saving the result"
        if not self._whole:
            return ()
        with self._capture.listening():
            self._mark_not_resampled()
            self._pipeline.finalize_result(self._model, [])
            self._model.meta.filename = self._name(_RESULT_SUFFIX)
            setattr(self._model.cal_logs, self._pipeline.class_alias, self._log.lines)
            if self._staging is None:
                return ()
            self._model.save(str(self._staging.folder / self._model.meta.filename))
            return publish(self._staging, self._name(_RESULT_SUFFIX))

    def _mark_not_resampled(self) -> None:
        """Let the skipped step write its keyword, where the pipeline would have called it."""
        resample = self._pipeline.resample
        if not resample.skip:
            raise AssertionError("resample must be skipped")
        if self._model.meta.exposure.type.upper() in self._pipeline.image_exptypes:
            self._model = resample.run(self._model)

    def _look(self) -> StepImage | None:
        if self._images:
            self._image = image_of(self._model, self._image)
        return self._image

    def _suffix(self, name: str) -> str:
        step = getattr(self._pipeline, name)
        return str(step.suffix or step.default_suffix())

    def _name(self, suffix: str | None) -> str:
        """Name a file of this product by the pipeline's own rule, in ASCII, which is all that its header holds."""
        return Path(self._pipeline.make_output_path(basepath=ascii_name(self.product.name), suffix=suffix)).name
