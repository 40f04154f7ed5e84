"""State of a model before a step, from which the step can be run again."""

from __future__ import annotations

from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.session.model_reading import PLANES

__all__ = ["Snapshot"]


class Snapshot:
    """Copy of a model. It shares the planes of an image, which nothing writes to, so it takes little memory.

    Parameters
    ----------
    model : JwstDataModel
        The model.
    image : StepImage or None
        Its image, if there is one.
    steps_done : int
        Number of steps that have been run.
    lines_logged : int
        Number of lines in the log of the product.

    Attributes
    ----------
    image, steps_done, lines_logged
        As given.
    """

    def __init__(self, model: JwstDataModel, image: StepImage | None, steps_done: int, lines_logged: int) -> None:
        self.image = image
        self.steps_done = steps_done
        self.lines_logged = lines_logged
        self._model: JwstDataModel = model.copy(memo=_replacements(model, image))

    def restored(self) -> JwstDataModel:
        """Return a copy of the model, which may be changed in place."""
        return self._model.copy()

    def close(self) -> None:
        """Close the copy."""
        self._model.close()


def _replacements(model: JwstDataModel, image: StepImage | None) -> dict[int, object]:
    """Return the planes that need no copy, as a memo of `copy.deepcopy`: id of the original and its copy."""
    if image is None:
        return {}
    pairs = ((model.instance.get(PLANES[name]), plane) for name, plane in image.planes.items())
    # A model read from FITS has planes in the other byte order: the values are the same.
    return {
        id(original): plane
        for original, plane in pairs
        if original is not None and original.dtype.newbyteorder("=") == plane.dtype
    }
