"""Content of an exported view: suggested name, caption and colour key."""

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
    """Return the content of an export of the view.

    Parameters
    ----------
    presenter : StagePresenter
        Exposure and stage on screen.
    image : ImageView
        View of the image.
    numbers : PixelNumbers
        How pixels are numbered.

    Returns
    -------
    ExportContent or None
        None without an image.
    """
    exposure, settings = presenter.exposure, image.settings()
    if exposure is None or settings is None:
        return None
    name = suggested_name(exposure, presenter.stage, settings.plane.replace(" ", "-"))
    paragraphs = caption(exposure, presenter.stage, settings, numbers, datetime.now(UTC))
    return ExportContent(
        exposure.product.science.path.parent / f"{name}.png",
        (*paragraphs[:2], *([image.comparison_text] if image.comparison_text else []), *paragraphs[2:]),
        _key(settings),
    )


def _key(settings: ViewSettings) -> Key:
    if settings.levels is None:
        return ClassKey()
    table = colour_table(settings.colour_map, inverse=settings.inverse)
    return ColourBar(table, settings.levels, settings.stretch, settings.unit)
