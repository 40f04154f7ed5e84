from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from astropy.table import Table
from jsonschema import Draft202012Validator, ValidationError

from tests.core.evidence.makers import (
    Judged,
    calibrated,
    document,
    pair_of,
    part,
    product,
    record,
    star_image,
)
from wfsgui.core.evidence.data import SCHEMA_ID
from wfsgui.core.evidence.document import EvidenceDocument
from wfsgui.core.evidence.writing import as_json, check_table, quantity_table
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import ProductFinished, ProductResult, ProductState
from wfsgui.core.model.exposure import Exposure


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads((files("wfsgui.resources") / "schemas" / "evidence-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def full() -> EvidenceDocument:
    """Make a document of two exposures and their pair, with every kind of content."""
    first, second = product(), product("jw99001001001_02101_00002_nrca1", pupil="WLM8")
    exposure = calibrated(first, warnings=("Odd.",))
    exposure.add_verdict(Verdict("flat_field", Judgement.ACCEPTED, "Fine.", "2026-11-30T16:00:00+00:00"))
    parts = [
        part(record(exposure, decisions=(Judged("fit with care", "Odd."),))),
        part(record(calibrated(second))),
    ]
    return document(parts, [pair_of(first, second)], ("x is declined.",))


def content(document: EvidenceDocument) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(as_json(document))
    return loaded


def test_json_keeps_to_the_published_schema(validator: Draft202012Validator) -> None:
    validator.validate(content(full()))
    assert validator.schema["$id"] == SCHEMA_ID == content(full())["schema"]


def test_json_without_star_or_image_keeps_to_the_schema(validator: Draft202012Validator) -> None:
    science = product()
    empty = Exposure(science.name, science)
    apply_event(empty, ProductFinished(ProductResult(science.name, ProductState.FAILED, 0.0, error="It failed.")))
    exposures = content(document([part(record(empty))]))
    validator.validate(exposures)
    assert exposures["exposures"][0]["error"] == "It failed."
    validator.validate(content(document([])))


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole["exposures"][0].pop("overall"),
        lambda whole: whole["exposures"][0]["assessments"][0]["quantities"][0].update(value="2140"),
        lambda whole: whole["exposures"][0]["assessments"][0]["checks"][0].update(level="green"),
        lambda whole: whole["exposures"][0]["files"][0].update(sha256="abc"),
        lambda whole: whole.update(more=1),
    ],
)
def test_schema_refuses_what_is_not_in_it(
    validator: Draft202012Validator, damage: Callable[[dict[str, Any]], object]
) -> None:
    whole = content(full())
    damage(whole)
    with pytest.raises(ValidationError):
        validator.validate(whole)


def test_json_has_the_numbers_of_the_assessment() -> None:
    exposure = content(full())["exposures"][0]
    assert [each["stage"] for each in exposure["assessments"]] == ["rate", "assign_wcs", "flat_field", "cal"]
    sbr, chi, strehl = exposure["assessments"][-1]["quantities"]
    assert (sbr["value"], sbr["error"], sbr["unit"]) == (2143.5, 12.0, "")
    assert sbr["region"] == {"shape": "circle", "x": 40.0, "y": 50.0, "radius": 8.0}
    assert (chi["value"], chi["unit"], chi["region"]) == (1.25e-3, "Jy", None)
    assert (strehl["value"], strehl["error"], strehl["reason"]) == (None, None, "poppy is not installed.")
    assert exposure["decisions"][0]["judgement"] == "fit with care"
    assert exposure["steps"][2]["verdict"]["note"] == "Fine."
    assert exposure["parameters"] == [
        {"step": "assign_wcs", "name": "sip_degree", "value": "4", "default": "None", "by_analyst": False}
    ]


def test_tables_have_the_same_numbers_as_the_pages() -> None:
    whole = full()
    quantities = Table.read(quantity_table(whole), format="ascii.ecsv")
    assert len(quantities) == len(whole.quantities) == 1 + 2 * 4 * 3
    row = quantities[(quantities["key"] == "sbr") & (quantities["stage"] == "cal")][0]
    assert (row["of"], float(row["value"]), float(row["error"])) == (product().name, 2143.5, 12.0)
    assert row["region"] == "circle at x 40.00, y 50.00, radius 8.00 px"
    checks = Table.read(check_table(whole), format="ascii.ecsv")
    assert len(checks) == len(whole.checks)
    assert set(checks["kind"]) == {"exposure", "step", "preflight", "pair"}
    sbr = checks[(checks["key"] == "sbr") & (checks["stage"] == "cal")][0]
    assert (sbr["level"], sbr["limit"], float(sbr["x"]), float(sbr["y"])) == ("good", "more than 1500", 40.0, 50.0)


def test_tables_of_nothing_can_be_read() -> None:
    empty = document([])
    assert len(Table.read(quantity_table(empty), format="ascii.ecsv")) == 0
    assert len(Table.read(check_table(empty), format="ascii.ecsv")) == 0


def test_unit_of_a_step_without_image_is_null() -> None:
    exposure = calibrated(product())
    exposure.stages["flat_field"].image = None
    steps = content(document([part(record(exposure))]))["exposures"][0]["steps"]
    assert [step["unit"] for step in steps] == [None, "DN/s", None, star_image(unit="MJy/sr").unit]


def test_json_of_a_pair_has_companions_with_their_limits() -> None:
    (pair,) = content(full())["pairs"]
    (companion,) = pair["companions"]
    assert (companion["contrast"], companion["limit"], companion["position_error"]) == (1e-3, 5e-4, None)
    assert pair["detection_limits"][0] == {"pixels": 2.0, "separation": 0.062, "contrast": 0.5}
    assert pair["flags"] == [{"name": "HOT", "pixels": 3, "flux_share": 0.01, "chi2_share": 0.25, "expected": 0.5}]
    assert pair["no_search"] == ""
