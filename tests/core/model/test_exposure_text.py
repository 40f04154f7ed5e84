"""Short names of exposures."""

from __future__ import annotations

import pytest

from wfsgui.core.model.exposure_text import short_names


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["jw1_03101_00001_nrca3", "jw1_03101_00002_nrca3"], ["…00001…", "…00002…"]),
        (["jw1_03101_00001_nrca3", "jw1_03101_00001_nrcb4"], ["…nrca3", "…nrcb4"]),
        (["jw1_03101_00001_nrca3", "jw2_03101_00002_nrca3"], ["jw1_03101_00001…", "jw2_03101_00002…"]),
        (["jw1_03101_00001_nrca3"], ["jw1_03101_00001_nrca3"]),
        (["same_name", "same_name"], ["same_name", "same_name"]),
        (["mine", "jw1_03101_00001_nrca3"], ["mine", "jw1_03101_00001_nrca3"]),
        ([], []),
    ],
)
def test_short_names_keep_the_parts_that_differ(names: list[str], expected: list[str]) -> None:
    assert short_names(names) == expected
