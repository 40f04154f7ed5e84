"""Import of `Image2Pipeline` without the other pipelines."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import jwst.pipeline
import pytest

ALONE = """\
import sys
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
assert "jwst.pipeline.calwebb_ami3" not in sys.modules, "all pipelines were imported"
import jwst.pipeline
assert jwst.pipeline.Image2Pipeline is Image2Pipeline, "there are two of it"
"""

WHERE_IT_NEEDS_ITS_PACKAGE = """\
import sys
from importlib.machinery import PathFinder
class Stumbling:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "jwst.pipeline.calwebb_image2" or "jwst.pipeline" in sys.modules:
            return None
        spec = PathFinder.find_spec(name, path)
        def stumble(module):
            raise ImportError("needs its package")
        spec.loader.exec_module = stumble
        return spec
sys.meta_path.insert(0, Stumbling)
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
import jwst.pipeline
assert jwst.pipeline.Image2Pipeline is Image2Pipeline, "there are two of it"
"""


def test_pipeline_is_that_of_jwst_after_its_package_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "wfsgui.pipeline.chain.image2_import", raising=False)
    assert import_module("wfsgui.pipeline.chain.image2_import").Image2Pipeline is jwst.pipeline.Image2Pipeline


@pytest.mark.parametrize("code", [ALONE, WHERE_IT_NEEDS_ITS_PACKAGE], ids=["alone", "fallback"])
def test_pipeline_is_that_of_jwst(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
