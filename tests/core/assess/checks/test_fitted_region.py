"""Tests of exposures to whose light no signal region is fitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.assess.checks.scenes import REGIONS, disc, request
from tests.core.sky.skies import TangentSky
from wfsgui.core.assess.checks.bright_pixels import OUTLIERS_PART
from wfsgui.core.assess.checks.placement import FIELD_POINT_PART, TARGET_PART
from wfsgui.core.assess.checks.residual_background import GRADIENT_PART, HOLES_PART, LEVEL_PART
from wfsgui.core.assess.checks.under_light import UNDER_LIGHT_PART
from wfsgui.core.assess.light import LIGHT_PART
from wfsgui.core.assess.part import StarPart
from wfsgui.core.errors import WfsguiError

PARTS = [
    LIGHT_PART,
    UNDER_LIGHT_PART,
    OUTLIERS_PART,
    FIELD_POINT_PART,
    TARGET_PART,
    LEVEL_PART,
    GRADIENT_PART,
    HOLES_PART,
]


@pytest.mark.parametrize("part", PARTS)
def test_spectra_are_not_judged_until_the_analyst_sets_the_region(part: StarPart) -> None:
    spectra = request(disc(seed=1), wcs=TangentSky(89.9, -65.7, shape=(200, 220)), changes={"pupil": "GDHS0"})
    with pytest.raises(WfsguiError, match="No signal region is fitted to the spectra"):
        part.measure(spectra, REGIONS)
    assert part.measure(spectra, replace(REGIONS, by_analyst=("signal",))).quantities
