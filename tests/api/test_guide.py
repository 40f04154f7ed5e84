"""The blocks of the guide's page on Python are one notebook that runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.exposures import small, write_association, write_small

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_blocks_of_the_guide_run(
    references: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    references("NRCA3")
    science, *sky = (write_small(tmp_path, small(exposure=number)) for number in (1, 2, 3))
    write_association(tmp_path / "jw99001-o001_image2_00001_asn.json", {science: sky})
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 7
    notebook: dict[str, Any] = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"block {number}", "exec"), notebook)
    assert {path.name for path in tmp_path.glob("*_cal.fits")} == {
        "first_cal.fits",
        "no_flat_cal.fits",
        "without_background_cal.fits",
    }
    out = capsys.readouterr().out
    assert "('bkg_subtract', 'assign_wcs', 'flat_field') ('photom',)\nDN/s (64, 64) " in out
    assert 'the value "perhaps" is of the wrong type' in out.replace("'", '"')
