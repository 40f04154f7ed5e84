"""What is on screen, told to the export."""

from __future__ import annotations

from datetime import UTC, datetime

from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.display.colours import colour_table
from wfsgui.gui.export.caption import caption, suggested_name
from wfsgui.gui.export.colour_key import ClassKey, ColourBar, Key
from wfsgui.gui.export.export_dialog import ExportContent
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.image.view_settings import ViewSettings

__all__ = ["describe"]


def describe(presenter: StagePresenter, image: ImageView, numbers: PixelNumbers) -> ExportContent | None:
    """Say what is on screen.

    Parameters
    ----------
    presenter : StagePresenter
        Which stage of which exposure.
    image : ImageView
        How it is shown.
    numbers : PixelNumbers
        How pixels are numbered.

    Returns
    -------
    ExportContent or None
        None where there is no image.
    """
    exposure, facts = presenter.exposure, image.settings()
    if exposure is None or facts is None:
        return None
    name = suggested_name(exposure, presenter.stage, facts.plane.replace(" ", "-"))
    told = caption(exposure, presenter.stage, facts, numbers, datetime.now(UTC))
    return ExportContent(
        exposure.product.science.path.parent / f"{name}.png",
        (*told[:2], *([image.comparison_text] if image.comparison_text else []), *told[2:]),
        _key(facts),
    )


def _key(facts: ViewSettings) -> Key:
    if facts.levels is None:
        return ClassKey()
    table = colour_table(facts.colour_map, inverse=facts.inverse)
    return ColourBar(table, facts.levels, facts.stretch, facts.unit)
