"""One product on its way through the chain: opened, advanced one step at a time, concluded and saved."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import crds_client

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.events import ExposureOpened, LogLine, StepFinished, StepFrame
from wfsgui.core.product import Product
from wfsgui.core.request import StepOptions
from wfsgui.pipeline.chain import configured_pipeline, steps_of
from wfsgui.pipeline.logs import LogCapture
from wfsgui.pipeline.model import contradictions, frame_of, references_of, unit_of
from wfsgui.pipeline.outcome import Traces, judge
from wfsgui.pipeline.output import Staging
from wfsgui.pipeline.references import check_parameter_references, fetch_references

__all__ = ["ProductSession"]

# What Image2Pipeline.process records for an exposure that comes without an association.
_NO_ASSOCIATION: Final = "singleton"
# The suffixes that Image2Pipeline.process gives to results, where they are not the step's own.
_RESULT_SUFFIX: Final = "cal"
_SUFFIXES: Final = {"bkg_subtract": "bsub"}
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
    frames : bool
        Whether finished steps carry copies of their planes.

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
        frames: bool = True,
    ) -> None:
        chain = steps_of(product)
        self.product = product
        self.steps = _until(chain, options.stop_after)
        self.doing = "preparing the output folder"
        self._whole = self.steps == chain
        self._options = options
        self._capture = capture
        self._staging: Staging | None = None
        self._save_steps = save_steps
        self._frames = frames
        self._done = 0
        self._cal_log: list[str] = []
        self._pipeline: Image2Pipeline
        self._model: JwstDataModel
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_open:
            self._model.close()
            del self._model

    @property
    def pending(self) -> tuple[str, ...]:
        """The steps that have not been run yet."""
        return self.steps[self._done :]

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
        path = str(self.product.science.path)
        with self._capture.listening():
            self._model = datamodels.open(path)
            self._is_open = True
            self.doing = "reading the parameter references"
            check_parameter_references(self._model)
            self._configure(path)
            self._check_names()
            self.doing = "finding the reference files"
            fetch_references(self._pipeline, self._model)
            self._describe_origin()
            context = str(crds_client.get_context_used(self._model.crds_observatory))
        notices = (*self.product.notices, *contradictions(self.product.science.info, self._model))
        return ExposureOpened(self.product, self.steps, context, notices, self._frame())

    def _configure(self, path: str) -> None:
        self._pipeline = configured_pipeline(self._model, self._options)
        self._pipeline.set_primary_input(path)
        self._pipeline.output_file = self.product.name
        if self._staging is not None:
            self._pipeline.output_dir = str(self._staging.folder)
        for name, suffix in _SUFFIXES.items():
            getattr(self._pipeline, name).suffix = suffix

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
        self._model.meta.asn.pool_name = entry.pool if entry else _NO_ASSOCIATION
        self._model.meta.asn.table_name = entry.table if entry else _NO_ASSOCIATION
        self._model.meta.filename = self._name(None)
        self._record(f"wfsgui {__version__} runs {self._pipeline.class_alias} one step at a time, without resample")

    def advance(self) -> StepFinished:
        """Run the next step.

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
        unit_before = unit_of(self._model)
        with self._capture.listening(), self._capture.during(name) as lines:
            start = time.perf_counter()
            self._run(name)
            elapsed = time.perf_counter() - start
            saved = self._save_step(name)
        self._done += 1
        return self._finished(name, unit_before, elapsed, tuple(lines), saved)

    def _run(self, name: str) -> None:
        step = getattr(self._pipeline, name)
        self._record(f"Step {name} parameters: {_without_folders(step.get_pars())}")
        backgrounds = [str(member.path) for member in self.product.backgrounds]
        self._model = step.run(self._model, backgrounds) if name == "bkg_subtract" else step.run(self._model)
        self._cal_log.extend(step.log_records)

    def _finished(
        self, name: str, unit_before: str, elapsed: float, lines: tuple[LogLine, ...], saved: tuple[Path, ...]
    ) -> StepFinished:
        step, unit = getattr(self._pipeline, name), unit_of(self._model)
        state, warnings = judge(
            Traces(
                step=name,
                status=str(getattr(self._model.meta.cal_step, step.class_alias) or ""),
                skip_asked=self._options.skips(name),
                skip_set=bool(step.skip),
                unit_before=unit_before,
                unit_after=unit,
                changes_unit=name in _CHANGES_UNIT,
                elements=self.product.science.info.optical_elements,
                log=lines,
            )
        )
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
            frame=self._frame(),
            saved=saved,
        )

    def _save_step(self, name: str) -> tuple[Path, ...]:
        """Save a step's result if that was asked for, and publish whatever the step itself wrote."""
        if self._staging is None:
            return ()
        step = getattr(self._pipeline, name)
        is_result = not self._whole and name == self.steps[-1]
        if is_result or (self._save_steps and not step.skip):
            step.save_model(self._model, force=True)
        return self._staging.publish()

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
            setattr(self._model.cal_logs, self._pipeline.class_alias, self._cal_log)
            if self._staging is None:
                return ()
            self._model.save(str(self._staging.folder / self._model.meta.filename))
            return self._staging.publish()

    def _mark_not_resampled(self) -> None:
        """Let the skipped step write its keyword, where the pipeline would have called it."""
        resample = self._pipeline.resample
        if not resample.skip:
            raise AssertionError("resample must be skipped")
        if self._model.meta.exposure.type.upper() in self._pipeline.image_exptypes:
            self._model = resample.run(self._model)

    def _frame(self) -> StepFrame | None:
        return frame_of(self._model) if self._frames else None

    def _suffix(self, name: str) -> str:
        step = getattr(self._pipeline, name)
        return str(step.suffix or step.default_suffix())

    def _name(self, suffix: str | None) -> str:
        """Name a file of this product by the pipeline's own rule."""
        return Path(self._pipeline.make_output_path(basepath=self.product.name, suffix=suffix)).name

    def _record(self, text: str) -> None:
        """Add a line to the log that the product carries, in the form of its other lines."""
        now = datetime.now(UTC)
        self._cal_log.append(f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d} - wfsgui - INFO - {text}")


def _until(steps: tuple[str, ...], last: str | None) -> tuple[str, ...]:
    """Cut the steps after `last`; all of them where `last` does not apply."""
    if last is None:
        return steps
    return steps[: steps.index(last) + 1] if last in steps else ()


def _without_folders(parameters: dict[str, object]) -> dict[str, object]:
    """Parameters without the folders of paths: a product's log names neither user nor host."""
    return {key: Path(v).name if isinstance(v, str) and "/" in v else v for key, v in parameters.items()}
