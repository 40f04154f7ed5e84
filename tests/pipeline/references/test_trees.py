"""ASDF reference files as plain data, and their checks."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import asdf
import numpy as np
import pytest
from astropy import units
from astropy.modeling.models import Polynomial1D, Scale, Shift

from tests.gui import fakes
from wfsgui.core.errors import WfsguiError
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.tree import TreeNode
from wfsgui.pipeline.references.trees import judged_tree, read_tree


@pytest.fixture(scope="module")
def distortion(references: Callable[[str], None], demo_cache: Path) -> Path:
    references("NRCA3")
    return next(demo_cache.rglob("*_distortion_*nrca3*.asdf"))


def child(node: TreeNode, *names: str) -> TreeNode:
    for name in names:
        node = next(each for each in node.children if each.name == name)
    return node


def test_distortion_is_told_with_its_transforms_and_coefficients(distortion: Path) -> None:
    content = read_tree(distortion)
    with asdf.open(distortion) as file:
        model, meta = file["model"], file["meta"]
        first = model.left if model.n_submodels > 1 else model
        while hasattr(first, "left"):
            first = first.left
        assert child(content.root, "model", "1", "1", "offset").text == str(float(first.offset.value))
        assert content.facts.author == meta["author"]
    assert content.facts.reference_type == "distortion"
    assert content.facts.detector == "NRCA3"
    assert "model" in content.keys
    assert pickle.loads(pickle.dumps(content)) == content


def test_every_kind_of_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "all.asdf"
    tree = {
        "chain": Shift(1.5) | Scale(2.0) | Shift(3.0),
        "sum": Shift(1.0) + Polynomial1D(1, c0=4.0, c1=5.0),
        "short": [1, 2, 3],
        "long": list(range(9)),
        "unit": units.micron,
        "small": np.arange(4.0).reshape(2, 2),
        "large": np.zeros((40, 50), np.float32),
        "none": None,
        "meta": {"reftype": "distortion"},
    }
    asdf.AsdfFile(tree).write_to(path)
    root = read_tree(path).root
    assert child(root, "chain").text == "3 transforms, one after the other"
    assert child(root, "chain", "3", "offset").text == "3.0"
    assert child(root, "sum").text == "2 transforms, joined by +"
    assert child(root, "sum", "2", "c1").text == "5.0"
    assert child(root, "short").text == "1, 2, 3"
    assert len(child(root, "long").children) == 9
    assert child(root, "unit").text == "um"
    assert child(root, "small", "1").text == "array of 2, float64: 2.0, 3.0"
    assert child(root, "large").text == "array of 40 x 50, float32"
    assert child(root, "none").text == "None"
    assert [each.name for each in root.children][-2:] == ["asdf_library", "history"]


def test_file_is_read_again_after_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.asdf"
    for value in (1, 22):
        asdf.AsdfFile({"value": value}).write_to(path)
        assert child(read_tree(path).root, "value").text == str(value)


@pytest.mark.parametrize("share", [0.5, 0.98])
def test_truncated_file_is_refused_with_a_sentence(distortion: Path, tmp_path: Path, share: float) -> None:
    content = distortion.read_bytes()
    path = tmp_path / "short.asdf"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(WfsguiError, match=r"^short\.asdf cannot be read \(.*\); fetch it again"):
        read_tree(path)
    assert "short.asdf cannot be read" in judged_tree("distortion", path, fakes.info()).fault


def test_distortion_of_another_detector_is_refused(distortion: Path, tmp_path: Path) -> None:
    assert judged_tree("distortion", distortion, fakes.info()) == Judgement()
    path = tmp_path / "other.asdf"
    with asdf.open(distortion) as file:
        meta = file["meta"]
        meta["instrument"]["detector"] = "NRCB4"
        asdf.AsdfFile({"meta": dict(meta), "model": file["model"]}).write_to(path)
    assert "for the detector NRCB4" in judged_tree("distortion", path, fakes.info()).fault
