"""Files that a session writes: their names, and saving them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.files.names import ascii_name
from wfsgui.core.model.product import Product
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.output.output_folder import Staging
from wfsgui.pipeline.output.publishing import publish

__all__ = ["SessionOutput"]

# The suffixes that Image2Pipeline.process gives to results, where they are not the step's own.
_RESULT_SUFFIX: Final = "cal"
_SUFFIXES: Final = {BACKGROUND: "bsub"}


class SessionOutput:
    """Write the files of one product, under the names that `Image2Pipeline` gives them.

    Parameters
    ----------
    product : Product
        The product.
    steps : tuple of str
        The steps that are run.
    is_whole : bool
        Whether they are the whole chain, so that the result is a ``_cal`` file. Otherwise it is that of the last step.
    save_steps : bool
        Whether the result of each step is saved, too.
    """

    def __init__(self, product: Product, steps: tuple[str, ...], *, is_whole: bool, save_steps: bool) -> None:
        self._product = product
        self._steps = steps
        self._is_whole = is_whole
        self._save_steps = save_steps
        self._staging: Staging | None = None
        self._pipeline: Image2Pipeline

    def use(self, pipeline: Image2Pipeline, staging: Staging | None) -> None:
        """Set the names and the folder of the files of a pipeline.

        Parameters
        ----------
        pipeline : Image2Pipeline
            The configured pipeline.
        staging : Staging or None
            Where files are written; None to write nothing.

        Raises
        ------
        OutputNameError
            If the name of a file that will be saved is not free.
        """
        self._pipeline, self._staging = pipeline, staging
        pipeline.set_primary_input(str(self._product.science.path))
        pipeline.output_file = ascii_name(self._product.name)
        for name, suffix in _SUFFIXES.items():
            getattr(pipeline, name).suffix = suffix
        if staging is None:
            return
        pipeline.output_dir = str(staging.folder)
        last = () if self._is_whole else self._steps[-1:]
        names = [self._step_file(step) for step in (self._steps if self._save_steps else last)]
        for name in [*names, self.result_file] if self._is_whole else names:
            staging.output.check_free(name)

    @property
    def result_file(self) -> str:
        """Name of the ``_cal`` file."""
        return self.file_name(_RESULT_SUFFIX)

    def file_name(self, suffix: str | None) -> str:
        """Return the name that the pipeline gives to a file of this product, in ASCII as its header requires."""
        return Path(self._pipeline.make_output_path(basepath=ascii_name(self._product.name), suffix=suffix)).name

    def save_step(self, name: str, model: JwstDataModel) -> tuple[Path, ...]:
        """Save the result of a step if that is wanted, and publish all files that the step has written itself.

        Parameters
        ----------
        name : str
            The step, which has been run.
        model : JwstDataModel
            Its result.

        Returns
        -------
        tuple of Path
            The files.
        """
        if self._staging is None:
            return ()
        step = getattr(self._pipeline, name)
        is_result = not self._is_whole and name == self._steps[-1]
        is_wanted = is_result or (self._save_steps and not step.skip)
        if is_wanted:
            step.save_model(model, force=True)
        return publish(self._staging, self._step_file(name) if is_wanted else None)

    def save_result(self, model: JwstDataModel) -> tuple[Path, ...]:
        """Save the ``_cal`` file, whose name the model has."""
        if self._staging is None:
            return ()
        model.save(str(self._staging.folder / model.meta.filename))
        return publish(self._staging, self.result_file)

    def _step_file(self, name: str) -> str:
        step = getattr(self._pipeline, name)
        return self.file_name(str(step.suffix or step.default_suffix()))
