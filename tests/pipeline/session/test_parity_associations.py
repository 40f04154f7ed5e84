"""Associations as people make them give the results of `Image2Pipeline.call`, bit for bit."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jwst.associations import libpath
from jwst.associations.asn_from_list import Main
from jwst.associations.registry import AssociationRegistry

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import check, differences, inside, run_stock
from wfsgui.core.intake.association_kind import Level, kind_of
from wfsgui.core.model.events import RunFinished


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def test_association_of_asn_from_list(engine: Engine, tmp_path: Path) -> None:
    """It has the type None as text, the rule of every level-2 association, and absolute paths."""
    rate = write_small(tmp_path / "rates", small())
    table = tmp_path / "in" / "mine_asn.json"
    table.parent.mkdir()
    Main.cli([str(rate), "-r", "DMSLevel2bBase", "-o", str(table), "--product-name", "mine"])
    content = json.loads(table.read_text("utf-8"))
    assert (content["asn_type"], content["asn_rule"]) == ("None", "DMSLevel2bBase")
    check(engine, table, tmp_path)


@pytest.mark.parametrize("absent", [("asn_type",), ("name",), ("asn_type", "name")])
def test_association_without_type_or_name_gives_the_same(
    engine: Engine, tmp_path: Path, absent: tuple[str, ...]
) -> None:
    science, sky = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2))
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky]})
    with inside(table.parent):
        (stock,) = run_stock(table, tmp_path / "stock")
    content = json.loads(table.read_text("utf-8"))
    for key in absent:
        del (content if key in content else content["products"][0])[key]
    table.write_bytes(json.dumps(content).encode("utf-16"))
    end, _ = engine([table], tmp_path / "ours")
    assert isinstance(end, RunFinished), end
    assert [path.name for path in end.results[0].saved] == [stock.name]
    assert differences(tmp_path / "ours" / stock.name, stock) == []


def test_kind_by_rule_is_that_of_the_pipeline_that_jwst_names() -> None:
    rules = AssociationRegistry(definition_files=[libpath() / "rules_level2b.py"], include_default=False)
    named = {name: rule for name, rule in rules.items() if name.startswith("Asn_Lv2")}
    assert len(named) > 10
    for name, rule in named.items():
        described = inspect.getdoc(rule) or ""
        is_image2 = any(f"``calwebb_{kind}``" in described for kind in ("image2", "wfs-image2"))
        level = kind_of(None, name, ()).level
        assert level is (Level.IMAGE2 if is_image2 else Level.OTHER_LEVEL_2), name
