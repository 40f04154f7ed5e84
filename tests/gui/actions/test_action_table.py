"""The table of actions is complete and without clashes."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from wfsgui.core.model.stages import STAGES
from wfsgui.gui.actions.action_spec import ActionSpec, Need
from wfsgui.gui.actions.action_table import ACTIONS, MENUS

every_action = pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.id)


def test_no_name_and_no_shortcut_is_given_twice() -> None:
    keys = Counter(QKeySequence(keys).toString() for spec in ACTIONS for keys in spec.shortcuts)
    assert [key for key, count in keys.items() if count > 1] == []
    assert [name for name, count in Counter(spec.id for spec in ACTIONS).items() if count > 1] == []


@every_action
def test_an_action_says_what_it_does(spec: ActionSpec) -> None:
    assert spec.tip[:1].isupper()
    assert not spec.tip.endswith(".")
    assert spec.menu in MENUS


@every_action
def test_shortcuts_are_keys_that_qt_knows(spec: ActionSpec) -> None:
    for keys in spec.shortcuts:
        assert QKeySequence(keys).count() == 1
        assert QKeySequence(keys).toString() != ""


@every_action
def test_every_tool_bar_action_has_an_icon(spec: ActionSpec) -> None:
    assert spec.icon or not spec.tool_bar


@pytest.mark.parametrize("menu", MENUS)
def test_the_letters_of_a_menu_differ_and_its_groups_are_in_order(menu: str) -> None:
    specs = [spec for spec in ACTIONS if spec.menu == menu]
    letters = Counter(spec.text[spec.text.index("&") + 1].lower() for spec in specs)
    assert [letter for letter, count in letters.items() if count > 1] == []
    assert [spec.group for spec in specs] == sorted(spec.group for spec in specs)


def test_every_need_is_that_of_an_action() -> None:
    assert {spec.needs for spec in ACTIONS} == set(Need)


def test_exactly_the_actions_that_show_a_stage_name_one() -> None:
    assert [spec.stage for spec in ACTIONS if spec.needs is Need.STAGE] == list(STAGES)
    assert not any(spec.stage for spec in ACTIONS if spec.needs is not Need.STAGE)


def test_every_stage_has_its_number() -> None:
    keys = {spec.id: spec.shortcuts for spec in ACTIONS}
    assert [keys[f"stage_{number}"] for number in range(1, len(STAGES) + 1)] == [
        ("1",),
        ("2",),
        ("3",),
        ("4",),
        ("5",),
        ("6",),
    ]
