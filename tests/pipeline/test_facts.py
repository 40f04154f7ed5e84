from __future__ import annotations

import jwst
from stdatamodels.jwst.datamodels import dqflags

from wfsgui.core import stages
from wfsgui.pipeline import chain
from wfsgui.pipeline.facts import flags, versions


def test_versions_are_those_installed() -> None:
    found = versions()
    assert found["jwst"] == jwst.__version__
    assert list(found) == ["jwst", "stpipe", "stdatamodels", "crds", "gwcs", "stcal", "astropy", "numpy"]
    assert all(found.values())


def test_every_flag_has_its_bit_and_good_is_none() -> None:
    assert "GOOD" not in flags()
    assert flags()["DO_NOT_USE"] == 1
    assert flags() == {name: value for name, value in dqflags.pixel.items() if value}


def test_the_window_knows_the_steps_of_the_chain() -> None:
    assert stages.STEPS == chain.STEPS
