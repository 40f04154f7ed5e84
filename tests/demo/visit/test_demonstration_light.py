"""The visit of the demonstration is fit for sensing: SBR above its limit, core of the donut far from saturation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.visit.exposures import exposure, product
from wfsgui.core.assess.assess import FIRST_PARTS, assess_exposure
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.results import Level
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.demo.visit.detector import Electronics, observe, pixels_of, subarray_of
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.plan import Plan, exposures
from wfsgui.demo.visit.scene import flux_image, place, stars
from wfsgui.demo.visit.visit import DEMONSTRATION

LIMIT = 1500.0
"""Limit of the SBR for routine sensing, of wss_tools."""

MARGIN = 1.15
"""How far the SBR is above its limit at least."""


def taken(spec: ExposureSpec, plan: Plan) -> StepImage:
    """Simulate an exposure with a perfect flat field."""
    scene = stars(exposures(plan)[0], plan)
    light = flux_image(place(scene, spec), spec, plan)
    planes = observe(light, spec, subarray_of(pixels_of(spec, 1), spec), (plan.seed, spec.exposure_count))
    return StepImage(sci=planes.sci, err=planes.err, dq=planes.dq, unit="DN/s")


def requested(image: StepImage, spec: ExposureSpec) -> AssessInput:
    info = exposure(
        spec.file_name,
        detector=spec.detector,
        filter=spec.filter,
        pupil=spec.pupil,
        aperture=spec.aperture,
        visit_type=spec.visit_type,
    )
    return AssessInput(product=product(info), stage="rate", image=image)


@pytest.mark.parametrize("kind", [Kind.TODAY, Kind.OLDER])
def test_donuts_are_above_the_limit_and_far_from_saturation(kind: Kind) -> None:
    plan = DEMONSTRATION[kind]
    backgrounds = [taken(spec, plan).sci for spec in exposures(plan) if spec.background]
    checked = []
    for spec in exposures(plan):
        if spec.background or spec.pupil not in ("WLM8", "WLP8") or spec.dither > 1:
            continue
        image = taken(spec, plan)
        assert not (image.dq & FLAGS["SATURATED"]).any()
        counts = np.nanmax(np.where(image.dq == 0, image.sci, np.nan)) * spec.group_time * spec.ngroups
        assert counts < 0.7 * Electronics().saturation
        if spec.pupil == "WLP8":
            # Backgrounds add their noise.
            image = replace(image, sci=image.sci - sum(backgrounds) / np.float32(len(backgrounds)))
        found = assess_exposure(requested(image, spec), FIRST_PARTS)
        assert [check.level for check in found.checks] == [Level.GOOD]
        sbr = next(quantity for quantity in found.quantities if quantity.key == "sbr")
        assert sbr.value > MARGIN * LIMIT
        checked.append(spec.pupil)
    assert checked == ["WLM8", "WLP8"]
