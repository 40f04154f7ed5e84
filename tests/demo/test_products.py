"""Products of the demonstration: all its science exposures, or an error."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from wfsgui.core.errors import WfsguiError
from wfsgui.demo import provision
from wfsgui.demo.visit import visit as visits
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.visit import Plan, Visit, ensure_visit


@pytest.fixture
def visit(small_visit: Visit, small_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Replace the visit of the demonstration by a copy of a small visit."""
    copied = ensure_visit(shutil.copytree(small_visit.folder, tmp_path / "visit"), replace(small_plan))
    monkeypatch.setattr(visits, "ensure_visit", lambda _folder, _plan: copied)
    return copied


def test_each_science_exposure_is_one_product(visit: Visit) -> None:
    products = provision.demo_products(Kind.OLDER, lambda _sentence: None).products
    assert sorted(product.science.path for product in products) == sorted(visit.rates[:5])
    assert sorted(len(product.backgrounds) for product in products) == [0, 0, 0, 3, 3]


@pytest.mark.parametrize("number", [0, 4, 7])
def test_damaged_visit_is_an_error(visit: Visit, number: int) -> None:
    os.truncate(visit.rates[number], 5000)
    with pytest.raises(WfsguiError, match=f"visit is damaged: .*{visit.rates[number].name}.*Delete"):
        provision.demo_products(Kind.OLDER, lambda _sentence: None)
