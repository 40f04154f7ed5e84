"""The state of a model before a step, from which the step can be run again."""

from __future__ import annotations

from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.session.model_reading import PLANES

__all__ = ["Snapshot"]


class Snapshot:
    """A copy of a model. It shares the planes of a frame, which nothing writes to, so it costs little memory.

    Parameters
    ----------
    model : JwstDataModel
        The model as it is now.
    image : StepImage or None
        Its frame, if there is one.
    steps_done : int
        How many steps have been run.
    lines_logged : int
        How long the log is that the product will carry.

    Attributes
    ----------
    frame, steps_done, lines_logged
        As given.
    """

    def __init__(self, model: JwstDataModel, image: StepImage | None, steps_done: int, lines_logged: int) -> None:
        self.image = image
        self.steps_done = steps_done
        self.lines_logged = lines_logged
        self._model: JwstDataModel = model.copy(memo=_replacements(model, image))

    def restored(self) -> JwstDataModel:
        """Return a model in that state, which may be changed in place."""
        return self._model.copy()

    def close(self) -> None:
        """Release what the copy holds."""
        self._model.close()


def _replacements(model: JwstDataModel, image: StepImage | None) -> dict[int, object]:
    """Say which objects need no copy, in the form in which `copy.deepcopy` notes what it has copied already."""
    if image is None:
        return {}
    pairs = ((model.instance.get(PLANES[name]), plane) for name, plane in image.planes.items())
    # A model read from FITS has planes in the other byte order: the values are the same.
    return {
        id(original): plane
        for original, plane in pairs
        if original is not None and original.dtype.newbyteorder("=") == plane.dtype
    }
