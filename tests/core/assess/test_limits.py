"""Tests of the limits of the checks, and of their file."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path

import pytest
from astropy import units

from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limit, Limits
from wfsgui.core.assess.limits_file import limits_from_json, limits_to_json, read_limits, write_limits
from wfsgui.core.errors import WfsguiError


@pytest.mark.parametrize("limit", DEFAULT_LIMITS.values(), ids=str)
def test_every_limit_has_a_name_a_source_and_a_relation(limit: Limit) -> None:
    assert limit.name
    assert limit.source
    assert limit.value > 0
    assert limit.text.startswith(limit.relation)
    # One of the two neighbours is a good number, the other is not.
    assert limit.is_met(limit.value - 1e-6) != limit.is_met(limit.value + 1e-6)
    assert not limit.is_met(nan)


@pytest.mark.parametrize("limit", DEFAULT_LIMITS.values(), ids=str)
def test_every_unit_is_one_of_astropy_or_sigma(limit: Limit) -> None:
    if limit.unit not in ("", "sigma", "px"):
        units.Unit(limit.unit)


@pytest.mark.parametrize(
    ("relation", "less", "equal", "more"),
    [
        ("more than", False, False, True),
        ("at least", False, True, True),
        ("at most", True, True, False),
        ("less than", True, False, False),
    ],
)
def test_relation_decides_about_equality(relation: str, *, less: bool, equal: bool, more: bool) -> None:
    limit = Limit("key", "name", 5.0, "", relation, "source")
    assert (limit.is_met(4.0), limit.is_met(5.0), limit.is_met(6.0)) == (less, equal, more)


def test_limits_are_a_mapping_in_the_order_of_the_table() -> None:
    limits = Limits()
    assert list(limits) == list(DEFAULT_LIMITS)
    assert dict(limits) == dict(DEFAULT_LIMITS)
    assert "placement" in limits
    assert limits.get("no such limit") is None


def test_changed_limit_has_the_analyst_as_source() -> None:
    limits = Limits().with_value("placement", 12)
    assert limits["placement"].value == 12
    assert limits["placement"].source == "the analyst"
    assert limits["placement"].text == "at most 12 px"
    assert limits["target"] == DEFAULT_LIMITS["target"]


def test_default_value_takes_a_change_back() -> None:
    limits = Limits().with_value("placement", 12).with_value("placement", DEFAULT_LIMITS["placement"].value)
    assert limits == Limits()
    assert limits["placement"] == DEFAULT_LIMITS["placement"]


@pytest.mark.parametrize("value", [nan, inf, -inf, -1.0])
def test_value_that_is_no_limit_is_refused(value: float) -> None:
    with pytest.raises(WfsguiError, match="Distance from the field point"):
        Limits().with_value("placement", value)


def test_unknown_limit_is_refused() -> None:
    with pytest.raises(WfsguiError, match="no limit colour"):
        Limits().with_value("colour", 1)


def test_file_returns_the_same_limits(tmp_path: Path) -> None:
    limits = Limits().with_value("placement", 12.25).with_value("saturated", 0)
    write_limits(tmp_path / "limits.json", limits, overwrite=False)
    found = read_limits(tmp_path / "limits.json")
    assert found.limits == limits
    assert not found.notices


def test_existing_file_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "limits.json"
    write_limits(path, Limits(), overwrite=False)
    before = path.read_text(encoding="utf-8")
    with pytest.raises(WfsguiError, match="exists"):
        write_limits(path, Limits().with_value("placement", 12), overwrite=False)
    assert path.read_text(encoding="utf-8") == before


def test_unknown_keys_are_told_and_kept() -> None:
    text = json.dumps({"format": "wfsgui limits", "version": 1, "limits": {"placement": 12, "colour": -3.5}})
    found = limits_from_json(text, "limits.json")
    assert found.limits["placement"].value == 12
    assert found.limits.unknown == ("colour",)
    assert [notice for notice in found.notices if "limits.json has the unknown limit colour" in notice]
    again = json.loads(limits_to_json(found.limits.with_value("placement", 15)))
    assert again["limits"] == {"colour": -3.5, "placement": 15.0}


def test_unknown_entry_is_told() -> None:
    found = limits_from_json('{"limits": {}, "remark": "mine"}')
    assert len(found.notices) == 1
    assert "remark" in found.notices[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"limits": 3}',
        '{"limits": {"placement": "ten"}}',
        '{"limits": {"placement": true}}',
        '{"limits": {"placement": null}}',
        '{"limits": {"placement": -1}}',
        '{"limits": {"placement": NaN}}',
        '{"limits": {"placement": Infinity}}',
        '{"limits": {"colour": NaN}}',
        '{"limits": {"placement": 1' + 400 * "0" + "}}",
        '{"limits": {"placement": 1, "placement": 2}}',
        '{"limits": {}, "version": 2}',
        '{"limits": {}, "format": "another"}',
        100_000 * "[",
    ],
    ids=lambda text: text[:40],
)
def test_bad_file_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WfsguiError) as caught:
        limits_from_json(text, "limits.json")
    assert str(caught.value).endswith(".")
    assert "limits.json" in str(caught.value)


def test_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WfsguiError, match="cannot be read"):
        read_limits(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WfsguiError, match="cannot be read"):
        read_limits(tmp_path / "bytes.json")


@pytest.mark.parametrize("key", [key for key in DEFAULT_LIMITS if key != "chi2" and not key.startswith("sbr.")])
def test_guide_has_every_limit_with_its_source(key: str, pytestconfig: pytest.Config) -> None:
    guide = (pytestconfig.rootpath / "docs" / "decide.md").read_text(encoding="utf-8")
    limit = DEFAULT_LIMITS[key]
    assert f"| {limit.name} | {limit.text} | {limit.source} |" in guide
