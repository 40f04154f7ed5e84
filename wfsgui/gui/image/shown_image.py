"""Image on screen, its plane, and the image that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from wfsgui.core.image.compare import Mode
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.gui.display.level_memory import LevelKey
from wfsgui.gui.image.comparison import Comparison
from wfsgui.gui.image.renderer import SCI, Operand

__all__ = ["ShownImage"]


@dataclass
class ShownImage:
    """Image on screen.

    Attributes
    ----------
    image : StepImage or None
        The image; None while a message is shown.
    identity : str
        Key of its exposure.
    wcs : WcsReader or None
        Its WCS.
    plane : str
        Name of the plane on screen.
    wanted_plane : str
        Plane that the analyst has chosen; not every image has it.
    comparison : Comparison or None
        The other image and the mode.
    """

    image: StepImage | None = None
    identity: str = ""
    wcs: WcsReader | None = None
    plane: str = SCI
    wanted_plane: str = SCI
    comparison: Comparison | None = None

    @property
    def compared(self) -> Comparison | None:
        """The comparison; None where the other image does not have the plane."""
        other = self.comparison
        return other if other is not None and self.plane in other.image.planes else None

    @property
    def operand(self) -> Operand | None:
        """The second operand of the difference or ratio on screen; None in the other modes."""
        other = self.compared
        if other is None or other.mode not in (Mode.DIFFERENCE, Mode.RATIO):
            return None
        return Operand(other.image, other.mode, other.offset)

    @property
    def level_key(self) -> LevelKey:
        """Key of the levels of the values on screen."""
        unit = self.image.unit if self.image else ""
        match self.compared:
            case Comparison(mode=Mode.DIFFERENCE):
                return LevelKey(self.identity, f"{Mode.DIFFERENCE} {self.plane}", unit)
            case Comparison(mode=Mode.RATIO) as other:
                unit = "" if unit == other.image.unit else f"{unit} / ({other.image.unit})"
                return LevelKey(self.identity, f"{Mode.RATIO} {self.plane}", unit)
        return LevelKey(self.identity, self.plane, unit)
